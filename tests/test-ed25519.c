/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libraries of Ed25519 disagree about: keys and signatures at its edges.
 * Whoever checks in this build, the answers are these.
 */
#include "config.h" /* AC_ED25519 */

#include "tap.h"

#include <stdlib.h>

#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include "base/base64url.h"
#include "jose/ed25519.h"
#include "jose/jwk.h"

#include "testkeys.h"

#define KEY       AC_ED25519_KEY_BYTES
#define SIGNATURE AC_ED25519_SIGNATURE_BYTES
#define MESSAGE   "a message"

/* 2^252 + 27742317777372353535851937790883648493 */
static const char order[] = "1000000000000000000000000000000014def9dea2f79cd658"
			    "12631a5cf5d3ed";

/* 28 bytes */
#define ZERO28 "00000000000000000000000000000000000000000000000000000000"
#define FULL28 "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

#define SMALL  "small order"
#define TWICE  "not written in the one way"

static const struct {
	const char *name, *key; /* hexadecimal */
	const char *fault;      /* words of it; NULL: none */
} keys[] = {
	{ "y = 0", "000000" ZERO28 "00", SMALL },
	{ "y = 0, x negative", "000000" ZERO28 "80", SMALL },
	{ "the neutral point", "010000" ZERO28 "00", SMALL },
	{ "the neutral point, x negative", "010000" ZERO28 "80", SMALL },
	{ "a point of order 8",
	    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	    SMALL },
	{ "the one with x negative",
	    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
	    SMALL },
	{ "the other point of order 8",
	    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	    SMALL },
	{ "that one with x negative",
	    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
	    SMALL },
	{ "y = p - 1", "ecffff" FULL28 "7f", SMALL },
	{ "y = p - 1, x negative", "ecffff" FULL28 "ff", SMALL },
	{ "y = p, which is 0", "edffff" FULL28 "7f", SMALL },
	{ "y = p, x negative", "edffff" FULL28 "ff", SMALL },
	{ "y = p + 1, which is 1", "eeffff" FULL28 "7f", SMALL },
	{ "y = p + 1, x negative", "eeffff" FULL28 "ff", SMALL },
	{ "y = p + 2", "efffff" FULL28 "7f", TWICE },
	{ "y = p + 2, x negative", "efffff" FULL28 "ff", TWICE },
	{ "y = 2^255 - 1", "ffffff" FULL28 "7f", TWICE },
	{ "y = p - 2", "ebffff" FULL28 "7f", NULL },
	{ "y = 2", "020000" ZERO28 "00", NULL },
	{ "y = 1 and a bit far up", "010000" ZERO28 "01", NULL },
	{ "y = p + 1 less a bit far down", "eefeff" FULL28 "7f", NULL },
	{ "y = p + 1 less a bit far up", "eeffff" FULL28 "3f", NULL },
	{ "a neighbour of a point of order 8",
	    "27e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	    NULL },
};

#define KEYS (sizeof(keys) / sizeof(keys[0]))

static json_t *
object_of(const char *text)
{
	return ac_json_parse(ac_span_text(text), &ac_json_document, NULL);
}

static struct ac_jwk *
as_jwk(const unsigned char key[KEY], struct authchain_error *err)
{
	json_t *object = object_of(ed25519_public);
	struct ac_jwk *jwk;
	char x[64];

	ac_base64url_encode(ac_span((const char *)key, KEY), x);
	if (json_object_set_new(object, "x", json_string(x)) != 0)
		abort();
	jwk = ac_jwk_parse(object, AC_JWK_REMOTE, err);
	json_decref(object);
	return jwk;
}

static struct ac_jwk *
as_pem(const unsigned char key[KEY], struct authchain_error *err)
{
	EVP_PKEY *pkey =
	    EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key, KEY);
	BIO *bio = BIO_new(BIO_s_mem());
	struct ac_jwk *jwk;
	char *text;
	long len;

	if (pkey == NULL || bio == NULL || PEM_write_bio_PUBKEY(bio, pkey) != 1)
		abort();
	len = BIO_get_mem_data(bio, &text);
	jwk = ac_jwk_from_pem(ac_span(text, (size_t)len), err);
	BIO_free(bio);
	EVP_PKEY_free(pkey);
	return jwk;
}

static bool
answers(struct ac_jwk *jwk, const char *fault,
    const struct authchain_error *err)
{
	bool taken = jwk != NULL;

	ac_jwk_free(&jwk);
	return fault == NULL ? taken
			     : !taken && strstr(err->text, fault) != NULL;
}

static void
test_key(size_t row)
{
	struct authchain_error jwk_err = { 0 }, pem_err = { 0 };
	const char *want = keys[row].fault;
	unsigned char key[KEY];
	char name[96];
	bool good;

	if (!ac_hex_decode(ac_span_text(keys[row].key), key))
		abort();
	good = answers(as_jwk(key, &jwk_err), want, &jwk_err);
	good = answers(as_pem(key, &pem_err), want, &pem_err) && good;
	snprintf(name, sizeof(name), "%s: %s as JWK and PEM", keys[row].name,
	    want == NULL ? "taken" : "refused");
	good = good && ac_ed25519_is_small(key) ==
			   (want != NULL && strcmp(want, SMALL) == 0);
	ok(good, name);
	if (!good)
		printf("# %s; %s\n", jwk_err.text, pem_err.text);
}

/* The numbers of the key, and place for the rest. */
struct maker {
	struct ac_jwk *private, *public;
	const struct ac_alg *alg;
	unsigned char point[KEY];
	BIGNUM *order, *scalar;
	BN_CTX *ctx;
};

static struct ac_jwk *
parsed(const char *text)
{
	json_t *object = object_of(text);
	struct ac_jwk *jwk = ac_jwk_parse(object, AC_JWK_LOCAL, NULL);

	json_decref(object);
	return jwk;
}

static void
decode_member(const char *name, unsigned char out[KEY])
{
	json_t *object = object_of(ed25519_private);

	if (!ac_base64url_decode(ac_json_string(object, name), out))
		abort();
	json_decref(object);
}

static void
maker_init(struct maker *maker)
{
	unsigned char seed[KEY], hash[SHA512_DIGEST_LENGTH];

	maker->private = parsed(ed25519_private);
	maker->public = parsed(ed25519_public);
	maker->alg = ac_alg_find(ac_span_text("EdDSA"));
	decode_member("x", maker->point);
	decode_member("d", seed);
	(void)SHA512(seed, sizeof(seed), hash); /* RFC 8032 5.1.5 */
	hash[0] &= 0xf8;
	hash[31] = (unsigned char)((hash[31] & 0x7f) | 0x40);
	maker->order = NULL;
	maker->scalar = BN_lebin2bn(hash, KEY, NULL);
	maker->ctx = BN_CTX_new();
	if (maker->private == NULL || maker->public == NULL ||
	    maker->scalar == NULL || maker->ctx == NULL ||
	    BN_hex2bn(&maker->order, order) == 0)
		abort();
}

static void
maker_clear(struct maker *maker)
{
	ac_jwk_free(&maker->private);
	ac_jwk_free(&maker->public);
	BN_free(maker->order);
	BN_free(maker->scalar);
	BN_CTX_free(maker->ctx);
}

static bool
verifies(const struct maker *maker, const unsigned char signature[SIGNATURE])
{
	return ac_jwk_verify(maker->public, maker->alg, ac_span_text(MESSAGE),
	    ac_span((const char *)signature, SIGNATURE));
}

/* A signature whose r is 0, as only the key's owner can make it: R is neutral,
 * S = H(R, A, M) a.  The equation holds. */
static void
sign_with_nothing(const struct maker *maker, unsigned char signature[SIGNATURE])
{
	unsigned char text[2 * KEY + sizeof(MESSAGE) - 1] = { 1 };
	unsigned char hash[SHA512_DIGEST_LENGTH];
	BIGNUM *h;

	memcpy(text + KEY, maker->point, KEY);
	memcpy(text + 2 * KEY, MESSAGE, sizeof(MESSAGE) - 1);
	(void)SHA512(text, sizeof(text), hash);
	h = BN_lebin2bn(hash, sizeof(hash), NULL);
	if (h == NULL ||
	    BN_mod_mul(h, h, maker->scalar, maker->order, maker->ctx) != 1)
		abort();
	memcpy(signature, text, KEY);
	if (BN_bn2lebinpad(h, signature + KEY, KEY) != KEY)
		abort();
	BN_free(h);
}

/* Is one good whose S is larger by the order, twice the order, ...? */
static bool
any_multiple(const struct maker *maker, const unsigned char good[SIGNATURE])
{
	BIGNUM *s = BN_lebin2bn(good + KEY, KEY, NULL);
	unsigned char other[SIGNATURE];
	bool any = false;

	memcpy(other, good, SIGNATURE);
	while (s != NULL && BN_add(s, s, maker->order) == 1 &&
	       BN_bn2lebinpad(s, other + KEY, KEY) == KEY)
		any = verifies(maker, other) || any;
	BN_free(s);
	return any;
}

static void
test_signatures(const struct maker *maker)
{
	unsigned char good[SIGNATURE], other[SIGNATURE] = { 1 };
	struct ac_buf out;

	ac_buf_init(&out, SIGNATURE);
	if (ac_jwk_sign(maker->private, maker->alg, ac_span_text(MESSAGE), &out,
		NULL) != 0)
		abort();
	memcpy(good, out.data, SIGNATURE);
	ac_buf_clear(&out);
	ok(verifies(maker, good), "a good signature");
	ok(!verifies(maker, other), "R neutral, S 0: not good");
	sign_with_nothing(maker, other);
	ok(!verifies(maker, other), "R neutral, S fits: refused");
	other[KEY - 1] |= 0x80;
	ok(!verifies(maker, other), "the same, x negative: refused");
	ok(!any_multiple(maker, good),
	    "S and a multiple of the order: refused");
	ok(verifies(maker, good), "the good one still is");
}

static void
test_points(const struct maker *maker)
{
	unsigned char beside[KEY] = { 2 }; /* no x belongs to y = 2 */
	unsigned char signature[SIGNATURE] = { 1 };
	struct ac_jwk *jwk = as_jwk(beside, NULL);

	ok(jwk != NULL && !ac_jwk_verify(jwk, maker->alg, ac_span_text(MESSAGE),
			      ac_span((const char *)signature, SIGNATURE)),
	    "a key beside the curve has no good signature");
	ac_jwk_free(&jwk);
}

static void
test_library(const struct maker *maker)
{
	bool wanted = strcmp(AC_ED25519, "libsodium") == 0;
	EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
	    maker->point, KEY);

	ok(key != NULL && (ac_ed25519_instead(key) != NULL) == wanted,
	    "checked by " AC_ED25519 ", as configure was told");
	EVP_PKEY_free(key);
}

int
main(void)
{
	struct maker maker;
	size_t i;

	for (i = 0; i < KEYS; i++)
		test_key(i);
	maker_init(&maker);
	test_signatures(&maker);
	test_points(&maker);
	test_library(&maker);
	maker_clear(&maker);
	return done();
}
