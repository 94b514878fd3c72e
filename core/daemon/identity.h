/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who the client is, in X-Auth fields for the upstream.  The set is always
 * complete: a field that is absent would let a client's forged one through.
 */
#ifndef AC_DAEMON_IDENTITY_H
#define AC_DAEMON_IDENTITY_H

#include "base/buf.h"
#include "base/error.h"

#define AC_IDENTITY_COUNT     9
#define AC_IDENTITY_MAX_BYTES (16u << 10) /* of all values */

/* "X-Auth-User" ...; at is below AC_IDENTITY_COUNT. */
const char *ac_identity_name(size_t at);

/*
 * Add the at-th value to out: printable ASCII, one line, percent-encoded
 * (RFC 3986 2.1), "" when unknown.  Scopes and groups are words with one blank
 * between them; else a blank, a comma and a percent sign are encoded.
 */
void ac_identity_value(const struct authchain_decision *decision,
    const char *request_id, size_t at, struct ac_buf *out);

#endif
