/* SPDX-License-Identifier: BSD-2-Clause */
/* Networks, and whether an address is in one of them. */
#include "daemon/trusted.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/number.h"

#define V4_BITS_BEFORE 96 /* of ::ffff:0:0/96 */

static void
from_v4(unsigned char out[16], const void *v4)
{
	static const unsigned char prefix[12] = { [10] = 0xff, [11] = 0xff };

	memcpy(out, prefix, sizeof(prefix));
	memcpy(out + sizeof(prefix), v4, 4);
}

static bool
parse(struct authchain_span text, unsigned char out[16], bool *v4)
{
	char copy[INET6_ADDRSTRLEN];
	unsigned char four[4];

	if (text.len == 0 || text.len >= sizeof(copy) ||
	    memchr(text.data, '\0', text.len) != NULL)
		return false;
	memcpy(copy, text.data, text.len);
	copy[text.len] = '\0';
	*v4 = inet_pton(AF_INET, copy, four) == 1;
	if (*v4) {
		from_v4(out, four);
		return true;
	}
	return inet_pton(AF_INET6, copy, out) == 1;
}

/* Is every bit from the given one on 0? */
static bool
ends_there(const unsigned char bytes[16], unsigned int bits)
{
	for (unsigned int i = bits; i < 128; i++)
		if ((bytes[i / 8] >> (7 - i % 8) & 1) != 0)
			return false;
	return true;
}

int
ac_trusted_add(struct ac_trusted *trusted, const char *network,
    struct authchain_error *err)
{
	struct authchain_span text = ac_span_text(network);
	size_t slash = ac_span_find(text, '/', 0);
	struct ac_network added = { .bits = 128 };
	struct ac_quote quote;
	int64_t bits = 0;
	bool v4 = false;

	if (trusted->count == AC_TRUSTED_MAX)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "at most %d networks can be trusted", AC_TRUSTED_MAX);
	if (!parse(ac_span_cut(text, 0, slash), added.bytes, &v4) ||
	    (slash < text.len &&
		(!ac_number_parse(ac_span_cut(text, slash + 1, text.len),
		     &bits) ||
		    bits < 0 || bits > (v4 ? 32 : 128))))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "%s is no network: say 10.0.0.0/8, 192.0.2.7 or fd00::/8",
		    ac_quote(&quote, text));
	if (slash < text.len)
		added.bits = (unsigned int)bits + (v4 ? V4_BITS_BEFORE : 0);
	if (!ends_there(added.bytes, added.bits))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "%s has bits behind its prefix: a host's address where a "
		    "network's is meant",
		    ac_quote(&quote, text));
	trusted->at[trusted->count++] = added;
	return 0;
}

static bool
has(const struct ac_trusted *trusted, const unsigned char bytes[16])
{
	for (size_t i = 0; i < trusted->count; i++) {
		const struct ac_network *one = &trusted->at[i];
		unsigned int whole = one->bits / 8, rest = one->bits % 8;

		if (memcmp(one->bytes, bytes, whole) != 0)
			continue;
		if (rest == 0 ||
		    (one->bytes[whole] ^ bytes[whole]) >> (8 - rest) == 0)
			return true;
	}
	return false;
}

bool
ac_trusted_has(const struct ac_trusted *trusted, struct authchain_span address)
{
	unsigned char bytes[16];
	bool v4;

	return parse(address, bytes, &v4) && has(trusted, bytes);
}

bool
ac_trusted_has_peer(const struct ac_trusted *trusted,
    const struct sockaddr *peer)
{
	unsigned char bytes[16];

	if (peer->sa_family == AF_INET)
		from_v4(bytes, &((const struct sockaddr_in *)(const void *)peer)
				    ->sin_addr);
	else if (peer->sa_family == AF_INET6)
		memcpy(bytes,
		    &((const struct sockaddr_in6 *)(const void *)peer)
			 ->sin6_addr,
		    sizeof(bytes));
	else
		return false;
	return has(trusted, bytes);
}

bool
ac_trusted_is_address(struct authchain_span text)
{
	unsigned char bytes[16];
	bool v4;

	return parse(text, bytes, &v4);
}
