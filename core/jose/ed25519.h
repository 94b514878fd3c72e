/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ed25519 (RFC 8032): which points may be keys, and who checks signatures.  All
 * builds give the same answer to each key and each signature: what one of the
 * libraries lets pass and the other does not is refused here.
 */
#ifndef AC_JOSE_ED25519_H
#define AC_JOSE_ED25519_H

#include <openssl/evp.h>

#include "base/span.h"

#define AC_ED25519_KEY_BYTES       32
#define AC_ED25519_SIGNATURE_BYTES 64

/* What is wrong with a key whatever it signs, or NULL. */
const char *ac_ed25519_fault(const unsigned char key[AC_ED25519_KEY_BYTES]);
/* Is this a point of order 8 or less, in any of its encodings? */
bool ac_ed25519_is_small(const unsigned char point[AC_ED25519_KEY_BYTES]);

/* A check that allocates nothing; any thread.  signature has its 64 bytes. */
typedef bool ac_ed25519_check(const unsigned char key[AC_ED25519_KEY_BYTES],
    struct authchain_span message, struct authchain_span signature);

/* That of the library which configure was told to take instead of libcrypto;
 * NULL where there is none, or where another than libcrypto's default provider
 * holds the key and has to see to it. */
ac_ed25519_check *ac_ed25519_instead(const EVP_PKEY *key);

#endif
