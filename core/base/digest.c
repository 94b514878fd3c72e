/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SHA-256 (FIPS 180-4), by libcrypto.  Not by EVP where there is a choice: that
 * makes, wipes and frees a context for each digest, which takes as long as
 * half of the rounds of a token; and what is digested here finds and names
 * things, it signs nothing.
 */
#define OPENSSL_SUPPRESS_DEPRECATED /* SHA256_CTX */

#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#ifdef OPENSSL_NO_DEPRECATED_3_0

static bool
digest(struct authchain_span bytes, unsigned char out[AC_DIGEST_BYTES])
{
	return EVP_Digest(bytes.data, bytes.len, out, NULL, EVP_sha256(),
		   NULL) == 1;
}

#else

static bool
digest(struct authchain_span bytes, unsigned char out[AC_DIGEST_BYTES])
{
	SHA256_CTX state;

	return SHA256_Init(&state) == 1 &&
	       SHA256_Update(&state, bytes.data, bytes.len) == 1 &&
	       SHA256_Final(out, &state) == 1;
}

#endif

int
ac_digest(struct authchain_span bytes, unsigned char out[AC_DIGEST_BYTES])
{
	if (digest(bytes.data == NULL ? ac_span("", 0) : bytes, out))
		return 0;
	memset(out, 0, AC_DIGEST_BYTES);
	return -1;
}

int
ac_digest_hex(struct authchain_span bytes, char out[AC_DIGEST_HEX])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[AC_DIGEST_BYTES];

	out[0] = '\0';
	if (ac_digest(bytes, digest) != 0)
		return -1;
	for (size_t i = 0; i < AC_DIGEST_BYTES; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
	out[AC_DIGEST_HEX - 1] = '\0';
	return 0;
}
