/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HMAC (RFC 2104) of the SHA-2 hashes from the two states that its key makes,
 * by libcrypto's functions for these hashes: EVP has no state that could be
 * copied without an allocation.  Only where EVP would come to the same
 * functions, which is where its default provider does the hashing; a validated
 * module keeps all of it to itself.
 */
#ifndef AC_JOSE_HMAC_H
#define AC_JOSE_HMAC_H

#include <openssl/evp.h>

#include "base/span.h"

#define AC_HMAC_MAX_BLOCK 128 /* bytes: SHA-384 and SHA-512 */

struct ac_hmac;

/* May these functions stand for md? */
bool ac_hmac_is_for(const EVP_MD *md);
/* block is the key, or its hash where it is longer, with zeros behind it.
 * NULL: out of memory. */
struct ac_hmac *ac_hmac_new(const EVP_MD *md,
    const unsigned char block[AC_HMAC_MAX_BLOCK]);
void ac_hmac_free(struct ac_hmac **hmac);
/* Is this the MAC of message?  Any thread; allocates nothing. */
bool ac_hmac_check(const struct ac_hmac *hmac, struct authchain_span message,
    struct authchain_span mac);

#endif
