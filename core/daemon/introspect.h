/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Introspection (RFC 7662) for servers that can ask nothing else.  Who asks is
 * judged by a chain before a byte of the body is kept; then the token in it is
 * judged by another.  What can't be judged is 503, and never "not active".
 */
#ifndef AC_DAEMON_INTROSPECT_H
#define AC_DAEMON_INTROSPECT_H

#include "daemon/exchange.h"

/* What libmicrohttpd calls with. */
struct ac_upload {
	const char *method, *version;
	const char *data; /* some of the body */
	size_t *len;
};

/* Each time that libmicrohttpd calls for a request on such a path. */
enum MHD_Result ac_introspect(struct ac_exchange *exchange,
    const struct ac_upload *upload);
void ac_introspect_free(struct ac_introspect **it);

#endif
