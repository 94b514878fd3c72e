/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kinds of addresses, from two tables: IPv4 and IPv6 special-purpose ranges
 * (RFC 6890 and the IANA registries it founded).  The first row that holds an
 * address decides.
 */
#include "net/address.h"

#include <arpa/inet.h>
#include <string.h>

struct range {
	unsigned char prefix[16];
	unsigned int bits;
	enum ac_address_kind kind;
};

#define NEVER    AC_ADDRESS_NEVER
#define PRIVATE  AC_ADDRESS_PRIVATE
#define LOOPBACK AC_ADDRESS_LOOPBACK

static const struct range ranges4[] = {
	{ { 0 }, 8, NEVER },           /* this host; Linux connects to itself */
	{ { 10 }, 8, PRIVATE },        /* RFC 1918 */
	{ { 100, 64 }, 10, PRIVATE },  /* shared, RFC 6598 */
	{ { 127 }, 8, LOOPBACK },      /* RFC 1122 */
	{ { 169, 254 }, 16, PRIVATE }, /* link-local, cloud metadata */
	{ { 172, 16 }, 12, PRIVATE },
	{ { 192, 0, 0 }, 24, NEVER },    /* protocol assignments */
	{ { 192, 0, 2 }, 24, NEVER },    /* documentation, RFC 5737 */
	{ { 192, 88, 99 }, 24, NEVER },  /* 6to4 relays, RFC 7526 */
	{ { 192, 168 }, 16, PRIVATE },   /* RFC 1918 */
	{ { 198, 18 }, 15, PRIVATE },    /* benchmarks, RFC 2544 */
	{ { 198, 51, 100 }, 24, NEVER }, /* documentation */
	{ { 203, 0, 113 }, 24, NEVER },
	{ { 224 }, 4, NEVER }, /* multicast */
	{ { 240 }, 4, NEVER }, /* reserved, and broadcast */
	{ { 0 }, 0, AC_ADDRESS_PUBLIC },
};

static const struct range ranges6[] = {
	{ { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, 128, LOOPBACK },
	{ { 0x00, 0x64, 0xff, 0x9b, 0, 1 }, 48, PRIVATE }, /* RFC 8215 */
	{ { 0x20, 0x01, 0 }, 23, NEVER },          /* Teredo and others */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32, NEVER }, /* documentation */
	{ { 0x20, 0x02 }, 16, NEVER },             /* 6to4 */
	{ { 0x3f, 0xff, 0 }, 20, NEVER },          /* documentation */
	{ { 0x20 }, 3, AC_ADDRESS_PUBLIC },        /* global unicast */
	{ { 0xfc }, 7, PRIVATE },                  /* RFC 4193 */
	{ { 0xfe, 0x80 }, 10, PRIVATE },           /* link-local */
	{ { 0xfe, 0xc0 }, 10, PRIVATE },           /* site-local, RFC 3879 */
	{ { 0 }, 0, NEVER },
};

/* Where an IPv6 address only wraps an IPv4 one: ::ffff:0:0/96 (RFC 4291) and
 * 64:ff9b::/96 (RFC 6052). */
static const unsigned char wrapped[2][12] = {
	{ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff },
	{ 0x00, 0x64, 0xff, 0x9b },
};

static bool
is_in(const unsigned char *address, const struct range *range)
{
	unsigned int whole = range->bits / 8, rest = range->bits % 8;

	if (memcmp(address, range->prefix, whole) != 0)
		return false;
	return rest == 0 ||
	       ((address[whole] ^ range->prefix[whole]) >> (8 - rest)) == 0;
}

static enum ac_address_kind
kind_in(const unsigned char *address, const struct range *range)
{
	while (!is_in(address, range))
		range++; /* the last row of a table holds every address */
	return range->kind;
}

enum ac_address_kind
ac_address_kind(const char *address)
{
	unsigned char bytes[16];

	if (inet_pton(AF_INET, address, bytes) == 1)
		return kind_in(bytes, ranges4);
	if (inet_pton(AF_INET6, address, bytes) != 1)
		return AC_ADDRESS_NEVER;
	for (size_t i = 0; i < sizeof(wrapped) / sizeof(wrapped[0]); i++)
		if (memcmp(bytes, wrapped[i], sizeof(wrapped[i])) == 0)
			return kind_in(bytes + 12, ranges4);
	return kind_in(bytes, ranges6);
}

bool
ac_address_may(enum ac_address_kind kind, bool http, uint32_t flags)
{
	if (http)
		return kind == AC_ADDRESS_LOOPBACK &&
		       (flags & AUTHCHAIN_FETCH_INSECURE_HTTP) != 0;
	switch (kind) {
	case AC_ADDRESS_PUBLIC:
		return true;
	case AC_ADDRESS_PRIVATE:
	case AC_ADDRESS_LOOPBACK:
		return (flags & AUTHCHAIN_FETCH_PRIVATE) != 0;
	case AC_ADDRESS_NEVER:
		break;
	}
	return false;
}
