/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A key set (RFC 7517 5): an immutable snapshot.  A key that can't be used is
 * left out with a note and does not spoil the others; a kid that stands for
 * two keys stands for none.
 */
#ifndef AC_JOSE_JWKS_H
#define AC_JOSE_JWKS_H

#include "jose/jwk.h"

#define AC_JWKS_MAX_KEYS  256
#define AC_JWKS_MAX_BYTES (1u << 20)
/* Keys tried for a token without kid. */
#define AC_JWKS_MAX_TRIES 4

struct ac_jwks;

/* NULL with why when the text is no key set at all.  *err also carries the
 * first note on a key left out when a set is returned. */
struct ac_jwks *ac_jwks_parse(struct authchain_span text,
    enum ac_jwk_source source, struct authchain_error *err);
/* A set of one; takes *jwk on success. */
struct ac_jwks *ac_jwks_of(struct ac_jwk **jwk);
void ac_jwks_free(struct ac_jwks **jwks);

size_t ac_jwks_count(const struct ac_jwks *jwks); /* usable keys */
const struct ac_jwk *ac_jwks_at(const struct ac_jwks *jwks, size_t at);
size_t ac_jwks_left_out(const struct ac_jwks *jwks);
/* The at-th of those: its kid (data NULL: none), and why; NULL: no such. */
const char *ac_jwks_left_out_at(const struct ac_jwks *jwks, size_t at,
    struct authchain_span *kid);

enum ac_jwks_find {
	AC_JWKS_NONE,    /* no such kid, or nothing that allows alg */
	AC_JWKS_FOUND,   /* keys[0..*count) are to be tried */
	AC_JWKS_UNUSABLE /* the kid is there but its key may not serve */
};

/*
 * The keys to try for a header: by exact kid, or, where kid.data is NULL, each
 * that allows alg, at most AC_JWKS_MAX_TRIES.
 */
enum ac_jwks_find ac_jwks_find(const struct ac_jwks *jwks,
    struct authchain_span kid, const struct ac_alg *alg,
    const struct ac_jwk *keys[AC_JWKS_MAX_TRIES], size_t *count);

#endif
