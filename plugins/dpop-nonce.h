/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nonces that need no memory (RFC 9449 8): the time at which they were made,
 * and who made them.
 */
#ifndef PLUGINS_DPOP_NONCE_H
#define PLUGINS_DPOP_NONCE_H

#include "base/span.h"

#define DPOP_NONCE_CHARS 32

/* -1 and "" when libcrypto can't. */
int dpop_nonce_make(struct authchain_span key, int64_t now_s,
    char out[DPOP_NONCE_CHARS + 1]);

/* Was it made with that key, at most life_s before now, and not after? */
bool dpop_nonce_is_good(struct authchain_span nonce, struct authchain_span key,
    int64_t now_s, int64_t life_s);

#endif
