/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys from PEM, and their way out as a public JWK. */
#include "tap.h"

#include <stdlib.h>

#include <openssl/err.h>

#include "jose/jwk.h"

#include "testkeys.h"

static void
test_taken(void)
{
	static const struct {
		const char *name;
		const char *pem;
		const char *public; /* the JWK it is */
		enum ac_kty kty;
		bool private;
	} rows[] = {
		{ "RSA in PKCS#8", rsa_pem_pkcs8, rsa_public, AC_KTY_RSA,
		    true },
		{ "RSA in PKCS#1", rsa_pem_pkcs1, rsa_public, AC_KTY_RSA,
		    true },
		{ "public RSA in SPKI", rsa_pem_spki, rsa_public, AC_KTY_RSA,
		    false },
		{ "public RSA in PKCS#1", rsa_pem_pkcs1_public, rsa_public,
		    AC_KTY_RSA, false },
		{ "P-256 in PKCS#8", p256_pem_pkcs8, p256_public, AC_KTY_EC,
		    true },
		{ "P-256 in SEC 1", p256_pem_sec1, p256_public, AC_KTY_EC,
		    true },
		{ "public P-256 in SPKI", p256_pem_spki, p256_public, AC_KTY_EC,
		    false },
		{ "Ed25519 in PKCS#8", ed25519_pem, ed25519_public, AC_KTY_OKP,
		    true },
		{ "Ed448 in PKCS#8", ed448_pem, ed448_public, AC_KTY_OKP,
		    true },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct authchain_error err = { 0 };
		struct ac_jwk *jwk =
		    ac_jwk_from_pem(ac_span_text(rows[i].pem), &err);
		json_t *want = ac_json_parse(ac_span_text(rows[i].public),
		    &ac_json_document, NULL);
		json_t *is = jwk == NULL ? NULL : ac_jwk_public(jwk, "k1");

		json_object_set_new(want, "kid", json_string("k1"));
		json_object_set_new(want, "use", json_string("sig"));
		ok(jwk != NULL && ac_jwk_kty(jwk) == rows[i].kty &&
			ac_jwk_is_private(jwk) == rows[i].private &&
			json_equal(is, want),
		    rows[i].name);
		json_decref(is);
		json_decref(want);
		ac_jwk_free(&jwk);
	}
}

static bool
refused(const char *pem, size_t len, const char *words)
{
	struct authchain_error err = { 0 };
	struct ac_jwk *jwk = ac_jwk_from_pem(ac_span(pem, len), &err);
	bool right = jwk == NULL && strstr(err.text, words) != NULL;

	if (!right)
		printf("# %s\n", err.text);
	ac_jwk_free(&jwk);
	return right;
}

static void
test_refused(void)
{
	static const char junk[] = "-----BEGIN PRIVATE KEY-----\nAAAA\n"
				   "-----END PRIVATE KEY-----\n";

	ok(refused("", 0, "no key in PEM"), "nothing");
	ok(refused(NULL, 0, "no key in PEM"), "no value");
	ok(refused("hello\n", 6, "no key in PEM"), "a text");
	ok(refused(junk, strlen(junk), "no key in PEM"), "PEM around nothing");
	ok(refused(rsa_pem_pkcs8, strlen(rsa_pem_pkcs8) / 2, "no key in PEM"),
	    "half a key");
	ok(refused(rsa_pem_encrypted, strlen(rsa_pem_encrypted),
	       "without a pass phrase"),
	    "a key under a pass phrase, which nobody is asked for");
	ok(refused(rsa_1024_pem, strlen(rsa_1024_pem),
	       "an RSA key of 1024 bits"),
	    "too few bits");
	ok(refused(secp256k1_pem, strlen(secp256k1_pem), "not supported"),
	    "a curve that is not ours");
	ok(refused(rsa_public, strlen(rsa_public), "no key in PEM"),
	    "a JWK is no PEM");
	ok(ERR_peek_error() == 0, "libcrypto's error queue is as it was");
}

static void
test_out(void)
{
	static const char *const keys[] = { rsa_private, p256_private,
		p384_private, p521_private, ed25519_private, ed448_private };
	bool secret = false;
	struct ac_jwk *jwk;
	json_t *out;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		json_t *object = ac_json_parse(ac_span_text(keys[i]),
		    &ac_json_document, NULL);
		char *text;

		jwk = ac_jwk_parse(object, AC_JWK_LOCAL, NULL);
		out = ac_jwk_public(jwk, NULL);
		text = json_dumps(out, 0);
		secret = secret || out == NULL ||
			 json_object_get(out, "d") != NULL ||
			 strstr(text, json_string_value(json_object_get(object,
					  "d"))) != NULL;
		ac_jwk_free(&jwk);
		jwk = ac_jwk_parse(out, AC_JWK_REMOTE, NULL);
		secret = secret || jwk == NULL;
		ac_jwk_free(&jwk);
		free(text);
		json_decref(out);
		json_decref(object);
	}
	ok(!secret, "what goes out holds no private half, and can be read");
	jwk =
	    ac_jwk_from_secret(ac_span("01234567890123456789012345678901", 32),
		NULL);
	ok(ac_jwk_public(jwk, "x") == NULL, "a symmetric key does not go out");
	ac_jwk_free(&jwk);
	out = ac_json_parse(ac_span_text("{\"alg\":\"RS256\",\"kid\":\"a\"}"),
	    &ac_json_document, NULL);
	{
		json_t *object = ac_json_parse(ac_span_text(rsa_public),
		    &ac_json_document, NULL);

		json_object_update(object, out);
		json_decref(out);
		jwk = ac_jwk_parse(object, AC_JWK_REMOTE, NULL);
		out = ac_jwk_public(jwk, "b");
		ok(strcmp(json_string_value(json_object_get(out, "alg")),
		       "RS256") == 0 &&
			strcmp(json_string_value(json_object_get(out, "kid")),
			    "b") == 0,
		    "alg as it was, kid as given");
		json_decref(object);
	}
	json_decref(out);
	ac_jwk_free(&jwk);
}

int
main(void)
{
	test_taken();
	test_refused();
	test_out();
	return done();
}
