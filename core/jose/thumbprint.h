/* SPDX-License-Identifier: BSD-2-Clause */
/* What a key is called by in a token that is bound to it. */
#ifndef AC_JOSE_THUMBPRINT_H
#define AC_JOSE_THUMBPRINT_H

#include "base/digest.h"
#include "base/json.h"

#define AC_THUMBPRINT_BYTES 43 /* SHA-256 in base64url */

/* SHA-256 in base64url and a NUL. -1 and "" when libcrypto can't. */
int ac_thumbprint_of(struct authchain_span bytes,
    char out[AC_THUMBPRINT_BYTES + 1]);

/* Of a public or private JWK (RFC 7638 3); -1 and "" when it lacks a member
 * that counts, or memory is short. */
int ac_thumbprint(const json_t *jwk, char out[AC_THUMBPRINT_BYTES + 1]);

#endif
