/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A second opinion on tokens: the rules of doc/ and the RFCs written down once
 * more, on jansson and libcrypto directly and with none of our code, for
 * targets to compare.  Slow and simple on purpose.
 */
#ifndef TESTS_FUZZ_STRICT_H
#define TESTS_FUZZ_STRICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#define STRICT_NOW_S    1800000000
#define STRICT_LEEWAY_S 60
#define STRICT_ISSUER   "https://issuer.test"
#define STRICT_AUDIENCE "https://api.test"

/* What may be asked of claims beyond the rules that always hold. */
struct strict_policy {
	const char *subject;  /* the claim that names it */
	const char *required; /* NULL: nothing more */
	int64_t max_age_s;    /* 0: any */
	bool exp_optional;    /* introspection: see oauth-answer.c */
	bool iss_optional;
};

/* The text as a JSON object within those bounds, the caller's; NULL: it is
 * none that may be believed. */
json_t *strict_object(const char *text, size_t len, size_t max_bytes,
    size_t max_items);
bool strict_claims(const json_t *claims, const struct strict_policy *policy);
/* The whole token, with the keys of signing.h. */
bool strict_token(const char *text, size_t len,
    const struct strict_policy *policy);

#endif
