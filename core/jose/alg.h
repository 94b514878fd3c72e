/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The algorithm table (RFC 7518 3.1, RFC 8037 3.1): one row an algorithm, and
 * the only place that says which kind of key goes with which.
 */
#ifndef AC_JOSE_ALG_H
#define AC_JOSE_ALG_H

#include "base/span.h"

enum ac_kty {
	AC_KTY_NONE = 0,
	AC_KTY_OCT,
	AC_KTY_RSA,
	AC_KTY_EC,
	AC_KTY_OKP
};

enum ac_scheme {
	AC_SCHEME_HMAC,
	AC_SCHEME_PKCS1, /* RSASSA-PKCS1-v1_5 */
	AC_SCHEME_PSS,   /* salt as long as the hash, MGF1 with the same */
	AC_SCHEME_ECDSA, /* r || s, each exactly as long as the curve's order */
	AC_SCHEME_EDDSA
};

struct ac_alg {
	const char *name;
	enum ac_kty kty;
	enum ac_scheme scheme;
	const char *digest;     /* OpenSSL's name; NULL for EdDSA */
	size_t hash_bytes;      /* and least HMAC key; 0 for EdDSA */
	const char *curve;      /* JWK crv; NULL: not EC, or (EdDSA) any */
	size_t signature_bytes; /* HMAC, ECDSA; 0: as long as the key says */
};

#define AC_ALG_COUNT 13 /* rows */

/* The row, exact name, or NULL; "none" is not one. */
const struct ac_alg *ac_alg_find(struct authchain_span name);
/* All rows; the name of the one behind the last is NULL. */
const struct ac_alg *ac_alg_table(void);

/* A set of algorithms: bit i is row i of the table. */
typedef uint32_t ac_alg_set;
ac_alg_set ac_alg_bit(const struct ac_alg *alg);

#endif
