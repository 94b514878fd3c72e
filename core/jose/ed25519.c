/* SPDX-License-Identifier: BSD-2-Clause */
/* Points of Ed25519 that are nobody's: with a key of small order a signature
 * can be made by anyone, without the private half. */
#include "jose/ed25519.h"

#include <string.h>

#define SIGN 0x80 /* of x, in the last byte */

/* y of all points whose order divides 8, little-endian: RFC 8032 5.1 leaves 5
 * canonical ones, whatever the sign of x. */
static const unsigned char small[][AC_ED25519_KEY_BYTES] = {
	{ 0 },
	{ 1 },
	{ 0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
	    0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
	    0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05 },
	{ 0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
	    0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
	    0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a },
	{ 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
};

/* y is p = 2^255 - 19 or more: a second way to write one of 19 numbers. */
static bool
is_over_the_field(const unsigned char point[AC_ED25519_KEY_BYTES])
{
	size_t i;

	if ((point[AC_ED25519_KEY_BYTES - 1] & ~SIGN) != 0x7f ||
	    point[0] < 0xed)
		return false;
	for (i = 1; i < AC_ED25519_KEY_BYTES - 1; i++) {
		if (point[i] != 0xff)
			return false;
	}
	return true;
}

bool
ac_ed25519_is_small(const unsigned char point[AC_ED25519_KEY_BYTES])
{
	unsigned char y[AC_ED25519_KEY_BYTES];
	size_t i;

	memcpy(y, point, sizeof(y));
	y[sizeof(y) - 1] &= (unsigned char)~SIGN;
	if (is_over_the_field(y)) { /* less p */
		y[0] = (unsigned char)(y[0] - 0xed);
		memset(y + 1, 0, sizeof(y) - 1);
	}
	for (i = 0; i < sizeof(small) / sizeof(small[0]); i++) {
		if (memcmp(y, small[i], sizeof(y)) == 0)
			return true;
	}
	return false;
}

const char *
ac_ed25519_fault(const unsigned char key[AC_ED25519_KEY_BYTES])
{
	if (ac_ed25519_is_small(key))
		return "an Ed25519 key of small order, for which anyone can "
		       "make signatures: it is nobody's";
	if (is_over_the_field(key))
		return "an Ed25519 key that is not written in the one way "
		       "there is (RFC 8032 5.1.3)";
	return NULL;
}
