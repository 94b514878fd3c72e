/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Contexts that are kept: a bad signature never profits from a good one before
 * it, nor a good one suffers from a bad one, nor does either matter when memory
 * runs out in between, at whichever allocation.
 */
#include "config.h" /* AC_ED25519 */

#include "tap.h"

#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>

#include "jose/jwk.h"

#include "testkeys.h"

#define TURNS         20
#define MAX_SIGNATURE 1024

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);

const char *__real_OSSL_PROVIDER_get0_name(const OSSL_PROVIDER *provider);
const char *__wrap_OSSL_PROVIDER_get0_name(const OSSL_PROVIDER *provider);

static bool other_provider; /* as if it were not the default one */

const char *
__wrap_OSSL_PROVIDER_get0_name(const OSSL_PROVIDER *provider)
{
	return other_provider ? "other"
			      : __real_OSSL_PROVIDER_get0_name(provider);
}

static size_t until_failure; /* 0: none is wanted */
static bool failed;

static bool
fails(void)
{
	if (until_failure == 0 || --until_failure > 0)
		return false;
	failed = true;
	return true;
}

void *
__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

static void *
crypto_malloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return fails() ? NULL : __real_malloc(size);
}

static void *
crypto_realloc(void *old, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	if (size != 0 && fails())
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

static const struct {
	const char *alg, *private, *public;
} rows[] = {
	{ "HS256", oct_64, oct_64 },
	{ "HS384", oct_64, oct_64 },
	{ "HS512", oct_64, oct_64 },
	{ "RS256", rsa_private, rsa_public },
	{ "RS512", rsa_private, rsa_public },
	{ "PS256", rsa_private, rsa_public },
	{ "PS384", rsa_private, rsa_public },
	{ "ES256", p256_private, p256_public },
	{ "ES384", p384_private, p384_public },
	{ "ES512", p521_private, p521_public },
	{ "EdDSA", ed25519_private, ed25519_public },
	{ "EdDSA", ed448_private, ed448_public },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

struct subject {
	const struct ac_alg *alg;
	struct ac_jwk *key;
	struct authchain_span message, other;
	struct ac_buf good, bad;
};

static struct ac_jwk *
load(const char *text)
{
	json_t *object =
	    ac_json_parse(ac_span_text(text), &ac_json_document, NULL);
	struct ac_jwk *jwk = ac_jwk_parse(object, AC_JWK_LOCAL, NULL);

	json_decref(object);
	if (jwk == NULL)
		abort();
	return jwk;
}

static void
set_up(struct subject *subject, size_t row)
{
	struct ac_jwk *private = load(rows[row].private);

	subject->alg = ac_alg_find(ac_span_text(rows[row].alg));
	subject->key = load(rows[row].public);
	subject->message = ac_span_text("a message");
	subject->other = ac_span_text("another");
	ac_buf_init(&subject->good, MAX_SIGNATURE);
	ac_buf_init(&subject->bad, MAX_SIGNATURE);
	if (ac_jwk_sign(private, subject->alg, subject->message, &subject->good,
		NULL) != 0)
		abort();
	ac_buf_add(&subject->bad, ac_buf_span(&subject->good));
	subject->bad.data[subject->bad.len / 2] ^= 4;
	ac_jwk_free(&private);
}

static void
clear(struct subject *subject)
{
	ac_buf_clear(&subject->good);
	ac_buf_clear(&subject->bad);
	ac_jwk_free(&subject->key);
}

static bool
verifies(const struct subject *subject, struct authchain_span message,
    const struct ac_buf *signature)
{
	return ac_jwk_verify(subject->key, subject->alg, message,
	    ac_buf_span(signature));
}

/* Each way to be bad, right after a good one. */
static bool
refuses(const struct subject *subject, bool *good)
{
	bool bad;

	*good = verifies(subject, subject->message, &subject->good);
	bad = verifies(subject, subject->message, &subject->bad);
	*good = verifies(subject, subject->message, &subject->good) && *good;
	bad = verifies(subject, subject->other, &subject->good) || bad;
	bad = verifies(subject, subject->other, &subject->bad) || bad;
	*good = verifies(subject, subject->message, &subject->good) && *good;
	bad = verifies(subject, ac_span("", 0), &subject->good) || bad;
	return !bad;
}

static void
test_in_turns(size_t row)
{
	struct subject subject;
	bool right = true;
	char name[96];
	size_t i;

	set_up(&subject, row);
	for (i = 0; i < TURNS; i++) {
		bool good;

		right = right && refuses(&subject, &good) && good;
	}
	for (i = 0; i < TURNS; i++)
		right =
		    right && !verifies(&subject, subject.message, &subject.bad);
	right = right && verifies(&subject, subject.message, &subject.good);
	snprintf(name, sizeof(name), "%s: good and bad in turns%s",
	    rows[row].alg, other_provider ? ", by contexts" : "");
	ok(right && ERR_peek_error() == 0, name);
	clear(&subject);
}

/* HMAC by the default provider, and libsodium in its place, need none. */
static bool
needs_memory(size_t row)
{
	return other_provider || (rows[row].alg[0] != 'H' &&
				     (rows[row].private != ed25519_private ||
					 strcmp(AC_ED25519, "libsodium") != 0));
}

static void
test_memory(size_t row)
{
	struct subject subject;
	bool right = true, good;
	char name[96];
	size_t k;

	set_up(&subject, row);
	for (k = 1; k < 10000; k++) {
		failed = false;
		until_failure = k;
		right = refuses(&subject, &good) && right;
		until_failure = 0;
		right = right && (failed || good);
		if (!failed)
			break;
		right = refuses(&subject, &good) && good && right;
		ERR_clear_error();
	}
	right = right && (k > 1) == needs_memory(row);
	printf("# %zu allocations\n", k - 1);
	snprintf(name, sizeof(name),
	    "%s: the same when any allocation fails, and after it%s",
	    rows[row].alg, other_provider ? ", by contexts" : "");
	ok(right && k < 10000, name);
	clear(&subject);
}

int
main(void)
{
	size_t i;

	if (CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc,
		crypto_free) != 1)
		return 1;
	for (i = 0; i < ROWS; i++)
		test_in_turns(i);
	for (i = 0; i < ROWS; i++) {
		/* P-384 allocates 1,600 times, in the way of P-256 and P-521 */
		if (strcmp(rows[i].alg, "ES384") != 0)
			test_memory(i);
	}
	other_provider = true;
	for (i = 0; i < ROWS; i++) {
		test_in_turns(i);
		if (rows[i].alg[0] == 'H' || rows[i].private == ed25519_private)
			test_memory(i);
	}
	return done();
}
