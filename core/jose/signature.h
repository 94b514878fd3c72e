/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signatures over bytes, by one key with one algorithm.  Whether the two go
 * together was decided before (jwk.h).  OpenSSL's error queue is left as it
 * was found.
 */
#ifndef AC_JOSE_SIGNATURE_H
#define AC_JOSE_SIGNATURE_H

#include "jose/material.h"

/* A prepared verification: everything that depends on key and algorithm alone
 * was done once.  Immutable; any thread. */
struct ac_verifier;

/* NULL when out of memory or when OpenSSL does not offer the algorithm. */
struct ac_verifier *ac_verifier_new(const struct ac_material *material,
    const struct ac_alg *alg);
void ac_verifier_free(struct ac_verifier **verifier);
bool ac_verifier_check(const struct ac_verifier *verifier,
    struct authchain_span message, struct authchain_span signature);

/* Add a signature to *out; -1 with why. */
int ac_signature_make(const struct ac_material *material,
    const struct ac_alg *alg, struct authchain_span message, struct ac_buf *out,
    struct authchain_error *err);

#endif
