/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rules for claims share; see claims.h for the rules' contract. */
#ifndef AC_JOSE_CLAIMS_RULE_H
#define AC_JOSE_CLAIMS_RULE_H

#include "jose/claims.h"

struct ac_claims_judge {
	const struct ac_claims *claims;
	const struct authchain_peek *peek;
	const struct ac_claims_policy *policy;
	int64_t now_ms;
	struct authchain_error *err;
};

/* The form of exp, nbf and iat: the first rule, for the others rely on it. */
uint32_t ac_claims_dates(const struct ac_claims_judge *judge);
/* exp, nbf, iat, max-age against the clock, in this order. */
uint32_t ac_claims_times(const struct ac_claims_judge *judge);

/* "NAME WRONG" for the operator; returns reason. */
uint32_t ac_claims_say(const struct ac_claims_judge *judge, uint32_t reason,
    const char *name, const char *wrong);
bool ac_claims_present(const struct authchain_value *value);
/* "a list" and so on; type is an AUTHCHAIN_TYPE_. */
const char *ac_claims_type(uint32_t type);

#endif
