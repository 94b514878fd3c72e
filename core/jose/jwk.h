/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One key (RFC 7517 4), parsed and imported once, immutable and shared by
 * reference afterwards.  What it may verify is decided by ac_jwk_allows alone.
 */
#ifndef AC_JOSE_JWK_H
#define AC_JOSE_JWK_H

#include "base/buf.h"
#include "base/json.h"
#include "jose/alg.h"

#define AC_JWK_MAX_KID        256
#define AC_JWK_RSA_MIN_BITS   2048
#define AC_JWK_RSA_MAX_BITS   8192
#define AC_JWK_RSA_MAX_E_BITS 64
#define AC_JWK_OCT_MAX_BYTES  4096

struct ac_jwk;

enum ac_jwk_source {
	AC_JWK_REMOTE, /* a key set: public keys only, never symmetric */
	AC_JWK_LOCAL   /* our own: symmetric and private keys too */
};

/* NULL with why in *err: missing or malformed members, size floor, point off
 * the curve, ROCA, private members in a remote key. */
struct ac_jwk *ac_jwk_parse(const json_t *object, enum ac_jwk_source source,
    struct authchain_error *err);
/* A symmetric key from bytes, which are copied into secret memory. */
struct ac_jwk *ac_jwk_from_secret(struct authchain_span secret,
    struct authchain_error *err);
/* A private or public key from PEM text (PKCS#8, SPKI, and their elders). */
struct ac_jwk *ac_jwk_from_pem(struct authchain_span pem,
    struct authchain_error *err);
void ac_jwk_free(struct ac_jwk **jwk);

/* data NULL: it has none. */
struct authchain_span ac_jwk_kid(const struct ac_jwk *jwk);
enum ac_kty ac_jwk_kty(const struct ac_jwk *jwk);
/* Its members alg and use (RFC 7517 4.4, 4.2); NULL: it has none. */
const char *ac_jwk_alg(const struct ac_jwk *jwk);
const char *ac_jwk_use(const struct ac_jwk *jwk);
/* Is there any algorithm that it allows? */
bool ac_jwk_is_verifier(const struct ac_jwk *jwk);
bool ac_jwk_is_private(const struct ac_jwk *jwk);
/* The public JWK as JSON for a key set, kid as given; NULL on failure or for a
 * symmetric key. */
json_t *ac_jwk_public(const struct ac_jwk *jwk, const char *kid);

/*
 * The one judgement which key may serve which algorithm: key type, curve, size
 * floors, `use', `key_ops', `alg' (RFC 7517 4.2-4.4, RFC 7518, RFC 8725 3.2).
 */
bool ac_jwk_allows(const struct ac_jwk *jwk, const struct ac_alg *alg);

/* Is this the signature over message?  false too when the key may not, or when
 * memory is short.  Any thread. */
bool ac_jwk_verify(const struct ac_jwk *jwk, const struct ac_alg *alg,
    struct authchain_span message, struct authchain_span signature);

/* The same for making signatures. */
bool ac_jwk_may_sign(const struct ac_jwk *jwk, const struct ac_alg *alg);

/* Add the bytes of a fresh signature to *out; -1 with why. */
int ac_jwk_sign(const struct ac_jwk *jwk, const struct ac_alg *alg,
    struct authchain_span message, struct ac_buf *out,
    struct authchain_error *err);

#endif
