/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checking signatures with contexts that are kept.  A check takes a context off
 * the verifier's rack, or copies the template where there is none, and puts it
 * back only after a signature that was good: whatever went wrong with one, no
 * later check meets it.
 */
#include "jose/verifier.h"

#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "jose/ecdsa.h"
#include "jose/ed25519.h"
#include "jose/hash.h"
#include "jose/hmac.h"
#include "jose/rack.h"

#define MAX_BLOCK_BYTES AC_HMAC_MAX_BLOCK

/*
 * Set up once, then only read.  HMAC (RFC 2104) starts from the two states that
 * its key makes, which are contexts where hash.h has nothing for the hash: a
 * kept EVP_MAC_CTX would do, but before OpenSSL 3.0.3 it can't be started again
 * without the key.
 */
struct ac_verifier {
	const struct ac_alg *alg;
	size_t signature_bytes;
	EVP_MD *md;           /* all but EdDSA */
	size_t hash_bytes;    /* 0: hash.h has nothing for md */
	EVP_PKEY_CTX *key;    /* RSA, ECDSA */
	EVP_MD_CTX *whole;    /* EdDSA, which hashes for itself */
	struct ac_hmac *hmac; /* HMAC, or */
	EVP_MD_CTX *inner, *outer;
	bool is_ed25519;
	ac_ed25519_check *instead; /* of whole, if not NULL, by: */
	unsigned char point[AC_ED25519_KEY_BYTES];
	struct ac_rack *rack; /* of struct context */
};

/* What a check works with. */
struct context {
	EVP_MD_CTX *digest;
	EVP_PKEY_CTX *key; /* RSA, ECDSA */
};

static void
context_free(void *thing)
{
	struct context *context = thing;

	EVP_MD_CTX_free(context->digest);
	EVP_PKEY_CTX_free(context->key);
	free(context);
}

static struct context *
context_new(const struct ac_verifier *verifier)
{
	struct context *context = calloc(1, sizeof(*context));

	if (context == NULL)
		return NULL;
	context->digest = EVP_MD_CTX_new();
	if (verifier->key != NULL)
		context->key = EVP_PKEY_CTX_dup(verifier->key);
	if (context->digest != NULL &&
	    (context->key != NULL || verifier->key == NULL))
		return context;
	context_free(context);
	return NULL;
}

int
ac_verifier_set_padding(EVP_PKEY_CTX *ctx, const struct ac_alg *alg)
{
	if (alg->scheme != AC_SCHEME_PSS)
		return 1;
	if (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) != 1)
		return 0;
	return EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST);
}

static int
set_up_key(struct ac_verifier *verifier, EVP_PKEY *key)
{
	verifier->key = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	if (verifier->key == NULL || EVP_PKEY_verify_init(verifier->key) != 1)
		return -1;
	if (ac_verifier_set_padding(verifier->key, verifier->alg) != 1 ||
	    EVP_PKEY_CTX_set_signature_md(verifier->key, verifier->md) != 1)
		return -1;
	return 0;
}

static int
set_up_whole(struct ac_verifier *verifier, EVP_PKEY *key)
{
	size_t len = sizeof(verifier->point);

	verifier->is_ed25519 = EVP_PKEY_is_a(key, "ED25519") == 1;
	if (verifier->is_ed25519)
		verifier->instead = ac_ed25519_instead(key);
	if (verifier->instead != NULL)
		return EVP_PKEY_get_raw_public_key(key, verifier->point,
			   &len) == 1
			   ? 0
			   : -1;
	verifier->whole = EVP_MD_CTX_new();
	if (verifier->whole == NULL ||
	    EVP_DigestVerifyInit_ex(verifier->whole, NULL, NULL, NULL, NULL,
		key, NULL) != 1)
		return -1;
	return 0;
}

/* The state after a block of the key and that byte. */
static EVP_MD_CTX *
keyed_state(const EVP_MD *md, const unsigned char key[MAX_BLOCK_BYTES],
    unsigned char byte)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t len = (size_t)EVP_MD_get_block_size(md), i;
	unsigned char block[MAX_BLOCK_BYTES];
	int r;

	for (i = 0; i < len; i++)
		block[i] = key[i] ^ byte;
	r = ctx != NULL && EVP_DigestInit_ex2(ctx, md, NULL) == 1 &&
	    EVP_DigestUpdate(ctx, block, len) == 1;
	OPENSSL_cleanse(block, sizeof(block));
	if (r == 1)
		return ctx;
	EVP_MD_CTX_free(ctx);
	return NULL;
}

static int
set_up_mac(struct ac_verifier *verifier, const struct ac_secret *secret)
{
	unsigned char key[MAX_BLOCK_BYTES] = { 0 };
	int block = EVP_MD_get_block_size(verifier->md);
	int r = -1;

	if (block < 1 || block > MAX_BLOCK_BYTES)
		return -1;
	if (secret->len <= (size_t)block)
		memcpy(key, secret->data, secret->len);
	else if (EVP_Digest(secret->data, secret->len, key, NULL, verifier->md,
		     NULL) != 1)
		goto out;
	if (verifier->hash_bytes != 0) {
		verifier->hmac = ac_hmac_new(verifier->hash_bytes, key);
		r = verifier->hmac != NULL ? 0 : -1;
		goto out;
	}
	verifier->inner = keyed_state(verifier->md, key, 0x36);
	verifier->outer = keyed_state(verifier->md, key, 0x5c);
	if (verifier->inner != NULL && verifier->outer != NULL)
		r = 0;
out:
	OPENSSL_cleanse(key, sizeof(key));
	return r;
}

static int
set_up(struct ac_verifier *verifier, const struct ac_material *material)
{
	const struct ac_alg *alg = verifier->alg;

	verifier->signature_bytes = alg->signature_bytes != 0
					? alg->signature_bytes
					: material->signature_bytes;
	verifier->rack = ac_rack_new(context_free);
	if (verifier->rack == NULL)
		return -1;
	if (alg->digest == NULL)
		return set_up_whole(verifier, material->pkey);
	verifier->md = EVP_MD_fetch(NULL, alg->digest, NULL);
	if (verifier->md == NULL)
		return -1;
	verifier->hash_bytes = ac_hash_instead_of(verifier->md);
	return alg->scheme == AC_SCHEME_HMAC
		   ? set_up_mac(verifier, &material->secret)
		   : set_up_key(verifier, material->pkey);
}

struct ac_verifier *
ac_verifier_new(const struct ac_material *material, const struct ac_alg *alg)
{
	struct ac_verifier *verifier = calloc(1, sizeof(*verifier));

	if (verifier == NULL)
		return NULL;
	(void)ERR_set_mark();
	verifier->alg = alg;
	if (set_up(verifier, material) != 0)
		ac_verifier_free(&verifier);
	(void)ERR_pop_to_mark();
	return verifier;
}

void
ac_verifier_free(struct ac_verifier **at)
{
	struct ac_verifier *verifier = *at;

	*at = NULL;
	if (verifier == NULL)
		return;
	ac_rack_free(&verifier->rack);
	ac_hmac_free(&verifier->hmac);
	EVP_MD_CTX_free(verifier->inner);
	EVP_MD_CTX_free(verifier->outer);
	EVP_MD_CTX_free(verifier->whole);
	EVP_PKEY_CTX_free(verifier->key);
	EVP_MD_free(verifier->md);
	free(verifier);
}

/* From the state at start over message: the hash; its length, or 0. */
static size_t
hash_from(EVP_MD_CTX *ctx, const EVP_MD_CTX *start,
    struct authchain_span message, unsigned char out[EVP_MAX_MD_SIZE])
{
	unsigned int len = 0;

	if (EVP_MD_CTX_copy_ex(ctx, start) != 1 ||
	    EVP_DigestUpdate(ctx, message.data, message.len) != 1 ||
	    EVP_DigestFinal_ex(ctx, out, &len) != 1)
		return 0;
	return len;
}

static bool
check_mac(const struct ac_verifier *verifier, struct context *context,
    struct authchain_span message, struct authchain_span signature)
{
	unsigned char own[EVP_MAX_MD_SIZE];
	size_t len;
	bool good = false;

	len = hash_from(context->digest, verifier->inner, message, own);
	if (len != 0)
		len = hash_from(context->digest, verifier->outer,
		    ac_span((const char *)own, len), own);
	if (len != 0)
		good = len == signature.len &&
		       CRYPTO_memcmp(own, signature.data, len) == 0;
	OPENSSL_cleanse(own, sizeof(own));
	return good;
}

/* The hash of message; its length, or 0. */
static size_t
hash(const struct ac_verifier *verifier, EVP_MD_CTX *ctx,
    struct authchain_span message, unsigned char out[EVP_MAX_MD_SIZE])
{
	size_t bytes = verifier->hash_bytes;
	unsigned int len = 0;
	union ac_hash state;

	if (bytes != 0)
		return ac_hash_start(&state, bytes) &&
			       ac_hash_add(&state, bytes, message.data,
				   message.len) &&
			       ac_hash_end(&state, bytes, out)
			   ? bytes
			   : 0;
	if (EVP_DigestInit_ex2(ctx, verifier->md, NULL) != 1 ||
	    EVP_DigestUpdate(ctx, message.data, message.len) != 1 ||
	    EVP_DigestFinal_ex(ctx, out, &len) != 1)
		return 0;
	return len;
}

static bool
check_hashed(const struct ac_verifier *verifier, struct context *context,
    struct authchain_span message, struct authchain_span signature)
{
	const unsigned char *bytes = (const unsigned char *)signature.data;
	unsigned char hashed[EVP_MAX_MD_SIZE], der[AC_ECDSA_MAX_DER];
	size_t len = signature.len, hashed_len;

	if (verifier->alg->scheme == AC_SCHEME_ECDSA) {
		if (!ac_ecdsa_to_der(signature, der, &len))
			return false;
		bytes = der;
	}
	hashed_len = hash(verifier, context->digest, message, hashed);
	return hashed_len != 0 && EVP_PKEY_verify(context->key, bytes, len,
				      hashed, hashed_len) == 1;
}

/* On a fresh copy each time: that costs it a hundredth, and not every release
 * of OpenSSL lets such a context serve twice. */
static bool
check_whole(const struct ac_verifier *verifier, struct context *context,
    struct authchain_span message, struct authchain_span signature)
{
	return EVP_MD_CTX_copy_ex(context->digest, verifier->whole) == 1 &&
	       EVP_DigestVerify(context->digest,
		   (const unsigned char *)signature.data, signature.len,
		   (const unsigned char *)message.data, message.len) == 1;
}

static bool
check(const struct ac_verifier *verifier, struct authchain_span message,
    struct authchain_span signature)
{
	struct context *context = ac_rack_take(verifier->rack);
	bool good;

	if (context == NULL)
		context = context_new(verifier);
	if (context == NULL)
		return false;
	if (verifier->whole != NULL)
		good = check_whole(verifier, context, message, signature);
	else if (verifier->inner != NULL)
		good = check_mac(verifier, context, message, signature);
	else
		good = check_hashed(verifier, context, message, signature);
	if (good)
		ac_rack_put(verifier->rack, context);
	else
		context_free(context);
	return good;
}

bool
ac_verifier_check(const struct ac_verifier *verifier,
    struct authchain_span message, struct authchain_span signature)
{
	bool good;

	if (signature.len != verifier->signature_bytes)
		return false;
	if (verifier->hmac != NULL) /* says nothing to the error queue */
		return ac_hmac_check(verifier->hmac, message, signature);
	if (verifier->is_ed25519 &&
	    ac_ed25519_is_small((const unsigned char *)signature.data))
		return false;
	if (verifier->instead != NULL)
		return verifier->instead(verifier->point, message, signature);
	(void)ERR_set_mark();
	good = check(verifier, message, signature);
	(void)ERR_pop_to_mark();
	return good;
}
