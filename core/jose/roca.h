/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CVE-2017-15361 (ROCA): RSA keys of a broken generator, which can be
 * factored.  Known by the modulus alone (Nemec et al., CCS 2017).
 */
#ifndef AC_JOSE_ROCA_H
#define AC_JOSE_ROCA_H

#include <openssl/bn.h>

#include <stdbool.h>

/* Does the modulus bear the generator's mark?  A sound one does with a chance
 * of about 2^-27. */
bool ac_roca_is_weak(const BIGNUM *modulus);

#endif
