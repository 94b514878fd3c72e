/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The last headers that were read, since tokens of one issuer have the same.
 * A header is known by its encoded text, byte for byte, and by nothing else;
 * what is remembered is what it says, not what anybody thought of it.  One
 * thread at a time.
 */
#ifndef AC_JOSE_HEADER_MEMORY_H
#define AC_JOSE_HEADER_MEMORY_H

#include "base/base64url.h"

#define AC_HEADERS_KEPT     8
#define AC_HEADER_KEPT_TEXT 256 /* encoded; longer ones are not kept */
/* decoded, with a NUL */
#define AC_HEADER_KEPT_BYTES (AC_HEADER_KEPT_TEXT / 4 * 3 + 1)

struct ac_header_place {
	uint16_t at, len; /* at 0, where nothing can stand: it has none */
};

struct ac_header_kept {
	size_t encoded_len; /* 0: nothing is kept here */
	size_t len;
	uint32_t critical;
	struct ac_header_place alg, kid, typ;
	char encoded[AC_HEADER_KEPT_TEXT];
	char text[AC_HEADER_KEPT_BYTES], copy[AC_HEADER_KEPT_BYTES];
};

/* All zero: empty. */
struct ac_header_memory {
	size_t next; /* to be written over */
	struct ac_header_kept kept[AC_HEADERS_KEPT];
};

/*
 * Fill in what the header says: its text goes to text, with a NUL, views of its
 * members are into copy; each has room for ac_base64url_decoded(encoded.len) + 1
 * bytes.  false, and nothing is written, when it is not remembered.
 */
bool ac_header_recall(const struct ac_header_memory *memory,
    struct authchain_span encoded, struct authchain_peek *peek, char *text,
    char *copy);

/* A header that was read and is good; copy is what the views of peek point
 * into. */
void ac_header_keep(struct ac_header_memory *memory,
    struct authchain_span encoded, const struct authchain_peek *peek,
    const char *copy);

#endif
