/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checking signatures by one key with one algorithm.  Whether the two go
 * together was decided before (jwk.h).  OpenSSL's error queue is left as it
 * was found.
 */
#ifndef AC_JOSE_VERIFIER_H
#define AC_JOSE_VERIFIER_H

#include "jose/material.h"

/* A prepared verification: everything that depends on key and algorithm alone
 * was done once.  Any thread. */
struct ac_verifier;

/* NULL when out of memory or when OpenSSL does not offer the algorithm. */
struct ac_verifier *ac_verifier_new(const struct ac_material *material,
    const struct ac_alg *alg);
void ac_verifier_free(struct ac_verifier **verifier);
/* Is this the signature over message?  false too when memory is short. */
bool ac_verifier_check(const struct ac_verifier *verifier,
    struct authchain_span message, struct authchain_span signature);

/* PSS where the algorithm has it: the salt is as long as the hash. */
int ac_verifier_set_padding(EVP_PKEY_CTX *ctx, const struct ac_alg *alg);

#endif
