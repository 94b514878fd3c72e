/* SPDX-License-Identifier: BSD-2-Clause */
/* HMAC from two states; copies of them are wiped. */
#include "jose/hmac.h"

#include <stdlib.h>

#include <openssl/crypto.h>

#include "base/memory.h"
#include "jose/hash.h"

struct ac_hmac {
	size_t hash_bytes;
	union ac_hash inner, outer;
};

/* The state after a block of the key and that byte. */
static bool
start(const struct ac_hmac *hmac, union ac_hash *state,
    const unsigned char *key, unsigned char byte)
{
	unsigned char block[AC_HMAC_MAX_BLOCK];
	size_t len = hmac->hash_bytes == SHA256_DIGEST_LENGTH ? SHA256_CBLOCK
							      : SHA512_CBLOCK;
	size_t i;
	bool good;

	for (i = 0; i < len; i++)
		block[i] = key[i] ^ byte;
	good = ac_hash_start(state, hmac->hash_bytes) &&
	       ac_hash_add(state, hmac->hash_bytes, block, len);
	OPENSSL_cleanse(block, sizeof(block));
	return good;
}

struct ac_hmac *
ac_hmac_new(size_t hash_bytes, const unsigned char block[AC_HMAC_MAX_BLOCK])
{
	struct ac_hmac *hmac = calloc(1, sizeof(*hmac));

	if (hmac == NULL)
		return NULL;
	hmac->hash_bytes = hash_bytes;
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
		union ac_hash state;
		unsigned char own[EVP_MAX_MD_SIZE];
	} now;
	size_t bytes = hmac->hash_bytes;
	bool good;

	now.state = hmac->inner;
	good = ac_hash_add(&now.state, bytes, message.data, message.len) &&
	       ac_hash_end(&now.state, bytes, now.own);
	now.state = hmac->outer;
	good = good && ac_hash_add(&now.state, bytes, now.own, bytes) &&
	       ac_hash_end(&now.state, bytes, now.own) &&
	       ac_span_is_secret(mac, ac_span((const char *)now.own, bytes));
	ac_memory_wipe(&now, sizeof(now));
	return good;
}
