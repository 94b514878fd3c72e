/* SPDX-License-Identifier: BSD-2-Clause */
/* Ed25519 by libsodium, in half of libcrypto's time: configure
 * --with-libsodium.  Ed448, which it does not have, stays with libcrypto. */
#include "jose/ed25519.h"

#include <openssl/provider.h>
#include <sodium.h>
#include <string.h>

static bool
check(const unsigned char key[AC_ED25519_KEY_BYTES],
    struct authchain_span message, struct authchain_span signature)
{
	return crypto_sign_ed25519_verify_detached((const unsigned char *)
						       signature.data,
		   (const unsigned char *)message.data, message.len, key) == 0;
}

ac_ed25519_check *
ac_ed25519_instead(const EVP_PKEY *key)
{
	const OSSL_PROVIDER *provider = EVP_PKEY_get0_provider(key);

	if (provider == NULL ||
	    strcmp(OSSL_PROVIDER_get0_name(provider), "default") != 0 ||
	    sodium_init() < 0)
		return NULL;
	return check;
}
