/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What kind of place an IP address is, by IANA's registries of special-purpose
 * addresses, and which kinds a request may be sent to.
 */
#ifndef AC_NET_ADDRESS_H
#define AC_NET_ADDRESS_H

#include <authchain/plugin.h>

#include <stdbool.h>

enum ac_address_kind {
	AC_ADDRESS_NEVER, /* no address, or none a server can have */
	AC_ADDRESS_PUBLIC,
	AC_ADDRESS_PRIVATE, /* link-local and shared ones too */
	AC_ADDRESS_LOOPBACK
};

/* address as inet_ntop spells it.  An IPv4 address inside an IPv6 one counts
 * as itself. */
enum ac_address_kind ac_address_kind(const char *address);

/*
 * May a request with these AUTHCHAIN_FETCH_ flags go there?  By plain http to
 * loopback alone, with INSECURE_HTTP; by https to public addresses, and with
 * PRIVATE to private and loopback ones.
 */
bool ac_address_may(enum ac_address_kind kind, bool http, uint32_t flags);

#endif
