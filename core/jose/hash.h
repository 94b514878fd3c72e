/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SHA-256, SHA-384 and SHA-512 (FIPS 180-4) by libcrypto's functions for these
 * hashes.  EVP has no state that could be copied without an allocation, and
 * the way through it takes as long as half of the rounds of a token.  Only
 * where EVP would come to the same functions, which is where its default
 * provider does the hashing; a validated module keeps all of it to itself.
 */
#ifndef AC_JOSE_HASH_H
#define AC_JOSE_HASH_H

#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED /* states that can be copied */
#endif

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "base/span.h"

union ac_hash {
	SHA256_CTX sha256;
	SHA512_CTX sha512; /* and SHA-384 */
};

/* Bytes of the hash that these functions may make in place of md; 0: none. */
size_t ac_hash_instead_of(const EVP_MD *md);

/* bytes says which of the three it is.  False when libcrypto can't. */
bool ac_hash_start(union ac_hash *hash, size_t bytes);
bool ac_hash_add(union ac_hash *hash, size_t bytes, const void *data,
    size_t len);
/* out has room for the bytes. */
bool ac_hash_end(union ac_hash *hash, size_t bytes, unsigned char *out);

#endif
