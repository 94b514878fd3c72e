/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making signatures, by one key with one algorithm.  Whether the two go
 * together was decided before (jwk.h).  OpenSSL's error queue is left as it was
 * found.
 */
#ifndef AC_JOSE_SIGNATURE_H
#define AC_JOSE_SIGNATURE_H

#include "jose/material.h"

/* Add a signature to *out; -1 with why. */
int ac_signature_make(const struct ac_material *material,
    const struct ac_alg *alg, struct authchain_span message, struct ac_buf *out,
    struct authchain_error *err);

#endif
