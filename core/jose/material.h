/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a key is made of, imported from JWK members, PEM or bytes and checked:
 * sizes, exponent, ROCA, point on curve, halves that belong together.  What a
 * key may be used for is not known here (jwk.h).
 */
#ifndef AC_JOSE_MATERIAL_H
#define AC_JOSE_MATERIAL_H

#include "base/secret.h"
#include "jose/jwk.h"

#include <openssl/evp.h>

struct ac_material {
	enum ac_kty kty;
	const char *curve;       /* JWK crv of EC and OKP keys, else NULL */
	EVP_PKEY *pkey;          /* all but OCT */
	struct ac_secret secret; /* OCT */
	size_t signature_bytes;  /* of a signature by it; 0 for OCT */
	bool is_private;
};

/* Each fills *material, which is the caller's to clear either way; -1 with
 * why. */
int ac_material_from_jwk(struct ac_material *material, const json_t *object,
    enum ac_jwk_source source, struct authchain_error *err);
int ac_material_from_pem(struct ac_material *material,
    struct authchain_span pem, struct authchain_error *err);
int ac_material_from_secret(struct ac_material *material,
    struct authchain_span secret, struct authchain_error *err);
void ac_material_clear(struct ac_material *material);

/* The public members kty, crv, x, y, n, e; NULL on failure or for OCT. */
json_t *ac_material_public(const struct ac_material *material);

/* The policy for what was imported; the same for JWK and PEM. */
int ac_material_check(struct ac_material *material,
    struct authchain_error *err);

/* A curve of the JWK registry that we know, or NULL. */
struct ac_curve {
	const char *name;  /* JWK crv */
	const char *group; /* OpenSSL's name of the group, or of the key type */
	enum ac_kty kty;
	size_t bytes; /* of a coordinate, of an OKP key */
};
const struct ac_curve *ac_curve_find(enum ac_kty kty,
    struct authchain_span name);
const struct ac_curve *ac_curve_of_group(const char *group);

#endif
