/* SPDX-License-Identifier: BSD-2-Clause */
/* Client assertions: a client proves who it is by its signature (RFC 7523 2.2,
 * OpenID Connect Core 9), so that no secret leaves it. */
#ifndef PROVIDERS_ASSERTION_H
#define PROVIDERS_ASSERTION_H

#include "jose/jwk.h"

#define ASSERTION_LIFE_S    60
#define ASSERTION_JTI_BYTES 16
#define ASSERTION_MAX_BYTES 8192

struct assertion {
	const struct ac_jwk *key;
	const struct ac_alg *alg;
	struct authchain_span kid;    /* data NULL: none */
	struct authchain_span client; /* iss and sub */
	struct authchain_span audience;
	int64_t now_s;
	unsigned char jti[ASSERTION_JTI_BYTES]; /* random, never twice */
};

/* The compact JWS, the caller's to free; NULL with why. */
char *assertion_sign(const struct assertion *assertion,
    struct authchain_error *err);

/*
 * A private key for assertions, from PEM or a JWK: NULL with why when it is
 * anything else, symmetric, public, or too weak.  *alg is the one named, or
 * (data NULL) the first that the key may serve.
 */
struct ac_jwk *assertion_key(struct authchain_span text,
    struct authchain_span alg_name, const struct ac_alg **alg,
    struct authchain_error *err);

#endif
