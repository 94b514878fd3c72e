/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys of the token target: making and checking signatures with libcrypto
 * alone.  One key of each kind, under these kids; EdDSA's has none. */
#ifndef TESTS_FUZZ_SIGNING_H
#define TESTS_FUZZ_SIGNING_H

#include <stdbool.h>
#include <stddef.h>

#define SIGNING_MAX 1024 /* bytes of a signature */

struct signing_bytes {
	const char *data;
	size_t len;
};

/* The HMAC key, or all others, as a key set; static. */
const char *signing_set(bool symmetric);
/* Is this the signature by the key of that kid (NULL: any) and algorithm? */
bool signing_check(const char *alg, const char *kid,
    const struct signing_bytes *message, const struct signing_bytes *signature);
/* 0 when there is no such algorithm. */
size_t signing_make(const char *alg, const struct signing_bytes *message,
    unsigned char out[SIGNING_MAX]);

#endif
