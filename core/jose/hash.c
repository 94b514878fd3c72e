/* SPDX-License-Identifier: BSD-2-Clause */
#include "jose/hash.h"

#include <string.h>

#include <openssl/provider.h>

size_t
ac_hash_instead_of(const EVP_MD *md)
{
	const OSSL_PROVIDER *provider = EVP_MD_get0_provider(md);

	if (provider == NULL ||
	    strcmp(OSSL_PROVIDER_get0_name(provider), "default") != 0)
		return 0;
	if (!EVP_MD_is_a(md, "SHA256") && !EVP_MD_is_a(md, "SHA384") &&
	    !EVP_MD_is_a(md, "SHA512"))
		return 0;
	return (size_t)EVP_MD_get_size(md);
}

bool
ac_hash_start(union ac_hash *hash, size_t bytes)
{
	if (bytes == SHA256_DIGEST_LENGTH)
		return SHA256_Init(&hash->sha256) == 1;
	if (bytes == SHA384_DIGEST_LENGTH)
		return SHA384_Init(&hash->sha512) == 1;
	return SHA512_Init(&hash->sha512) == 1;
}

bool
ac_hash_add(union ac_hash *hash, size_t bytes, const void *data, size_t len)
{
	if (bytes == SHA256_DIGEST_LENGTH)
		return SHA256_Update(&hash->sha256, data, len) == 1;
	return SHA512_Update(&hash->sha512, data, len) == 1;
}

bool
ac_hash_end(union ac_hash *hash, size_t bytes, unsigned char *out)
{
	if (bytes == SHA256_DIGEST_LENGTH)
		return SHA256_Final(out, &hash->sha256) == 1;
	return SHA512_Final(out, &hash->sha512) == 1;
}
