/* SPDX-License-Identifier: BSD-2-Clause */
/* Fresh keys, key sets and tokens for tests; the program ends when one can't
 * be made. */
#ifndef TESTS_SIGNER_H
#define TESTS_SIGNER_H

#include "jose/jws.h"

/* A new private key for that algorithm (HS256: of the text "secret..."). */
struct ac_jwk *signer_key(const char *alg);

/* `{"keys":[...]}' of the public keys under these kids (NULL: none); the
 * caller's to free. */
char *signer_set(struct ac_jwk *const *keys, const char *const *kids,
    size_t count);
char *signer_set_of(const struct ac_jwk *key, const char *kid);

/* A signed token, the caller's to free.  kid may be NULL; typ is JWT. */
char *signer_token(const struct ac_jwk *key, const char *alg, const char *kid,
    const char *claims);
/* The same with this header. */
char *signer_token_with(const struct ac_jwk *key, const char *alg,
    const char *header, const char *claims);
/* A copy whose signature has one bit turned. */
char *signer_broken(const char *token);

#endif
