/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Errors for people: what, on what, why, what to do.  The first one wins; no
 * allocation.  Untrusted text enters only through ac_quote.
 */
#ifndef AC_BASE_ERROR_H
#define AC_BASE_ERROR_H

#include <authchain/authchain.h>

#include "base/span.h"

#include <stdarg.h>

/* Sets *err unless it is NULL or set already; always returns -1. */
int ac_error(struct authchain_error *err, enum authchain_error_code code,
    const char *format, ...) AUTHCHAIN_PRINTF(3, 4);
int ac_error_memory(struct authchain_error *err);
void ac_error_clear(struct authchain_error *err);

#define AC_QUOTE_BYTES 64 /* of the source shown at most */
struct ac_quote {
	char text[4 * AC_QUOTE_BYTES + 8];
};

/*
 * Untrusted text for a message, in double quotes: control bytes and what is
 * not ASCII as \xNN, quotes and backslashes escaped, cut with "..." at
 * AC_QUOTE_BYTES.  Returns quote->text.
 */
const char *ac_quote(struct ac_quote *quote, struct authchain_span text);

#endif
