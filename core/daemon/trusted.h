/* SPDX-License-Identifier: BSD-2-Clause */
/* Which peers are proxies whose X-Forwarded headers are believed. */
#ifndef AC_DAEMON_TRUSTED_H
#define AC_DAEMON_TRUSTED_H

#include "base/error.h"

#include <sys/socket.h>

#define AC_TRUSTED_MAX 64

struct ac_network {
	unsigned char bytes[16]; /* IPv4 as ::ffff:a.b.c.d */
	unsigned int bits;
};

struct ac_trusted {
	struct ac_network at[AC_TRUSTED_MAX];
	size_t count;
};

/* "10.0.0.0/8", "192.0.2.7", "fd00::/8"; bits behind the prefix must be 0. */
int ac_trusted_add(struct ac_trusted *trusted, const char *network,
    struct authchain_error *err);

/* Both take an IPv4 address inside an IPv6 one for what it is. */
bool ac_trusted_has(const struct ac_trusted *trusted,
    struct authchain_span address);
bool ac_trusted_has_peer(const struct ac_trusted *trusted,
    const struct sockaddr *peer);

/* Is it an address as text, without brackets, port or zone? */
bool ac_trusted_is_address(struct authchain_span text);

#endif
