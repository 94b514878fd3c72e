/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HMAC (RFC 2104) from the two states that its key makes, of the hashes that
 * jose/hash.h has.
 */
#ifndef AC_JOSE_HMAC_H
#define AC_JOSE_HMAC_H

#include "base/span.h"

#define AC_HMAC_MAX_BLOCK 128 /* bytes: SHA-384 and SHA-512 */

struct ac_hmac;

/* The hash by its bytes; block is the key, or its hash where it is longer, with zeros behind it.
 * NULL: out of memory. */
struct ac_hmac *ac_hmac_new(size_t hash_bytes,
    const unsigned char block[AC_HMAC_MAX_BLOCK]);
void ac_hmac_free(struct ac_hmac **hmac);
/* Is this the MAC of message?  Any thread; allocates nothing. */
bool ac_hmac_check(const struct ac_hmac *hmac, struct authchain_span message,
    struct authchain_span mac);

#endif
