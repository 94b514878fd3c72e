/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The request that the client sent, as the proxy in between tells of it in
 * X-Forwarded and X-Original fields.  They are believed of proxies alone, and
 * only when they agree with each other.
 */
#ifndef AC_DAEMON_ORIGINAL_H
#define AC_DAEMON_ORIGINAL_H

#include "daemon/fields.h"
#include "daemon/route.h"
#include "daemon/trusted.h"

struct ac_original {
	struct authchain_span method, uri, scheme, host, client_address;
	const char *fault; /* what contradicts itself, or NULL */
};

/* Who sent it: peer_address is "" over a unix socket, which is believed. */
struct ac_origin {
	struct authchain_span method; /* of the request we got */
	struct authchain_span peer_address;
	bool believed;
	const struct ac_trusted *trusted;
};

/* All views; what is not known has no data. */
struct ac_original ac_original_read(const struct ac_fields *fields,
    const struct ac_route *route, const struct ac_origin *origin);

#endif
