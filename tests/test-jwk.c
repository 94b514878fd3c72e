/* SPDX-License-Identifier: BSD-2-Clause */
/* Which JWKs are taken, and what a key may then be used for. */
#include "tap.h"

#include <stdlib.h>

#include "base/base64url.h"
#include "jose/jwk.h"

#include "testkeys.h"

struct row {
	const char *name;
	const char *base;
	const char *edit;    /* members that replace or join those of base */
	const char *without; /* a member that goes */
	enum ac_jwk_source source;
	const char *words; /* of the refusal; NULL: it is taken */
};

static json_t *
parse(const char *text)
{
	struct authchain_error err = { 0 };
	json_t *root =
	    ac_json_parse(ac_span_text(text), &ac_json_document, &err);

	if (root == NULL)
		printf("# %s\n", err.text);
	return root;
}

static json_t *
edited(const char *base, const char *edit, const char *without)
{
	json_t *key = parse(base), *other;

	if (edit != NULL) {
		other = parse(edit);
		json_object_update(key, other);
		json_decref(other);
	}
	if (without != NULL)
		json_object_del(key, without);
	return key;
}

static struct ac_jwk *
load(const char *base, const char *edit, enum ac_jwk_source source,
    struct authchain_error *err)
{
	json_t *object = edited(base, edit, NULL);
	struct ac_jwk *jwk = ac_jwk_parse(object, source, err);

	json_decref(object);
	return jwk;
}

static void
test_rows(const struct row *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct authchain_error err = { 0 };
		json_t *object =
		    edited(rows[i].base, rows[i].edit, rows[i].without);
		struct ac_jwk *jwk = ac_jwk_parse(object, rows[i].source, &err);
		bool right = rows[i].words == NULL
				 ? jwk != NULL && err.code == 0
				 : jwk == NULL &&
				       strstr(err.text, rows[i].words) != NULL;

		ok(right, rows[i].name);
		if (!right)
			printf("# %s\n", err.text);
		ac_jwk_free(&jwk);
		json_decref(object);
	}
}

#define ROWS(rows) test_rows(rows, sizeof(rows) / sizeof((rows)[0]))
#define R          AC_JWK_REMOTE
#define L          AC_JWK_LOCAL

static void
test_kinds(void)
{
	static const struct row rows[] = {
		{ "a public RSA key", rsa_public, NULL, NULL, R, NULL },
		{ "a public key on P-256", p256_public, NULL, NULL, R, NULL },
		{ "a public key on P-384", p384_public, NULL, NULL, R, NULL },
		{ "a public key on P-521", p521_public, NULL, NULL, R, NULL },
		{ "a public Ed25519 key", ed25519_public, NULL, NULL, R, NULL },
		{ "a public Ed448 key", ed448_public, NULL, NULL, R, NULL },
		{ "a private RSA key of ours", rsa_private, NULL, NULL, L,
		    NULL },
		{ "a private P-256 key of ours", p256_private, NULL, NULL, L,
		    NULL },
		{ "a private P-521 key of ours", p521_private, NULL, NULL, L,
		    NULL },
		{ "a private Ed25519 key of ours", ed25519_private, NULL, NULL,
		    L, NULL },
		{ "a private Ed448 key of ours", ed448_private, NULL, NULL, L,
		    NULL },
		{ "a symmetric key of ours", oct_64, NULL, NULL, L, NULL },
		{ "a remote private RSA key", rsa_private, NULL, NULL, R,
		    "no secret any more" },
		{ "a remote private P-256 key", p256_private, NULL, NULL, R,
		    "no secret any more" },
		{ "a remote private Ed25519 key", ed25519_private, NULL, NULL,
		    R, "no secret any more" },
		{ "a remote symmetric key", oct_64, NULL, NULL, R,
		    "a symmetric key in a key set" },
		{ "a remote key with d alone", rsa_public, "{\"d\":\"AQ\"}",
		    NULL, R, "no secret any more" },
		{ "a remote key with d that is no text", rsa_public,
		    "{\"d\":1}", NULL, R, "no secret any more" },
		{ "a remote key with k", rsa_public, "{\"k\":\"AQ\"}", NULL, R,
		    "no secret any more" },
		{ "a remote key with qi", rsa_public, "{\"qi\":\"AQ\"}", NULL,
		    R, "no secret any more" },
		{ "a private RSA key without p", rsa_private, NULL, "p", L,
		    "\"p\" is missing" },
		{ "a private RSA key without qi", rsa_private, NULL, "qi", L,
		    "\"qi\" is missing" },
		{ "an RSA key of three primes", rsa_private, "{\"oth\":[]}",
		    NULL, L, "more than two primes" },
		{ "no kty", rsa_public, NULL, "kty", R, "type (none)" },
		{ "kty that is no text", rsa_public, "{\"kty\":1}", NULL, R,
		    "type (none)" },
		{ "kty in lower case", rsa_public, "{\"kty\":\"rsa\"}", NULL, R,
		    "type \"rsa\"" },
		{ "kty of a stranger", rsa_public, "{\"kty\":\"AKP\"}", NULL, R,
		    "type \"AKP\"" },
		{ "oct in upper case", oct_64, "{\"kty\":\"OCT\"}", NULL, L,
		    "type \"OCT\"" },
		{ "an EC key that calls itself RSA", p256_public,
		    "{\"kty\":\"RSA\"}", NULL, R, "\"n\" is missing" },
		{ "an RSA key that calls itself EC", rsa_public,
		    "{\"kty\":\"EC\"}", NULL, R, "curve (none)" },
	};

	ROWS(rows);
}

static void
test_members(void)
{
	static const struct row rows[] = {
		{ "kid, use, key_ops and alg", rsa_public,
		    "{\"kid\":\"a\",\"use\":\"sig\",\"key_ops\":[\"verify\"],"
		    "\"alg\":\"RS256\"}",
		    NULL, R, NULL },
		{ "members nobody knows", rsa_public, "{\"x5c\":[],\"x\":{}}",
		    NULL, R, NULL },
		{ "kid that is a number", rsa_public, "{\"kid\":1}", NULL, R,
		    "\"kid\" is no text" },
		{ "kid that is null", rsa_public, "{\"kid\":null}", NULL, R,
		    "\"kid\" is no text" },
		{ "use that is no text", rsa_public, "{\"use\":1}", NULL, R,
		    "\"use\" is no text" },
		{ "alg that is no text", rsa_public, "{\"alg\":[\"RS256\"]}",
		    NULL, R, "\"alg\" is no text" },
		{ "key_ops that is no list", rsa_public,
		    "{\"key_ops\":\"verify\"}", NULL, R,
		    "\"key_ops\" is no list" },
		{ "key_ops that is no list of texts", rsa_public,
		    "{\"key_ops\":[\"verify\",1]}", NULL, R,
		    "no list of texts" },
		{ "no modulus", rsa_public, NULL, "n", R, "\"n\" is missing" },
		{ "no exponent", rsa_public, NULL, "e", R, "\"e\" is missing" },
		{ "an empty modulus", rsa_public, "{\"n\":\"\"}", NULL, R,
		    "\"n\" is no text, or empty" },
		{ "a modulus that is a number", rsa_public, "{\"n\":65537}",
		    NULL, R, "\"n\" is no text" },
		{ "a modulus of 0", rsa_public, "{\"n\":\"AA\"}", NULL, R,
		    "\"n\" is zero" },
		{ "an exponent of 0", rsa_public, "{\"e\":\"AA\"}", NULL, R,
		    "\"e\" is zero" },
		{ "an exponent with padding", rsa_public, "{\"e\":\"AQ==\"}",
		    NULL, R, "not strict base64url" },
		{ "an exponent with white space", rsa_public,
		    "{\"e\":\"AQAB \"}", NULL, R, "not strict base64url" },
		{ "an exponent with stray bits", rsa_public, "{\"e\":\"AR\"}",
		    NULL, R, "not strict base64url" },
		{ "no symmetric bytes", oct_64, NULL, "k", L,
		    "\"k\" is missing" },
		{ "empty symmetric bytes", oct_64, "{\"k\":\"\"}", NULL, L,
		    "\"k\" is no text, or empty" },
		{ "symmetric bytes in base64", oct_64, "{\"k\":\"+/+/\"}", NULL,
		    L, "not strict base64url" },
		{ "one symmetric byte, which no algorithm takes", oct_64,
		    "{\"k\":\"AA\"}", NULL, L, NULL },
	};

	ROWS(rows);
}

static void
test_points(void)
{
	static const struct row rows[] = {
		{ "no curve", p256_public, NULL, "crv", R, "curve (none)" },
		{ "a curve nobody knows", p256_public, "{\"crv\":\"P-257\"}",
		    NULL, R, "curve \"P-257\"" },
		{ "OpenSSL's name of the curve", p256_public,
		    "{\"crv\":\"prime256v1\"}", NULL, R,
		    "curve \"prime256v1\"" },
		{ "secp256k1", p256_public, "{\"crv\":\"secp256k1\"}", NULL, R,
		    "curve \"secp256k1\"" },
		{ "P-256's point on P-384", p256_public, "{\"crv\":\"P-384\"}",
		    NULL, R, "32 bytes instead of 48" },
		{ "P-384's point on P-256", p384_public, "{\"crv\":\"P-256\"}",
		    NULL, R, "longer than 32 bytes" },
		{ "an Edwards curve as EC", ed25519_public, "{\"kty\":\"EC\"}",
		    NULL, R, "curve \"Ed25519\"" },
		{ "P-256 as OKP", p256_public, "{\"kty\":\"OKP\"}", NULL, R,
		    "curve \"P-256\"" },
		{ "X25519, which can't sign", ed25519_public,
		    "{\"crv\":\"X25519\"}", NULL, R, "curve \"X25519\"" },
		{ "no x", p256_public, NULL, "x", R, "\"x\" is missing" },
		{ "no y", p256_public, NULL, "y", R, "\"y\" is missing" },
		{ "the point 0, 0", p256_public,
		    "{\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
		    "\"y\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
		    NULL, R, "not on the curve" },
		{ "a point beside the curve", p256_public,
		    "{\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE\"}",
		    NULL, R, "not on the curve" },
		{ "a coordinate over the field", p256_public,
		    "{\"x\":\"__________________________________________8\"}",
		    NULL, R, "not on the curve" },
		{ "a coordinate a byte short", p256_public,
		    "{\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
		    NULL, R, "31 bytes instead of 32" },
		{ "a coordinate a byte long", p256_public,
		    "{\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
		    NULL, R, "longer than 32 bytes" },
		{ "an Ed25519 key a byte short", ed25519_public,
		    "{\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
		    NULL, R, "31 bytes instead of 32" },
		{ "Ed25519's bytes as Ed448", ed25519_public,
		    "{\"crv\":\"Ed448\"}", NULL, R, "32 bytes instead of 57" },
		{ "a private half of 0", p256_private,
		    "{\"d\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
		    NULL, L, "\"d\" is zero" },
		{ "a private half that is another's", p256_private,
		    "{\"d\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE\"}",
		    NULL, L, "don't belong together" },
		{ "a private half over the order", p256_private,
		    "{\"d\":\"__________________________________________8\"}",
		    NULL, L, "" },
		{ "an Ed25519 half that is another's", ed25519_private,
		    "{\"d\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE\"}",
		    NULL, L, "don't belong together" },
		{ "an RSA half that is another's", rsa_private,
		    "{\"d\":\"AQAB\"}", NULL, L, "don't belong together" },
	};

	ROWS(rows);
}

/* The RSA key with this modulus and exponent is taken. */
static bool
takes_rsa(const unsigned char *n, size_t n_len, const char *e,
    const char *words)
{
	char text[1600], edit[1800];
	struct authchain_error err = { 0 };
	struct ac_jwk *jwk;
	bool taken;

	ac_base64url_encode(ac_span((const char *)n, n_len), text);
	snprintf(edit, sizeof(edit), "{\"n\":\"%s\",\"e\":\"%s\"}", text, e);
	jwk = load(rsa_public, edit, AC_JWK_REMOTE, &err);
	taken = jwk != NULL;
	ac_jwk_free(&jwk);
	if (!taken && words != NULL && strstr(err.text, words) == NULL)
		printf("# %s\n", err.text);
	return words == NULL ? taken
			     : !taken && strstr(err.text, words) != NULL;
}

/* An odd number of that many bits that nobody chose. */
static size_t
modulus(unsigned char *n, size_t bits)
{
	size_t len = (bits + 7) / 8;

	memset(n, 0xa5, len);
	n[0] = (unsigned char)(1u << ((bits - 1) % 8));
	return len;
}

static void
test_rsa_bounds(void)
{
	unsigned char n[1100];
	size_t len;

	ok(takes_rsa(n, modulus(n, 2048), "AQAB", NULL), "2048 bits");
	ok(takes_rsa(n, modulus(n, 2047), "AQAB", "an RSA key of 2047 bits"),
	    "2047 bits are too few");
	ok(takes_rsa(n, modulus(n, 1024), "AQAB", "an RSA key of 1024 bits"),
	    "1024 bits as well");
	ok(takes_rsa(n, modulus(n, 8192), "AQAB", NULL), "8192 bits");
	ok(takes_rsa(n, modulus(n, 8193), "AQAB", "longer than 1024 bytes"),
	    "8193 bits are too many");
	len = modulus(n + 1, 2048);
	n[0] = 0;
	ok(takes_rsa(n, len + 1, "AQAB", NULL),
	    "a zero byte in front, as some write it");
	memset(n, 0, 200);
	(void)modulus(n + 200, 1024);
	ok(takes_rsa(n, 328, "AQAB", "an RSA key of 1024 bits"),
	    "zero bytes don't make it longer");
	len = modulus(n, 2048);
	ok(takes_rsa(n, len, "Aw", NULL), "an exponent of 3");
	ok(takes_rsa(n, len, "AQ", "exponent"), "an exponent of 1");
	ok(takes_rsa(n, len, "Ag", "exponent"), "an exponent of 2");
	ok(takes_rsa(n, len, "AQAA", "exponent"), "an exponent of 65536");
	ok(takes_rsa(n, len, "__________8", NULL), "an exponent of 64 bits");
	ok(takes_rsa(n, len, "AQAAAAAAAAAB", "exponent"),
	    "an exponent of 65 bits");
	n[len - 1] = 0xa4;
	ok(takes_rsa(n, len, "AQAB", "even modulus"), "an even modulus");
}

static void
test_broken_generator(void)
{
	/* 65537^128, which is 2049 bits long */
	unsigned char n[300] = { 1 }, next[300];
	size_t len = 1, i;
	int power;

	for (power = 0; power < 128; power++) { /* n = n << 16 + n */
		unsigned int carry = 0;

		memset(next, 0, sizeof(next));
		memcpy(next + 2, n, len);
		for (i = 0; i < len + 3; i++) {
			size_t at = len + 2 - i;
			unsigned int sum = carry;

			if (at >= 3 && at - 3 < len)
				sum += n[at - 3];
			if (at >= 1)
				sum += at - 1 < len ? n[at - 1] : 0;
			next[at] = (unsigned char)sum;
			carry = sum >> 8;
		}
		len += 3;
		for (i = 0; next[i] == 0; i++)
			;
		len -= i;
		memcpy(n, next + i, len);
	}
	ok(takes_rsa(n, len, "AQAB", "ROCA"), "a key of a broken generator");
}

static void
test_kid_bound(void)
{
	char kid[AC_JWK_MAX_KID + 2], edit[400];
	struct authchain_error err = { 0 };
	struct ac_jwk *jwk;

	memset(kid, 'k', sizeof(kid));
	kid[AC_JWK_MAX_KID] = '\0';
	snprintf(edit, sizeof(edit), "{\"kid\":\"%s\"}", kid);
	jwk = load(rsa_public, edit, AC_JWK_REMOTE, NULL);
	ok(jwk != NULL && ac_jwk_kid(jwk).len == AC_JWK_MAX_KID,
	    "a kid as long as is allowed");
	ac_jwk_free(&jwk);
	kid[AC_JWK_MAX_KID] = 'k';
	kid[AC_JWK_MAX_KID + 1] = '\0';
	snprintf(edit, sizeof(edit), "{\"kid\":\"%s\"}", kid);
	ok(load(rsa_public, edit, AC_JWK_REMOTE, &err) == NULL &&
		strstr(err.text, "at most 256 bytes") != NULL,
	    "one byte more");
	jwk = load(rsa_public, NULL, AC_JWK_REMOTE, NULL);
	ok(jwk != NULL && ac_jwk_kid(jwk).data == NULL, "no kid is no value");
	ac_jwk_free(&jwk);
	jwk = load(rsa_public, "{\"kid\":\"\"}", AC_JWK_REMOTE, NULL);
	ok(jwk != NULL && ac_jwk_kid(jwk).data != NULL &&
		ac_jwk_kid(jwk).len == 0,
	    "an empty kid is one");
	ac_jwk_free(&jwk);
}

static void
test_secret_bound(void)
{
	char bytes[AC_JWK_OCT_MAX_BYTES + 1];
	struct ac_jwk *jwk;

	memset(bytes, 's', sizeof(bytes));
	jwk = ac_jwk_from_secret(ac_span(bytes, AC_JWK_OCT_MAX_BYTES), NULL);
	ok(jwk != NULL && ac_jwk_kty(jwk) == AC_KTY_OCT &&
		ac_jwk_is_private(jwk),
	    "a secret as long as is allowed");
	ac_jwk_free(&jwk);
	ok(ac_jwk_from_secret(ac_span(bytes, sizeof(bytes)), NULL) == NULL,
	    "one byte more");
	ok(ac_jwk_from_secret(ac_span(bytes, 0), NULL) == NULL,
	    "an empty secret");
	ok(ac_jwk_from_secret(ac_span(NULL, 0), NULL) == NULL, "none at all");
}

/* The names of all that the key allows, in the table's order. */
static const char *
allowed(const struct ac_jwk *jwk, char out[128])
{
	const struct ac_alg *alg;

	out[0] = '\0';
	for (alg = ac_alg_table(); jwk != NULL && alg->name != NULL; alg++) {
		if (ac_jwk_allows(jwk, alg))
			snprintf(out + strlen(out), 128 - strlen(out), "%s%s",
			    out[0] == '\0' ? "" : " ", alg->name);
	}
	return out;
}

static void
test_allows(void)
{
	static const char any_rsa[] = "RS256 RS384 RS512 PS256 PS384 PS512";
	static const struct {
		const char *name;
		const char *base;
		const char *edit;
		const char *want;
	} rows[] = {
		{ "an RSA key serves RS and PS", rsa_public, NULL, any_rsa },
		{ "a private one as well", rsa_private, NULL, any_rsa },
		{ "P-256 serves ES256", p256_public, NULL, "ES256" },
		{ "P-384 serves ES384", p384_public, NULL, "ES384" },
		{ "P-521 serves ES512", p521_public, NULL, "ES512" },
		{ "Ed25519 serves EdDSA", ed25519_public, NULL, "EdDSA" },
		{ "Ed448 serves EdDSA", ed448_public, NULL, "EdDSA" },
		{ "64 bytes serve every HS", oct_64, NULL,
		    "HS256 HS384 HS512" },
		{ "use sig", rsa_public, "{\"use\":\"sig\"}", any_rsa },
		{ "use enc", rsa_public, "{\"use\":\"enc\"}", "" },
		{ "use SIG", rsa_public, "{\"use\":\"SIG\"}", "" },
		{ "use empty", rsa_public, "{\"use\":\"\"}", "" },
		{ "key_ops verify", rsa_public, "{\"key_ops\":[\"verify\"]}",
		    any_rsa },
		{ "key_ops with verify among others", rsa_public,
		    "{\"key_ops\":[\"sign\",\"verify\"]}", any_rsa },
		{ "key_ops sign", rsa_public, "{\"key_ops\":[\"sign\"]}", "" },
		{ "key_ops encrypt", rsa_public, "{\"key_ops\":[\"encrypt\"]}",
		    "" },
		{ "key_ops empty", rsa_public, "{\"key_ops\":[]}", "" },
		{ "alg of one", rsa_public, "{\"alg\":\"PS384\"}", "PS384" },
		{ "alg of another type", rsa_public, "{\"alg\":\"ES256\"}",
		    "" },
		{ "alg HS256 on a public key", rsa_public,
		    "{\"alg\":\"HS256\"}", "" },
		{ "alg of another curve", p256_public, "{\"alg\":\"ES384\"}",
		    "" },
		{ "alg of an encryption", rsa_public, "{\"alg\":\"RSA-OAEP\"}",
		    "" },
		{ "alg none", rsa_public, "{\"alg\":\"none\"}", "" },
		{ "alg empty", rsa_public, "{\"alg\":\"\"}", "" },
		{ "alg in lower case", rsa_public, "{\"alg\":\"rs256\"}", "" },
		{ "alg fits but use does not", rsa_public,
		    "{\"alg\":\"RS256\",\"use\":\"enc\"}", "" },
	};
	char names[128];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ac_jwk *jwk =
		    load(rows[i].base, rows[i].edit, AC_JWK_LOCAL, NULL);

		ok(jwk != NULL &&
			strcmp(allowed(jwk, names), rows[i].want) == 0,
		    rows[i].name);
		ac_jwk_free(&jwk);
	}
}

static void
test_hmac_floors(void)
{
	static const struct {
		size_t len;
		const char *want;
	} rows[] = {
		{ 1, "" },
		{ 31, "" },
		{ 32, "HS256" },
		{ 47, "HS256" },
		{ 48, "HS256 HS384" },
		{ 63, "HS256 HS384" },
		{ 64, "HS256 HS384 HS512" },
	};
	char bytes[64], names[128], name[64];
	size_t i;

	memset(bytes, 'x', sizeof(bytes));
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ac_jwk *jwk =
		    ac_jwk_from_secret(ac_span(bytes, rows[i].len), NULL);

		snprintf(name, sizeof(name), "%zu bytes serve \"%s\"",
		    rows[i].len, rows[i].want);
		ok(strcmp(allowed(jwk, names), rows[i].want) == 0, name);
		ac_jwk_free(&jwk);
	}
}

int
main(void)
{
	test_kinds();
	test_members();
	test_points();
	test_rsa_bounds();
	test_broken_generator();
	test_kid_bound();
	test_secret_bound();
	test_allows();
	test_hmac_floors();
	ok(ac_jwk_parse(NULL, AC_JWK_LOCAL, NULL) == NULL, "no object at all");
	return done();
}
