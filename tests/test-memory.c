/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that runs out: the k-th allocation fails, for every k, in our own
 * code, in jansson and in libcrypto.  Nothing crashes, nothing leaks, and no
 * bad token is ever accepted.
 */
#include "tap.h"

#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "jose/claims.h"
#include "jose/jws.h"

#include "testkeys.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
char *__real_strndup(const char *text, size_t len);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
char *__wrap_strndup(const char *text, size_t len);

static size_t until_failure; /* 0: none is wanted */
static size_t crypto_until_failure;
static bool failed;

static bool
fails(size_t *left)
{
	if (*left == 0 || --*left > 0)
		return false;
	failed = true;
	return true;
}

void *
__wrap_malloc(size_t size)
{
	return fails(&until_failure) ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return fails(&until_failure) ? NULL : __real_calloc(count, size);
}

char *
__wrap_strndup(const char *text, size_t len)
{
	return fails(&until_failure) ? NULL : __real_strndup(text, len);
}

static void *
crypto_malloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return fails(&crypto_until_failure) ? NULL : __real_malloc(size);
}

static void *
crypto_realloc(void *old, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	if (size != 0 && fails(&crypto_until_failure))
		return NULL;
	return realloc(old, size);
}

static void
crypto_free(void *old, const char *file, int line)
{
	(void)file;
	(void)line;
	free(old);
}

static char *good_token, *bad_token, *key_set;

static bool
find(void *arg, struct authchain_span name, struct authchain_value *value)
{
	(void)arg;
	(void)name;
	value->type = AUTHCHAIN_TYPE_ABSENT;
	return false;
}

static bool lied;

/* A claim that is there is found, or can't be told: it is never absent. */
static bool
tells(struct ac_jws *jws)
{
	struct authchain_value value;
	int top = ac_jws_claim(jws, "/top", &value);
	int deep = ac_jws_claim(jws, "/deep/0", &value);

	return top != 0 && deep != 0 &&
	       (deep == 1) == (value.type == AUTHCHAIN_TYPE_INTEGER);
}

/* All of what is asked of a token; true: accepted. */
static bool
judge_token(const struct ac_jwks *jwks, const char *token)
{
	const struct ac_alg *es256 = ac_alg_find(ac_span_text("ES256"));
	struct ac_header_policy header = { ac_alg_bit(es256), NULL };
	struct authchain_span aud = ac_span_text("me");
	struct ac_claims_policy policy = { .audiences = &aud,
		.audience_count = 1 };
	struct authchain_error err = { 0 };
	const struct ac_alg *alg;
	const struct ac_jwk *key;
	uint32_t reason;
	struct ac_jws *jws = ac_jws_parse(ac_span_text(token), &reason, &err);
	struct ac_claims claims = { NULL, find, NULL };
	bool accepted = false;

	if (jws == NULL)
		return false;
	claims.peek = ac_jws_claims(jws, &reason, &err);
	if (claims.peek != NULL && !tells(jws)) {
		ac_jws_free(&jws);
		lied = true;
		return false;
	}
	accepted = claims.peek != NULL &&
		   ac_header_refuse(claims.peek, &header, &alg) ==
		       AUTHCHAIN_REASON_NONE &&
		   ac_claims_refuse(&claims, &policy, 0, &err) ==
		       AUTHCHAIN_REASON_NONE &&
		   ac_jws_verify(claims.peek, alg, jwks, &key) ==
		       AUTHCHAIN_REASON_NONE;
	ac_jws_free(&jws);
	return accepted;
}

/* The first one is kept; later ones are as long, or were not made. */
static bool
sign(void)
{
	json_t *object =
	    ac_json_parse(ac_span_text(p256_private), &ac_json_document, NULL);
	struct ac_jwk *jwk =
	    object == NULL ? NULL : ac_jwk_parse(object, AC_JWK_LOCAL, NULL);
	char *token = NULL;
	bool sound;

	if (jwk != NULL)
		token = ac_jws_sign(jwk, ac_alg_find(ac_span_text("ES256")),
		    ac_span_text("{\"alg\":\"ES256\",\"kid\":\"a\"}"),
		    ac_span_text("{\"aud\":[\"me\",\"2\",\"3\",\"4\",\"5\"],"
				 "\"sub\":\"alice\",\"exp\":1000,"
				 "\"top\":1e-300,\"deep\":[1]}"),
		    NULL);
	json_decref(object);
	ac_jwk_free(&jwk);
	if (good_token == NULL) {
		good_token = token;
		return token != NULL;
	}
	sound = token == NULL || strlen(token) == strlen(good_token);
	free(token);
	return sound;
}

struct result {
	bool good, bad, signed_well;
};

static struct result
run(void)
{
	struct ac_jwks *jwks =
	    ac_jwks_parse(ac_span_text(key_set), AC_JWK_REMOTE, NULL);
	struct result result = { false, false, false };

	if (jwks != NULL) {
		result.good = judge_token(jwks, good_token);
		result.bad = judge_token(jwks, bad_token);
	}
	ac_jwks_free(&jwks);
	result.signed_well = sign();
	return result;
}

/* From the first allocation to the first run that needs no more. */
static size_t
sweep(size_t *counter, bool *sound)
{
	size_t k;

	for (k = 1; k < 100000; k++) {
		struct result result;

		failed = false;
		*counter = k;
		result = run();
		*counter = 0;
		*sound = *sound && !result.bad && result.signed_well &&
			 (failed || result.good);
		ERR_clear_error();
		if (!failed)
			return k - 1;
	}
	return 0;
}

int
main(void)
{
	bool sound = true;
	struct ac_buf text;
	size_t count;

	if (CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc,
		crypto_free) != 1)
		return 1;
	json_set_alloc_funcs(__wrap_malloc, free);
	ac_buf_init(&text, 1u << 16);
	ac_buf_format(&text,
	    "{\"keys\":[{\"kid\":\"a\",%s,{\"kid\":\"b\",%s,{\"kid\":\"b\","
	    "%s,{\"kid\":\"c\",%s]}",
	    p256_public + 1, rsa_public + 1, rsa_other_public + 1,
	    ed25519_public + 1);
	key_set = ac_buf_take(&text);
	if (!sign())
		return 1;
	bad_token = strdup(good_token);
	if (bad_token == NULL)
		return 1;
	bad_token[strlen(bad_token) - 20] ^= 1;
	ok(run().good && !run().bad && !lied, "with all the memory there is");
	count = sweep(&until_failure, &sound);
	ok(count > 50 && sound && !lied, "our own allocations and jansson's");
	printf("# %zu allocations\n", count);
	count = sweep(&crypto_until_failure, &sound);
	ok(count > 50 && sound, "libcrypto's");
	printf("# %zu allocations\n", count);
	free(good_token);
	free(bad_token);
	free(key_set);
	return done();
}
