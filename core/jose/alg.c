/* SPDX-License-Identifier: BSD-2-Clause */
/* The algorithm table.  A row's place is its bit in a set. */
#include "jose/alg.h"

#define NAME_BYTES 5 /* of each */

static const struct ac_alg algs[] = {
	{ "HS256", AC_KTY_OCT, AC_SCHEME_HMAC, "SHA256", 32, NULL, 32 },
	{ "HS384", AC_KTY_OCT, AC_SCHEME_HMAC, "SHA384", 48, NULL, 48 },
	{ "HS512", AC_KTY_OCT, AC_SCHEME_HMAC, "SHA512", 64, NULL, 64 },
	{ "RS256", AC_KTY_RSA, AC_SCHEME_PKCS1, "SHA256", 32, NULL, 0 },
	{ "RS384", AC_KTY_RSA, AC_SCHEME_PKCS1, "SHA384", 48, NULL, 0 },
	{ "RS512", AC_KTY_RSA, AC_SCHEME_PKCS1, "SHA512", 64, NULL, 0 },
	{ "PS256", AC_KTY_RSA, AC_SCHEME_PSS, "SHA256", 32, NULL, 0 },
	{ "PS384", AC_KTY_RSA, AC_SCHEME_PSS, "SHA384", 48, NULL, 0 },
	{ "PS512", AC_KTY_RSA, AC_SCHEME_PSS, "SHA512", 64, NULL, 0 },
	{ "ES256", AC_KTY_EC, AC_SCHEME_ECDSA, "SHA256", 32, "P-256", 64 },
	{ "ES384", AC_KTY_EC, AC_SCHEME_ECDSA, "SHA384", 48, "P-384", 96 },
	{ "ES512", AC_KTY_EC, AC_SCHEME_ECDSA, "SHA512", 64, "P-521", 132 },
	{ "EdDSA", AC_KTY_OKP, AC_SCHEME_EDDSA, NULL, 0, NULL, 0 },
	{ NULL, AC_KTY_NONE, AC_SCHEME_HMAC, NULL, 0, NULL, 0 },
};

_Static_assert(sizeof(algs) / sizeof(algs[0]) == AC_ALG_COUNT + 1,
    "AC_ALG_COUNT is the number of rows");
_Static_assert(AC_ALG_COUNT <= 32, "a set has a bit for each row");

const struct ac_alg *
ac_alg_find(struct authchain_span name)
{
	const struct ac_alg *alg;

	if (name.len != NAME_BYTES)
		return NULL;
	for (alg = algs; alg->name != NULL; alg++) {
		if (memcmp(name.data, alg->name, NAME_BYTES) == 0)
			return alg;
	}
	return NULL;
}

const struct ac_alg *
ac_alg_table(void)
{
	return algs;
}

ac_alg_set
ac_alg_bit(const struct ac_alg *alg)
{
	return (ac_alg_set)1 << (alg - algs);
}
