/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A growing text buffer with a bound.  The first failure (memory, bound)
 * sticks: callers add as they like and look at `failed' once, at the end.
 * The text is always followed by a NUL.
 */
#ifndef AC_BASE_BUF_H
#define AC_BASE_BUF_H

#include "base/span.h"

#include <stdarg.h>

struct ac_buf {
	char *data;
	size_t len, cap, max;
	bool failed;
};

/* max_bytes bounds len. */
void ac_buf_init(struct ac_buf *buf, size_t max_bytes);
void ac_buf_clear(struct ac_buf *buf); /* frees; may be used again */
void ac_buf_wipe(struct ac_buf *buf);  /* the same, zeroing first */

void ac_buf_add(struct ac_buf *buf, struct authchain_span bytes);
void ac_buf_text(struct ac_buf *buf, const char *text);
void ac_buf_byte(struct ac_buf *buf, char byte);
void ac_buf_format(struct ac_buf *buf, const char *format, ...)
    AUTHCHAIN_PRINTF(2, 3);
void ac_buf_vformat(struct ac_buf *buf, const char *format, va_list ap)
    AUTHCHAIN_PRINTF(2, 0);
/* As the inside of a JSON string (RFC 8259 7); bytes must be UTF-8, others
 * become U+FFFD. */
void ac_buf_json(struct ac_buf *buf, struct authchain_span text);

/* View of the text; "" when empty. */
struct authchain_span ac_buf_span(const struct ac_buf *buf);
/* The text, the caller's to free; NULL when the buffer had failed.  The buffer
 * is empty afterwards. */
char *ac_buf_take(struct ac_buf *buf);

#endif
