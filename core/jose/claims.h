/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules for claims (RFC 7519 4.1, RFC 8725, RFC 9068 4): reject-only, so
 * they may run before any key is looked up.  Nothing is ever accepted by them
 * alone.
 */
#ifndef AC_JOSE_CLAIMS_H
#define AC_JOSE_CLAIMS_H

#include "base/error.h"
#include "base/span.h"

#include <stddef.h>

#define AC_CLAIMS_MAX_TIME_S   INT64_C(253402300799) /* 9999-12-31T23:59:59Z */
#define AC_CLAIMS_MAX_LEEWAY_S 300
#define AC_CLAIMS_LEEWAY_S     60
#define AC_CLAIMS_MAX_SUBJECT  255 /* bytes */
#define AC_CLAIMS_NAME_BYTES   3   /* of each claim that a peek has */

struct ac_claims_policy {
	struct authchain_span issuer; /* exact; data NULL: must be absent */
	const struct authchain_span *audiences; /* one of them must be in aud */
	size_t audience_count;                  /* 0: aud is not looked at */
	const struct authchain_span *required;  /* names that must be there */
	size_t required_count;
	const char *subject_claim; /* a top-level claim; NULL: sub */
	int64_t leeway_s;
	int64_t max_age_s; /* by iat; 0: any */
	bool takes_bound;  /* somebody sees to it what cnf asks for */
};

/* Where claims are read: the registered ones from peek, others by name. */
struct ac_claims {
	const struct authchain_peek *peek;
	/* A top-level claim; false when absent. */
	bool (*find)(void *arg, struct authchain_span name,
	    struct authchain_value *value);
	void *arg;
};

/*
 * What one of a payload's claims refuses, or NONE.  *err says which claim, what
 * it was and what was wanted, in the operator's words.
 * An audience that is an origin ("https://a.example" or with one trailing
 * slash) is matched with and without that slash; else exact (RFC 8707 2).
 */
uint32_t ac_claims_refuse(const struct ac_claims *claims,
    const struct ac_claims_policy *policy, int64_t now_ms,
    struct authchain_error *err);

/* The offset of that claim's value in struct authchain_peek, or 0 when it is
 * none of those that stand there. */
static inline size_t
ac_claims_place(struct authchain_span name)
{
	const unsigned char *at = (const unsigned char *)name.data;

	if (name.len != AC_CLAIMS_NAME_BYTES)
		return 0;
	switch (at[0] << 16 | at[1] << 8 | at[2]) {
	case 'i' << 16 | 's' << 8 | 's':
		return offsetof(struct authchain_peek, iss);
	case 's' << 16 | 'u' << 8 | 'b':
		return offsetof(struct authchain_peek, sub);
	case 'a' << 16 | 'u' << 8 | 'd':
		return offsetof(struct authchain_peek, aud);
	case 'e' << 16 | 'x' << 8 | 'p':
		return offsetof(struct authchain_peek, exp);
	case 'n' << 16 | 'b' << 8 | 'f':
		return offsetof(struct authchain_peek, nbf);
	case 'i' << 16 | 'a' << 8 | 't':
		return offsetof(struct authchain_peek, iat);
	case 'j' << 16 | 't' << 8 | 'i':
		return offsetof(struct authchain_peek, jti);
	default:
		return 0;
	}
}

/* Is it an HTTP(S) origin, with or without the one trailing slash? */
bool ac_claims_is_origin(struct authchain_span uri);

#endif
