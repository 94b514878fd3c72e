/* SPDX-License-Identifier: BSD-2-Clause */
/* Making and checking signatures, by all algorithms and from many threads. */
#include "tap.h"

#include <pthread.h>
#include <stdlib.h>

#include <openssl/err.h>

#include "jose/jwk.h"

#include "testkeys.h"

#define THREADS       4
#define TURNS         50
#define MAX_SIGNATURE 1024

static const struct {
	const char *alg;
	const char *private, *public, *other;
	size_t bytes;
} rows[] = {
	{ "HS256", oct_64, oct_64, NULL, 32 },
	{ "HS384", oct_64, oct_64, NULL, 48 },
	{ "HS512", oct_64, oct_64, NULL, 64 },
	{ "RS256", rsa_private, rsa_public, rsa_other_public, 256 },
	{ "RS384", rsa_private, rsa_public, rsa_other_public, 256 },
	{ "RS512", rsa_private, rsa_public, rsa_other_public, 256 },
	{ "PS256", rsa_private, rsa_public, rsa_other_public, 256 },
	{ "PS384", rsa_private, rsa_public, rsa_other_public, 256 },
	{ "PS512", rsa_private, rsa_public, rsa_other_public, 256 },
	{ "ES256", p256_private, p256_public, p384_public, 64 },
	{ "ES384", p384_private, p384_public, p521_public, 96 },
	{ "ES512", p521_private, p521_public, p256_public, 132 },
	{ "EdDSA", ed25519_private, ed25519_public, ed448_public, 64 },
	{ "EdDSA", ed448_private, ed448_public, ed25519_public, 114 },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static struct ac_jwk *
load(const char *text)
{
	struct authchain_error err = { 0 };
	json_t *object =
	    ac_json_parse(ac_span_text(text), &ac_json_document, &err);
	struct ac_jwk *jwk = ac_jwk_parse(object, AC_JWK_LOCAL, &err);

	if (jwk == NULL)
		printf("# %s\n", err.text);
	json_decref(object);
	return jwk;
}

/* Is every change of the signature refused?  Each byte, and its length. */
static bool
no_other(const struct ac_jwk *jwk, const struct ac_alg *alg,
    struct authchain_span message, struct authchain_span signature)
{
	char bytes[MAX_SIGNATURE + 1] = { 0 };
	bool refused = true;
	size_t i;

	memcpy(bytes, signature.data, signature.len);
	for (i = 0; i < signature.len; i++) {
		bytes[i] ^= (char)(1 << i % 8);
		refused = refused && !ac_jwk_verify(jwk, alg, message,
					 ac_span(bytes, signature.len));
		bytes[i] ^= (char)(1 << i % 8);
	}
	for (i = 0; i <= signature.len + 1; i++) {
		if (i != signature.len)
			refused = refused && !ac_jwk_verify(jwk, alg, message,
						 ac_span(bytes, i));
	}
	return refused;
}

static void
test_one(size_t row)
{
	const struct ac_alg *alg = ac_alg_find(ac_span_text(rows[row].alg));
	struct ac_jwk *private = load(rows[row].private);
	struct ac_jwk *public = load(rows[row].public);
	struct ac_jwk *other =
	    rows[row].other == NULL ? NULL : load(rows[row].other);
	struct authchain_span message = ac_span_text("a message"), made;
	struct ac_buf out;
	char name[80];

	ac_buf_init(&out, MAX_SIGNATURE);
	snprintf(name, sizeof(name), "%s signs %zu bytes that verify",
	    rows[row].alg, rows[row].bytes);
	ok(ac_jwk_sign(private, alg, message, &out, NULL) == 0 &&
		out.len == rows[row].bytes &&
		ac_jwk_verify(public, alg, message, ac_buf_span(&out)) &&
		ac_jwk_verify(private, alg, message, ac_buf_span(&out)),
	    name);
	made = ac_buf_span(&out);
	snprintf(name, sizeof(name), "%s: no other bytes, no other length",
	    rows[row].alg);
	ok(no_other(public, alg, message, made), name);
	snprintf(name, sizeof(name), "%s: no other message, no other key",
	    rows[row].alg);
	ok(!ac_jwk_verify(public, alg, ac_span_text("a messagE"), made) &&
		!ac_jwk_verify(public, alg, ac_span("", 0), made) &&
		(other == NULL || !ac_jwk_verify(other, alg, message, made)),
	    name);
	ac_buf_clear(&out);
	ac_jwk_free(&private);
	ac_jwk_free(&public);
	ac_jwk_free(&other);
}

/* A signature of one algorithm is none of another's by the same key. */
static void
test_other_algorithms(void)
{
	struct ac_jwk *rsa = load(rsa_private);
	struct authchain_span message = ac_span_text("a message");
	const struct ac_alg *a, *b;
	bool refused = true;

	for (a = ac_alg_table(); a->name != NULL; a++) {
		struct ac_buf out;

		if (!ac_jwk_allows(rsa, a))
			continue;
		ac_buf_init(&out, MAX_SIGNATURE);
		(void)ac_jwk_sign(rsa, a, message, &out, NULL);
		for (b = ac_alg_table(); b->name != NULL; b++)
			refused = refused && ac_jwk_verify(rsa, b, message,
						 ac_buf_span(&out)) == (a == b);
		ac_buf_clear(&out);
	}
	ok(refused, "no RSA signature serves two algorithms");
	ac_jwk_free(&rsa);
}

static void
test_may_not_sign(void)
{
	static const struct {
		const char *name;
		const char *key;
		const char *edit;
		const char *alg;
	} cases[] = {
		{ "a public key", rsa_public, "{}", "RS256" },
		{ "another type", rsa_private, "{}", "ES256" },
		{ "another curve", p256_private, "{}", "ES384" },
		{ "use enc", rsa_private, "{\"use\":\"enc\"}", "RS256" },
		{ "key_ops verify", rsa_private, "{\"key_ops\":[\"verify\"]}",
		    "RS256" },
		{ "another alg", rsa_private, "{\"alg\":\"PS256\"}", "RS256" },
		{ "too short a secret", oct_64,
		    "{\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
		    "HS256" },
	};
	struct ac_buf out;
	size_t i;

	ac_buf_init(&out, MAX_SIGNATURE);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *object = ac_json_parse(ac_span_text(cases[i].key),
		    &ac_json_document, NULL);
		json_t *edit = ac_json_parse(ac_span_text(cases[i].edit),
		    &ac_json_document, NULL);
		struct authchain_error err = { 0 };
		struct ac_jwk *jwk;

		json_object_update(object, edit);
		jwk = ac_jwk_parse(object, AC_JWK_LOCAL, NULL);
		ok(jwk != NULL &&
			ac_jwk_sign(jwk,
			    ac_alg_find(ac_span_text(cases[i].alg)),
			    ac_span_text("x"), &out, &err) == -1 &&
			out.len == 0 &&
			strstr(err.text, "may not sign") != NULL,
		    cases[i].name);
		ac_jwk_free(&jwk);
		json_decref(object);
		json_decref(edit);
	}
	ac_buf_clear(&out);
}

/* A key for signing alone signs, and does not verify. */
static void
test_sign_only(void)
{
	json_t *object =
	    ac_json_parse(ac_span_text(p256_private), &ac_json_document, NULL);
	const struct ac_alg *alg = ac_alg_find(ac_span_text("ES256"));
	struct ac_jwk *public = load(p256_public), *jwk;
	struct ac_buf out;

	json_object_set_new(object, "key_ops", json_pack("[s]", "sign"));
	jwk = ac_jwk_parse(object, AC_JWK_LOCAL, NULL);
	ac_buf_init(&out, MAX_SIGNATURE);
	ok(jwk != NULL && !ac_jwk_allows(jwk, alg) &&
		ac_jwk_sign(jwk, alg, ac_span_text("x"), &out, NULL) == 0 &&
		ac_jwk_verify(public, alg, ac_span_text("x"),
		    ac_buf_span(&out)) &&
		!ac_jwk_verify(jwk, alg, ac_span_text("x"), ac_buf_span(&out)),
	    "a key for signing alone");
	ac_buf_clear(&out);
	ac_jwk_free(&jwk);
	ac_jwk_free(&public);
	json_decref(object);
}

/* r and s of 0, of the order, and with their halves shifted */
static void
test_ecdsa_edges(void)
{
	static const unsigned char order[32] = { 0xff, 0xff, 0xff, 0xff, 0, 0,
		0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
		0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca,
		0xc2, 0xfc, 0x63, 0x25, 0x51 };
	const struct ac_alg *alg = ac_alg_find(ac_span_text("ES256"));
	struct ac_jwk *jwk = load(p256_private);
	struct authchain_span message = ac_span_text("x");
	struct ac_buf out;
	char bytes[64] = { 0 };

	ok(!ac_jwk_verify(jwk, alg, message, ac_span(bytes, 64)),
	    "r and s of 0");
	bytes[63] = 1;
	ok(!ac_jwk_verify(jwk, alg, message, ac_span(bytes, 64)), "r of 0");
	bytes[31] = 1;
	bytes[63] = 0;
	ok(!ac_jwk_verify(jwk, alg, message, ac_span(bytes, 64)), "s of 0");
	memcpy(bytes, order, 32);
	memcpy(bytes + 32, order, 32);
	ok(!ac_jwk_verify(jwk, alg, message, ac_span(bytes, 64)),
	    "r and s of the order");
	memset(bytes, 0xff, sizeof(bytes));
	ok(!ac_jwk_verify(jwk, alg, message, ac_span(bytes, 64)),
	    "r and s over the order");
	ac_buf_init(&out, MAX_SIGNATURE);
	(void)ac_jwk_sign(jwk, alg, message, &out, NULL);
	memcpy(bytes, out.data + 32, 32);
	memcpy(bytes + 32, out.data, 32);
	ok(!ac_jwk_verify(jwk, alg, message, ac_span(bytes, 64)),
	    "r and s in each other's place");
	ok(ERR_peek_error() == 0, "libcrypto's error queue is as it was");
	ac_buf_clear(&out);
	ac_jwk_free(&jwk);
}

/* Signatures whose r or s begins with zero bytes are as long as others: one
 * in 128 does, so 600 don't go by without. */
static void
test_ecdsa_short_numbers(void)
{
	const struct ac_alg *alg = ac_alg_find(ac_span_text("ES256"));
	struct ac_jwk *jwk = load(p256_private);
	size_t turns, seen = 0;
	bool good = true;

	for (turns = 0; turns < 5000 && seen < 2; turns++) {
		struct authchain_span message = ac_span_text("x");
		struct ac_buf out;

		ac_buf_init(&out, MAX_SIGNATURE);
		good = good &&
		       ac_jwk_sign(jwk, alg, message, &out, NULL) == 0 &&
		       out.len == 64 &&
		       ac_jwk_verify(jwk, alg, message, ac_buf_span(&out));
		if (out.len == 64 && (out.data[0] == 0 || out.data[32] == 0))
			seen++;
		ac_buf_clear(&out);
	}
	ok(good && seen == 2, "numbers that begin with zero bytes");
	ac_jwk_free(&jwk);
}

struct work {
	struct ac_jwk *keys[ROWS];
	struct ac_buf signatures[ROWS];
};

static void *
verify_all(void *arg)
{
	const struct work *work = arg;
	struct authchain_span message = ac_span_text("a message");
	size_t turn, i;

	for (turn = 0; turn < TURNS; turn++) {
		for (i = 0; i < ROWS; i++) {
			const struct ac_alg *alg =
			    ac_alg_find(ac_span_text(rows[i].alg));
			struct authchain_span made =
			    ac_buf_span(&work->signatures[i]);

			if (!ac_jwk_verify(work->keys[i], alg, message, made) ||
			    ac_jwk_verify(work->keys[i], alg,
				ac_span_text("another"), made))
				return NULL;
		}
	}
	return arg;
}

static void
test_threads(void)
{
	static struct work work;
	pthread_t threads[THREADS];
	bool good = true;
	size_t i;

	for (i = 0; i < ROWS; i++) {
		struct ac_jwk *private = load(rows[i].private);

		work.keys[i] = load(rows[i].public);
		ac_buf_init(&work.signatures[i], MAX_SIGNATURE);
		(void)ac_jwk_sign(private,
		    ac_alg_find(ac_span_text(rows[i].alg)),
		    ac_span_text("a message"), &work.signatures[i], NULL);
		ac_jwk_free(&private);
	}
	for (i = 0; i < THREADS; i++) {
		if (pthread_create(&threads[i], NULL, verify_all, &work) != 0)
			abort();
	}
	for (i = 0; i < THREADS; i++) {
		void *result = NULL;

		(void)pthread_join(threads[i], &result);
		good = good && result == &work;
	}
	ok(good, "all algorithms from several threads by the same keys");
	for (i = 0; i < ROWS; i++) {
		ac_jwk_free(&work.keys[i]);
		ac_buf_clear(&work.signatures[i]);
	}
}

int
main(void)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		test_one(i);
	test_other_algorithms();
	test_may_not_sign();
	test_sign_only();
	test_ecdsa_edges();
	test_ecdsa_short_numbers();
	test_threads();
	return done();
}
