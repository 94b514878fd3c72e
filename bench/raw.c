/* SPDX-License-Identifier: BSD-2-Clause */
/* The references. */
#define OPENSSL_SUPPRESS_DEPRECATED /* SHA256_CTX: a hash state to copy */

#include "config.h"

#include "raw.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#define BLOCK 64 /* of SHA-256 */

struct bench_raw {
	const struct bench_token *tokens;   /* to verify, or */
	const struct authchain_span *texts; /* to digest */
	size_t count, at;
	bool (*once)(struct bench_raw *raw, size_t at);
	EVP_MD *sha256;
	EVP_MD_CTX *digest; /* of EdDSA: prepared with the key */
	EVP_PKEY_CTX *pkey;
	SHA256_CTX inner, outer;
};

static bool
hash(struct bench_raw *raw, const char *text, size_t len, unsigned char *out)
{
	return EVP_DigestInit_ex2(raw->digest, raw->sha256, NULL) == 1 &&
	       EVP_DigestUpdate(raw->digest, text, len) == 1 &&
	       EVP_DigestFinal_ex(raw->digest, out, NULL) == 1;
}

static bool
once_digest(struct bench_raw *raw, size_t at)
{
	unsigned char out[SHA256_DIGEST_LENGTH];

	return hash(raw, raw->texts[at].data, raw->texts[at].len, out);
}

static bool
once_verify(struct bench_raw *raw, size_t at)
{
	const struct bench_token *token = &raw->tokens[at];
	unsigned char out[SHA256_DIGEST_LENGTH];

	return hash(raw, token->text, token->signed_len, out) &&
	       EVP_PKEY_verify(raw->pkey, token->signature,
		   token->signature_len, out, sizeof(out)) == 1;
}

static bool
once_eddsa(struct bench_raw *raw, size_t at)
{
	const struct bench_token *token = &raw->tokens[at];
	return EVP_DigestVerify(raw->digest, token->signature,
		   token->signature_len, (const unsigned char *)token->text,
		   token->signed_len) == 1;
}

static bool
once_mac(struct bench_raw *raw, size_t at)
{
	const struct bench_token *token = &raw->tokens[at];
	unsigned char out[SHA256_DIGEST_LENGTH];
	SHA256_CTX state = raw->inner;

	(void)SHA256_Update(&state, token->text, token->signed_len);
	(void)SHA256_Final(out, &state);
	state = raw->outer;
	(void)SHA256_Update(&state, out, sizeof(out));
	(void)SHA256_Final(out, &state);
	return CRYPTO_memcmp(out, token->signature, sizeof(out)) == 0;
}

static bool
prepare_digest(struct bench_raw *raw)
{
	raw->once = once_digest;
	raw->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	return raw->sha256 != NULL;
}

static bool
prepare_verify(struct bench_raw *raw, const struct bench_key *key)
{
	if (!prepare_digest(raw))
		return false;
	raw->once = once_verify;
	raw->pkey = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
	if (raw->pkey == NULL || EVP_PKEY_verify_init(raw->pkey) != 1)
		return false;
	if (key->alg[0] != 'E' &&
	    EVP_PKEY_CTX_set_rsa_padding(raw->pkey,
		key->alg[0] == 'P' ? RSA_PKCS1_PSS_PADDING
				   : RSA_PKCS1_PADDING) != 1)
		return false;
	if (EVP_PKEY_CTX_set_signature_md(raw->pkey, raw->sha256) != 1)
		return false;
	return key->alg[0] != 'P' || EVP_PKEY_CTX_set_rsa_pss_saltlen(raw->pkey,
					 RSA_PSS_SALTLEN_DIGEST) == 1;
}

static void
pad(SHA256_CTX *state, const struct bench_key *key, unsigned char with)
{
	unsigned char block[BLOCK];

	memset(block, with, sizeof(block));
	for (size_t i = 0; i < sizeof(key->secret); i++)
		block[i] ^= key->secret[i];
	(void)SHA256_Init(state);
	(void)SHA256_Update(state, block, sizeof(block));
	OPENSSL_cleanse(block, sizeof(block));
}

static bool
prepare(struct bench_raw *raw, const struct bench_key *key)
{
	if (key == NULL)
		return prepare_digest(raw);
	if (key->pkey == NULL) {
		raw->once = once_mac;
		pad(&raw->inner, key, 0x36);
		pad(&raw->outer, key, 0x5c);
		return true;
	}
	if (strcmp(key->alg, "EdDSA") != 0)
		return prepare_verify(raw, key);
	raw->once = once_eddsa;
	return EVP_DigestVerifyInit_ex(raw->digest, NULL, NULL, NULL, NULL,
		   key->pkey, NULL) == 1;
}

static struct bench_raw *
new_raw(const struct bench_key *key)
{
	struct bench_raw *raw = bench_must(calloc(1, sizeof(*raw)), "raw");

	raw->digest = bench_must(EVP_MD_CTX_new(), "context");
	return bench_must(prepare(raw, key) ? raw : NULL, "reference");
}

struct bench_raw *
bench_raw_new(const struct bench_key *key, const struct bench_ring *ring)
{
	struct bench_raw *raw = new_raw(key);

	raw->tokens = ring->tokens;
	raw->count = BENCH_RING;
	return raw;
}

struct bench_raw *
bench_raw_digest(const struct authchain_span *texts, size_t count)
{
	struct bench_raw *raw = new_raw(NULL);

	raw->texts = texts;
	raw->count = count;
	return raw;
}

void
bench_raw_close(void *self)
{
	struct bench_raw *raw = self;

	EVP_MD_CTX_free(raw->digest);
	EVP_MD_free(raw->sha256);
	EVP_PKEY_CTX_free(raw->pkey);
	OPENSSL_cleanse(raw, sizeof(*raw));
	free(raw);
}

bool
bench_raw_run(void *self, size_t times)
{
	struct bench_raw *raw = self;

	while (times-- > 0) {
		if (!raw->once(raw, raw->at))
			return false;
		raw->at = raw->at + 1 == raw->count ? 0 : raw->at + 1;
	}
	return true;
}
