/* SPDX-License-Identifier: BSD-2-Clause */
/* ECDSA signatures as tokens write them (RFC 7518 3.4), for libcrypto. */
#ifndef AC_JOSE_ECDSA_H
#define AC_JOSE_ECDSA_H

#include "base/span.h"

#define AC_ECDSA_MAX_COORDINATE 66 /* P-521 */
/* SEQUENCE of two INTEGERs, each with a sign byte; long form of the length */
#define AC_ECDSA_MAX_DER (3 + 2 * (2 + 1 + AC_ECDSA_MAX_COORDINATE))

/* r || s, two numbers of equal length, as DER; false when one is 0 or too
 * long. */
bool ac_ecdsa_to_der(struct authchain_span raw,
    unsigned char out[AC_ECDSA_MAX_DER], size_t *len);

#endif
