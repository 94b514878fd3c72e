/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include "jose/alg.h"

/* RFC 7518 3.1 and RFC 8037 3.1, once more. */
static const struct {
	const char *name;
	enum ac_kty kty;
	enum ac_scheme scheme;
	const char *digest;
	size_t hash_bytes;
	const char *curve;
	size_t signature_bytes;
} rows[] = {
	{ "HS256", AC_KTY_OCT, AC_SCHEME_HMAC, "SHA256", 32, "", 32 },
	{ "HS384", AC_KTY_OCT, AC_SCHEME_HMAC, "SHA384", 48, "", 48 },
	{ "HS512", AC_KTY_OCT, AC_SCHEME_HMAC, "SHA512", 64, "", 64 },
	{ "RS256", AC_KTY_RSA, AC_SCHEME_PKCS1, "SHA256", 32, "", 0 },
	{ "RS384", AC_KTY_RSA, AC_SCHEME_PKCS1, "SHA384", 48, "", 0 },
	{ "RS512", AC_KTY_RSA, AC_SCHEME_PKCS1, "SHA512", 64, "", 0 },
	{ "PS256", AC_KTY_RSA, AC_SCHEME_PSS, "SHA256", 32, "", 0 },
	{ "PS384", AC_KTY_RSA, AC_SCHEME_PSS, "SHA384", 48, "", 0 },
	{ "PS512", AC_KTY_RSA, AC_SCHEME_PSS, "SHA512", 64, "", 0 },
	{ "ES256", AC_KTY_EC, AC_SCHEME_ECDSA, "SHA256", 32, "P-256", 64 },
	{ "ES384", AC_KTY_EC, AC_SCHEME_ECDSA, "SHA384", 48, "P-384", 96 },
	{ "ES512", AC_KTY_EC, AC_SCHEME_ECDSA, "SHA512", 64, "P-521", 132 },
	{ "EdDSA", AC_KTY_OKP, AC_SCHEME_EDDSA, "", 0, "", 0 },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static bool
is(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b) == 0;
}

static void
test_table(void)
{
	ac_alg_set all = 0;
	size_t i;

	for (i = 0; i < ROWS; i++) {
		const struct ac_alg *alg =
		    ac_alg_find(ac_span_text(rows[i].name));

		ok(alg == &ac_alg_table()[i] && is(alg->name, rows[i].name) &&
			alg->kty == rows[i].kty &&
			alg->scheme == rows[i].scheme &&
			is(alg->digest, rows[i].digest) &&
			alg->hash_bytes == rows[i].hash_bytes &&
			is(alg->curve, rows[i].curve) &&
			alg->signature_bytes == rows[i].signature_bytes &&
			(all & ac_alg_bit(alg)) == 0,
		    rows[i].name);
		all |= ac_alg_bit(&ac_alg_table()[i]);
	}
	ok(ROWS == AC_ALG_COUNT && ac_alg_table()[ROWS].name == NULL,
	    "there are no others");
}

static void
test_none(void)
{
	static const char *const names[] = { "", "none", "None", "NONE", "nOnE",
		"hs256", "HS256 ", " HS256", "HS2566", "HS25", "HS1", "RS1",
		"ES256K", "eddsa", "Ed25519", "RSA-OAEP", "A256GCM", "dir",
		"RS256\n", "RS256,HS256" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char name[64];

		snprintf(name, sizeof(name), "\"%.*s\" is none",
		    (int)strcspn(names[i], "\n"), names[i]);
		ok(ac_alg_find(ac_span_text(names[i])) == NULL, name);
	}
	ok(ac_alg_find(ac_span(NULL, 0)) == NULL, "no value is none");
	ok(ac_alg_find(ac_span("HS256\0", 6)) == NULL, "a NUL behind is none");
}

int
main(void)
{
	test_table();
	test_none();
	return done();
}
