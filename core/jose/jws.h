/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compact JWS (RFC 7515 7.1), strictly: exactly three segments, strict
 * base64url, a header that is a strict JSON object.  The payload is any bytes,
 * or none; ac_jws_claims wants an object.
 */
#ifndef AC_JOSE_JWS_H
#define AC_JOSE_JWS_H

#include "jose/jwks.h"

#define AC_JWS_MAX_TOKEN  (16u << 10)
#define AC_JWS_MAX_HEADER (4u << 10) /* decoded */

struct ac_jws;

/*
 * Parse; *reason says why not when NULL is returned (MALFORMED_TOKEN, or
 * OUT_OF_MEMORY) and *err the details.  token must outlive the object.
 */
struct ac_jws *ac_jws_parse(struct authchain_span token, uint32_t *reason,
    struct authchain_error *err);
void ac_jws_free(struct ac_jws **jws);

/*
 * The header and, when the payload is a strict JSON object, its claims; views
 * that live as long as the object.  ac_jws_claims: the same, parsed at first
 * use; NULL with *reason when the payload is no such object.
 */
const struct authchain_peek *ac_jws_header(const struct ac_jws *jws);
const struct authchain_peek *ac_jws_claims(struct ac_jws *jws, uint32_t *reason,
    struct authchain_error *err);
/*
 * After ac_jws_claims, a claim by JSON pointer (RFC 6901): 1, or 0 with type
 * ABSENT, or -1, with ABSENT too, when memory is too short to tell.
 */
int ac_jws_claim(struct ac_jws *jws, const char *pointer,
    struct authchain_value *value);
/* The same of a top-level claim, by its name. */
int ac_jws_member(const struct ac_jws *jws, struct authchain_span name,
    struct authchain_value *value);
/* The items of a top-level claim that is a list, in turn: *at is 0 at first;
 * false after the last one; data is NULL where an item is no text. */
bool ac_jws_text_item(const struct ac_jws *jws, struct authchain_span name,
    size_t *at, struct authchain_span *item);
/* The payload's tree after ac_jws_claims, made at first need; borrowed; NULL
 * when out of memory. */
const json_t *ac_jws_tree(struct ac_jws *jws);

/*
 * What may be said of a header before any key is looked up: AUTHCHAIN_REASON_
 * NONE, ALGORITHM_NOT_ALLOWED, CRITICAL_HEADER, WRONG_TYPE or MALFORMED_TOKEN.
 * types are the `typ' values to take, compared without case and without an
 * "application/" in front (RFC 7515 4.1.9); an absent typ is taken.
 */
struct ac_header_policy {
	ac_alg_set algorithms;
	const char *const *types; /* NULL-terminated; NULL: JWT and at+jwt */
};
uint32_t ac_header_refuse(const struct authchain_peek *peek,
    const struct ac_header_policy *policy, const struct ac_alg **alg);

/*
 * The signature layer: find the key in the set and verify.  NONE means
 * verified; else UNKNOWN_KID, UNUSABLE_KEY, BAD_SIGNATURE or OUT_OF_MEMORY.
 */
uint32_t ac_jws_verify(const struct authchain_peek *peek,
    const struct ac_alg *alg, const struct ac_jwks *jwks,
    const struct ac_jwk **key);

/* Compact serialisation of a fresh signature; the caller's to free; NULL with
 * why.  header and payload are JSON text. */
char *ac_jws_sign(const struct ac_jwk *key, const struct ac_alg *alg,
    struct authchain_span header, struct authchain_span payload,
    struct authchain_error *err);

#endif
