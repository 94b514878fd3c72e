/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who asks for an introspection: a bearer token, or HTTP Basic with a client's
 * id and secret (RFC 6749 2.3.1).  A chain judges either: of Basic the secret,
 * which must be one of the client that it is said to be of.
 */
#ifndef AC_DAEMON_CALLER_H
#define AC_DAEMON_CALLER_H

#include "base/buf.h"
#include "base/error.h"

#define AC_CALLER_MAX_BASIC (16u << 10) /* of base64 */

struct ac_caller {
	bool basic, malformed; /* Basic that can't be read */
	struct ac_buf pair;    /* "id:secret", wiped */
	struct authchain_span id, secret;
};

/* value: of the only Authorization field, or without data. */
void ac_caller_read(struct ac_caller *caller, struct authchain_span value);
void ac_caller_clear(struct ac_caller *caller);

/* Put its credential where a chain looks for it. */
void ac_caller_show(const struct ac_caller *caller,
    struct authchain_request *request);

/* Has the chain let this caller in, and no other and nobody? */
bool ac_caller_is(const struct ac_caller *caller,
    const struct authchain_decision *decision);

#endif
