/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a path asks for.  The dialect is chosen by path and never by query: some
 * proxies pass the client's query string on.
 */
#ifndef AC_DAEMON_ROUTE_H
#define AC_DAEMON_ROUTE_H

#include "base/span.h"

#define AC_ROUTE_MAX_CHAIN 64

enum ac_dialect {
	AC_DIALECT_NONE,         /* nothing is here */
	AC_DIALECT_FORWARD_AUTH, /* the real status, as the client shall get it */
	AC_DIALECT_AUTH_REQUEST, /* nginx: 200, 401, 403, never a body */
	AC_DIALECT_EXT_AUTHZ, /* Envoy: the rest of the path is the original */
	AC_DIALECT_DOCUMENT,  /* a well-known document */
	AC_DIALECT_INTROSPECT /* RFC 7662; chain "": the only one */
};

struct ac_route {
	enum ac_dialect dialect;
	char chain[AC_ROUTE_MAX_CHAIN + 1];
	/* EXT_AUTHZ: path and query that the client asked for; a view. */
	struct authchain_span original;
};

/* target: as it came, path and query, nothing decoded. */
struct ac_route ac_route_find(struct authchain_span target);

#endif
