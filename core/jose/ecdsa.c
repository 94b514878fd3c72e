/* SPDX-License-Identifier: BSD-2-Clause */
#include "jose/ecdsa.h"

#include <string.h>

/* One INTEGER of the n bytes at in, which are not all zero; returns the byte
 * behind it. */
static unsigned char *
der_integer(unsigned char *out, const unsigned char *in, size_t n)
{
	while (n > 0 && *in == 0) {
		in++;
		n--;
	}
	*out++ = 0x02;
	*out++ = (unsigned char)(n + (*in >> 7));
	if (*in >> 7 != 0)
		*out++ = 0;
	memcpy(out, in, n);
	return out + n;
}

static bool
is_zero(const unsigned char *in, size_t n)
{
	unsigned char all = 0;
	size_t i;

	for (i = 0; i < n; i++)
		all |= in[i];
	return all == 0;
}

bool
ac_ecdsa_to_der(struct authchain_span raw, unsigned char out[AC_ECDSA_MAX_DER],
    size_t *len)
{
	const unsigned char *in = (const unsigned char *)raw.data;
	unsigned char body[AC_ECDSA_MAX_DER];
	size_t n = raw.len / 2, body_len, at = 0;

	if (n == 0 || n > AC_ECDSA_MAX_COORDINATE || is_zero(in, n) ||
	    is_zero(in + n, n))
		return false;
	body_len =
	    (size_t)(der_integer(der_integer(body, in, n), in + n, n) - body);
	out[at++] = 0x30;
	if (body_len > 0x7f)
		out[at++] = 0x81;
	out[at++] = (unsigned char)body_len;
	memcpy(out + at, body, body_len);
	*len = at + body_len;
	return true;
}
