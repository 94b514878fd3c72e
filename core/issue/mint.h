/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Minting: claims to JSON to a signed token (RFC 7519).  Says what it is told
 * and adds only what every token must have: iat, exp and, if asked, a random
 * jti.
 */
#ifndef AC_ISSUE_MINT_H
#define AC_ISSUE_MINT_H

#include "jose/jws.h"

#define AC_MINT_TTL_S         (15 * 60)
#define AC_MINT_MAX_AUDIENCES 32
#define AC_MINT_JTI_BYTES     16 /* random; 128 bits do not repeat */

/* Spans with data NULL are left out.  Everything is borrowed. */
struct ac_mint {
	const struct ac_jwk *key;
	const struct ac_alg *alg;
	struct authchain_span kid;
	struct authchain_span type; /* typ; data NULL: JWT */
	struct authchain_span issuer, subject, scope, jti;
	const struct authchain_span *audiences; /* one: a string, else a list */
	size_t audience_count;
	int64_t issued_at_s;
	int64_t expires_s;
	int64_t not_before_s; /* 0: no nbf */
	bool random_jti;      /* where jti is not given */
	json_t *claims;       /* further ones, or NULL; none of the above */
};

/* *token is the caller's to free, NULL on failure; -1 with why: times out of
 * range, a claim given twice, a key that may not serve, a token over
 * AC_JWS_MAX_TOKEN. */
int ac_mint_token(const struct ac_mint *mint, char **token,
    struct authchain_error *err);

/* The first algorithm that the key allows, or NULL. */
const struct ac_alg *ac_mint_algorithm(const struct ac_jwk *key);

/*
 * The key's name by its own bytes (RFC 7638): 43 characters and a NUL.  -1 for
 * a symmetric key.
 */
#define AC_MINT_THUMBPRINT 44
int ac_mint_thumbprint(const struct ac_jwk *key, char out[AC_MINT_THUMBPRINT],
    struct authchain_error *err);

#endif
