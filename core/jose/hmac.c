/* SPDX-License-Identifier: BSD-2-Clause */
/* HMAC from two states; copies of them are wiped. */
#define OPENSSL_SUPPRESS_DEPRECATED /* states that can be copied */

#include "jose/hmac.h"

#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/provider.h>
#include <openssl/sha.h>

#include "base/memory.h"

union state {
	SHA256_CTX sha256;
	SHA512_CTX sha512; /* and SHA-384 */
};

struct ac_hmac {
	size_t hash_bytes;
	union state inner, outer;
};

bool
ac_hmac_is_for(const EVP_MD *md)
{
	const OSSL_PROVIDER *provider = EVP_MD_get0_provider(md);

	return provider != NULL &&
	       strcmp(OSSL_PROVIDER_get0_name(provider), "default") == 0 &&
	       (EVP_MD_is_a(md, "SHA256") || EVP_MD_is_a(md, "SHA384") ||
		   EVP_MD_is_a(md, "SHA512"));
}

static bool
add(const struct ac_hmac *hmac, union state *state, const void *bytes,
    size_t len)
{
	if (hmac->hash_bytes == SHA256_DIGEST_LENGTH)
		return SHA256_Update(&state->sha256, bytes, len) == 1;
	return SHA512_Update(&state->sha512, bytes, len) == 1;
}

static bool
finish(const struct ac_hmac *hmac, union state *state,
    unsigned char out[EVP_MAX_MD_SIZE])
{
	if (hmac->hash_bytes == SHA256_DIGEST_LENGTH)
		return SHA256_Final(out, &state->sha256) == 1;
	return SHA512_Final(out, &state->sha512) == 1;
}

/* The state after a block of the key and that byte. */
static bool
start(const struct ac_hmac *hmac, union state *state, const unsigned char *key,
    unsigned char byte)
{
	unsigned char block[AC_HMAC_MAX_BLOCK];
	size_t len = SHA512_CBLOCK, i;
	bool good;

	if (hmac->hash_bytes == SHA256_DIGEST_LENGTH) {
		len = SHA256_CBLOCK;
		good = SHA256_Init(&state->sha256) == 1;
	} else if (hmac->hash_bytes == SHA384_DIGEST_LENGTH) {
		good = SHA384_Init(&state->sha512) == 1;
	} else {
		good = SHA512_Init(&state->sha512) == 1;
	}
	for (i = 0; i < len; i++)
		block[i] = key[i] ^ byte;
	good = good && add(hmac, state, block, len);
	OPENSSL_cleanse(block, sizeof(block));
	return good;
}

struct ac_hmac *
ac_hmac_new(const EVP_MD *md, const unsigned char block[AC_HMAC_MAX_BLOCK])
{
	struct ac_hmac *hmac = calloc(1, sizeof(*hmac));

	if (hmac == NULL)
		return NULL;
	hmac->hash_bytes = (size_t)EVP_MD_get_size(md);
	if (!start(hmac, &hmac->inner, block, 0x36) ||
	    !start(hmac, &hmac->outer, block, 0x5c))
		ac_hmac_free(&hmac);
	return hmac;
}

void
ac_hmac_free(struct ac_hmac **hmac)
{
	if (*hmac == NULL)
		return;
	OPENSSL_cleanse(*hmac, sizeof(**hmac));
	free(*hmac);
	*hmac = NULL;
}

bool
ac_hmac_check(const struct ac_hmac *hmac, struct authchain_span message,
    struct authchain_span mac)
{
	struct {
		union state state;
		unsigned char own[EVP_MAX_MD_SIZE];
	} now;
	bool good;

	now.state = hmac->inner;
	good = add(hmac, &now.state, message.data, message.len) &&
	       finish(hmac, &now.state, now.own);
	now.state = hmac->outer;
	good = good && add(hmac, &now.state, now.own, hmac->hash_bytes) &&
	       finish(hmac, &now.state, now.own) &&
	       ac_span_is_secret(mac,
		   ac_span((const char *)now.own, hmac->hash_bytes));
	ac_memory_wipe(&now, sizeof(now));
	return good;
}
