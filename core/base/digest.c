/* SPDX-License-Identifier: BSD-2-Clause */
/* SHA-256 (FIPS 180-4), by libcrypto. */
#include "base/digest.h"

#include <openssl/evp.h>

int
ac_digest(struct authchain_span bytes, unsigned char out[AC_DIGEST_BYTES])
{
	if (EVP_Digest(bytes.data == NULL ? "" : bytes.data, bytes.len, out,
		NULL, EVP_sha256(), NULL) == 1)
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
