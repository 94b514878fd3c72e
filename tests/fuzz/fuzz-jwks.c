/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A key set from a server and one of our own: which keys come of it, and what
 * each of them may be used for.
 */
#include "fuzz.h"
#include "strict.h"

#include <stdlib.h>
#include <string.h>

#include "jose/jwks.h"

#include "../testkeys.h"

#define MAX_TEXT 20000

/* ---- promises ---------------------------------------------------------- */

static bool
kinds_fit(const struct ac_jwk *key, const char *alg)
{
	switch (alg[0]) {
	case 'H':
		return ac_jwk_kty(key) == AC_KTY_OCT;
	case 'R':
	case 'P':
		return ac_jwk_kty(key) == AC_KTY_RSA;
	default:
		return ac_jwk_kty(key) ==
		       (strcmp(alg, "EdDSA") == 0 ? AC_KTY_OKP : AC_KTY_EC);
	}
}

static void
check_allowed(const struct ac_jwk *key)
{
	struct authchain_span junk = ac_span_text("0123456789abcdef0123456789"
						  "abcdef");
	size_t curves = 0;

	for (const struct ac_alg *alg = ac_alg_table(); alg->name != NULL;
	     alg++) {
		bool allowed = ac_jwk_allows(key, alg);

		fuzz_promise(!allowed || kinds_fit(key, alg->name),
		    "a key serves algorithms of its own kind");
		fuzz_promise(!ac_jwk_verify(key, alg, junk, junk),
		    "no key verifies junk");
		curves += allowed && alg->name[0] == 'E';
	}
	fuzz_promise(curves <= 1, "a key is on one curve");
}

/* The public key as we would publish it is read as the same key. */
static void
check_published(const struct ac_jwk *key)
{
	json_t *object = ac_jwk_public(key, "k");
	struct ac_jwk *again = NULL;

	fuzz_promise((object == NULL) == (ac_jwk_kty(key) == AC_KTY_OCT),
	    "all but symmetric keys can be published");
	if (object == NULL)
		return;
	fuzz_promise(json_object_get(object, "d") == NULL &&
			 json_object_get(object, "p") == NULL,
	    "what is published is public");
	again = ac_jwk_parse(object, AC_JWK_REMOTE, NULL);
	fuzz_promise(again != NULL, "what is published is read again");
	for (const struct ac_alg *alg = ac_alg_table(); alg->name != NULL;
	     alg++)
		fuzz_promise(!ac_jwk_allows(key, alg) ||
				 ac_jwk_allows(again, alg),
		    "and serves the same algorithms");
	ac_jwk_free(&again);
	json_decref(object);
}

static void
check_found(const struct ac_jwks *set, const struct ac_jwk *key)
{
	const struct ac_jwk *keys[AC_JWKS_MAX_TRIES];
	struct authchain_span kid = ac_jwk_kid(key);
	size_t count = 0;

	for (const struct ac_alg *alg = ac_alg_table(); alg->name != NULL;
	     alg++) {
		enum ac_jwks_find found =
		    ac_jwks_find(set, kid, alg, keys, &count);

		if (found != AC_JWKS_FOUND)
			continue;
		fuzz_promise(count > 0 && count <= AC_JWKS_MAX_TRIES &&
				 (kid.data == NULL || count == 1),
		    "a kid stands for one key");
		for (size_t i = 0; i < count; i++)
			fuzz_promise(ac_jwk_allows(keys[i], alg) &&
					 (kid.data == NULL ||
					     ac_span_is(ac_jwk_kid(keys[i]),
						 kid)),
			    "what is found is what was asked for");
	}
}

/* What a key says of itself, and what it signs, if it may. */
static void
check_itself(const struct ac_jwk *key)
{
	const char *use = ac_jwk_use(key), *name = ac_jwk_alg(key);
	struct authchain_span message = ac_span_text("message");
	bool serves = false;

	for (const struct ac_alg *alg = ac_alg_table(); alg->name != NULL;
	     alg++) {
		struct ac_buf made;

		serves = serves || ac_jwk_allows(key, alg);
		ac_buf_init(&made, 4096);
		if (ac_jwk_sign(key, alg, message, &made, NULL) == 0)
			fuzz_promise(ac_jwk_may_sign(key, alg) &&
					 (!ac_jwk_allows(key, alg) ||
					     ac_jwk_verify(key, alg, message,
						 ac_buf_span(&made))),
			    "what it signs it verifies");
		ac_buf_clear(&made);
	}
	fuzz_promise(serves == ac_jwk_is_verifier(key),
	    "a verifier allows some algorithm");
	fuzz_promise(!serves || use == NULL || strcmp(use, "sig") == 0,
	    "a key for another use serves none");
	fuzz_promise(!serves || name == NULL ||
			 ac_jwk_allows(key, ac_alg_find(ac_span_text(name))),
	    "a key that names an algorithm serves that");
}

static void
check_left_out(const struct ac_jwks *set)
{
	size_t count = ac_jwks_left_out(set);
	struct authchain_span kid;

	for (size_t i = 0; i < count; i++)
		fuzz_promise(ac_jwks_left_out_at(set, i, &kid) != NULL,
		    "a key that is left out has a reason");
	fuzz_promise(ac_jwks_left_out_at(set, count, &kid) == NULL,
	    "there are no more of them");
}

static void
check_set(const struct ac_jwks *set, enum ac_jwk_source source,
    const json_t *tree)
{
	size_t listed = json_array_size(json_object_get(tree, "keys"));

	fuzz_promise(ac_jwks_count(set) <= AC_JWKS_MAX_KEYS &&
			 ac_jwks_count(set) + ac_jwks_left_out(set) == listed,
	    "each key that is listed is taken or left out");
	for (size_t i = 0; i < ac_jwks_count(set); i++) {
		const struct ac_jwk *key = ac_jwks_at(set, i);

		fuzz_promise(source == AC_JWK_LOCAL ||
				 (ac_jwk_kty(key) != AC_KTY_OCT &&
				     !ac_jwk_is_private(key)),
		    "a server's keys are public");
		fuzz_promise(ac_jwk_kid(key).len <= AC_JWK_MAX_KID,
		    "a kid is bounded");
		check_allowed(key);
		check_published(key);
		check_found(set, key);
		check_itself(key);
	}
	check_left_out(set);
}

/* A secret, and what may be PEM, alone in a set. */
static void
check_alone(struct authchain_span text)
{
	struct authchain_error err = { 0 };
	struct ac_jwk *key = text.len > 0 && text.data[0] == '-'
				 ? ac_jwk_from_pem(text, &err)
				 : ac_jwk_from_secret(text, &err);
	struct ac_jwks *set = key == NULL ? NULL : ac_jwks_of(&key);

	fuzz_promise(set != NULL || err.text[0] != '\0',
	    "what is no key is told why");
	if (set != NULL)
		check_itself(ac_jwks_at(set, 0));
	ac_jwks_free(&set);
	ac_jwk_free(&key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct authchain_span text = ac_span((const char *)data, size);
	json_t *tree = strict_object(text.data, size, AC_JWKS_MAX_BYTES, 4096);
	static const enum ac_jwk_source sources[] = { AC_JWK_REMOTE,
		AC_JWK_LOCAL };

	for (size_t i = 0; i < 2; i++) {
		struct authchain_error err = { 0 };
		struct ac_jwks *set = ac_jwks_parse(text, sources[i], &err);

		fuzz_promise(set == NULL || tree != NULL,
		    "a key set is a strict JSON object");
		fuzz_promise(set != NULL || err.text[0] != '\0',
		    "what is refused is told why");
		if (set != NULL)
			check_set(set, sources[i], tree);
		ac_jwks_free(&set);
	}
	json_decref(tree);
	check_alone(text);
	return 0;
}

/* ---- changes ----------------------------------------------------------- */

static const char *const names[] = { "kty", "kid", "use", "alg", "key_ops",
	"crv", "n", "e", "x", "y", "k", "d", "p", "q", "oth", "x5c", "keys",
	NULL };
static const char *const values[] = { "\"RSA\"", "\"EC\"", "\"OKP\"", "\"oct\"",
	"\"sig\"", "\"enc\"", "\"P-256\"", "\"P-384\"", "\"P-521\"",
	"\"Ed25519\"", "\"Ed448\"", "\"X25519\"", "\"secp256k1\"", "\"RS256\"",
	"\"RS384\"", "\"PS512\"", "\"ES256\"", "\"EdDSA\"", "\"HS256\"",
	"\"none\"", "[\"verify\"]", "[\"sign\"]", "[\"encrypt\",\"verify\"]",
	"[]", "[1]", "\"AQAB\"", "\"Aw\"", "\"AQ\"", "\"AA\"", "\"\"", "null",
	"0", "true", "\"a\"", "\"b\"", "\"a\\u0000\"", "\"AQAB=\"", "\"AQAC\"",
	"\"AAEAAQ\"", "\"////\"", rsa_public, rsa_private, rsa_other_public,
	rsa_1024_public, p256_public, p256_private, p384_public, p384_private,
	p521_public, p521_private, ed25519_public, ed25519_private,
	ed448_public, ed448_private, oct_64, NULL };

/* A whole key more in the list. */
static void
add_key(struct fuzz_text *text, struct fuzz_random *random)
{
	static const struct fuzz_words whole = { &values[40] };
	const char *list = memchr(text->bytes, '[', text->len);
	const char *key = fuzz_word(random, &whole);
	size_t at;

	if (list == NULL)
		return;
	at = (size_t)(list + 1 - text->bytes);
	fuzz_splice(text, at, 0, ",", 1);
	fuzz_splice(text, at, 0, key, strlen(key));
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
    unsigned int seed)
{
	static const struct fuzz_words name_words = { names };
	static const struct fuzz_words value_words = { values };
	struct fuzz_text text = { (char *)data, size,
		max_size < MAX_TEXT ? max_size : MAX_TEXT };
	struct fuzz_random random;

	fuzz_random_seed(&random, seed);
	if (size > text.room)
		return LLVMFuzzerMutate(data, size, max_size);
	for (size_t k = fuzz_below(&random, 3) + 1; k > 0; k--) {
		if (fuzz_below(&random, 8) == 0)
			add_key(&text, &random);
		else
			fuzz_json(&text, &random, &name_words, &value_words);
	}
	return text.len;
}
