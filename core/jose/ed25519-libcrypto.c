/* SPDX-License-Identifier: BSD-2-Clause */
/* Ed25519 by libcrypto, as all else; ed25519-libsodium.c is not in this
 * build. */
#include "jose/ed25519.h"

ac_ed25519_check *
ac_ed25519_instead(const EVP_PKEY *key)
{
	(void)key;
	return NULL;
}
