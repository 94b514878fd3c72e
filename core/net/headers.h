/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HTTP header lines: which may be sent, and those of an answer, bounded while
 * they arrive.
 */
#ifndef AC_NET_HEADERS_H
#define AC_NET_HEADERS_H

#include "base/buf.h"
#include "net/io.h"

/*
 * 0 when all may be sent: names are tokens, values hold no control byte, none
 * of them steers the connection or the framing, all are within AC_IO_MAX_.
 */
int ac_headers_check(const struct authchain_pair *pairs, size_t count,
    struct authchain_error *err);

/* The headers of the last answer of a transfer; what came before it, such as
 * 103, counts against the bounds and is forgotten. */
struct ac_headers {
	struct ac_buf text; /* name NUL value NUL, in a row */
	struct authchain_pair pairs[AC_IO_MAX_HEADERS];
	size_t count;
	size_t bytes;     /* of every line received */
	bool in_progress; /* between a status line and its empty line */
};

void ac_headers_init(struct ac_headers *headers);
void ac_headers_clear(struct ac_headers *headers);
/*
 * Take a line as it came, the status line and the empty one among them.  -1
 * for a line that is malformed or over a bound, or a coding of the body that
 * was not asked for.
 */
int ac_headers_add(struct ac_headers *headers, struct authchain_span line,
    struct authchain_error *err);
/* The pairs, names in lower case; valid until the next call on headers. */
const struct authchain_pair *ac_headers_pairs(struct ac_headers *headers);

#endif
