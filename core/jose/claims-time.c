/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules for times.  Everything is compared in milliseconds, after the range
 * check that makes the casts sound. */
#include "jose/claims-rule.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"

#define AGE_TEXT 32

/* "45s", "2m05s", "3h02m", "2d03h"; ms is not negative. */
static const char *
age_text(int64_t ms, char out[AGE_TEXT])
{
	int64_t s = ms / 1000;

	if (s < 60)
		(void)snprintf(out, AGE_TEXT, "%" PRId64 "s", s);
	else if (s < 3600)
		(void)snprintf(out, AGE_TEXT, "%" PRId64 "m%02" PRId64 "s",
		    s / 60, s % 60);
	else if (s < 86400)
		(void)snprintf(out, AGE_TEXT, "%" PRId64 "h%02" PRId64 "m",
		    s / 3600, s / 60 % 60);
	else
		(void)snprintf(out, AGE_TEXT, "%" PRId64 "d%02" PRId64 "h",
		    s / 86400, s / 3600 % 24);
	return out;
}

const char *
ac_claims_type(uint32_t type)
{
	static const char *const names[] = { "absent", "null", "a boolean",
		"a number", "a number", "a text", "a list", "an object" };

	return type < sizeof(names) / sizeof(names[0]) ? names[type]
						       : "of no known type";
}

uint32_t
ac_claims_say(const struct ac_claims_judge *judge, uint32_t reason,
    const char *name, const char *wrong)
{
	(void)ac_error(judge->err, AUTHCHAIN_ERROR_USAGE, "%s %s", name, wrong);
	return reason;
}

bool
ac_claims_present(const struct authchain_value *value)
{
	return value->type != AUTHCHAIN_TYPE_ABSENT;
}

/*
 * A NumericDate (RFC 7519 2) in range, which is what makes the casts to come
 * sound: a real that is no number fails the comparison as well.
 */
static bool
is_date(const struct authchain_value *value)
{
	if (value->type == AUTHCHAIN_TYPE_INTEGER)
		return value->integer >= 0 &&
		       value->integer <= AC_CLAIMS_MAX_TIME_S;
	return value->type == AUTHCHAIN_TYPE_REAL && value->real >= 0 &&
	       value->real <= (double)AC_CLAIMS_MAX_TIME_S;
}

/* Of a value that is_date; parts of a millisecond are dropped. */
static int64_t
date_ms(const struct authchain_value *value)
{
	if (value->type == AUTHCHAIN_TYPE_INTEGER)
		return value->integer * 1000;
	return (int64_t)(value->real * 1000);
}

static uint32_t
refuse_date(const struct ac_claims_judge *judge, const char *name,
    const struct authchain_value *value)
{
	if (!ac_claims_present(value) || is_date(value))
		return AUTHCHAIN_REASON_NONE;
	if (value->type == AUTHCHAIN_TYPE_INTEGER ||
	    value->type == AUTHCHAIN_TYPE_REAL)
		return ac_claims_say(judge, AUTHCHAIN_REASON_BAD_CLAIM, name,
		    "is out of range; wanted seconds since 1970");
	(void)ac_error(judge->err, AUTHCHAIN_ERROR_USAGE,
	    "%s is %s; wanted a number of seconds since 1970", name,
	    ac_claims_type(value->type));
	return AUTHCHAIN_REASON_BAD_CLAIM;
}

uint32_t
ac_claims_dates(const struct ac_claims_judge *judge)
{
	const struct authchain_peek *peek = judge->peek;
	uint32_t reason;

	if (!ac_claims_present(&peek->exp))
		return ac_claims_say(judge, AUTHCHAIN_REASON_MISSING_CLAIM,
		    "exp", "is missing: the token would never expire");
	reason = refuse_date(judge, "exp", &peek->exp);
	if (reason == AUTHCHAIN_REASON_NONE)
		reason = refuse_date(judge, "nbf", &peek->nbf);
	if (reason == AUTHCHAIN_REASON_NONE)
		reason = refuse_date(judge, "iat", &peek->iat);
	if (reason == AUTHCHAIN_REASON_NONE && judge->policy->max_age_s > 0 &&
	    !ac_claims_present(&peek->iat))
		return ac_claims_say(judge, AUTHCHAIN_REASON_MISSING_CLAIM,
		    "iat", "is missing: max-age can't be judged without it");
	return reason;
}

static uint32_t
rule_expired(const struct ac_claims_judge *judge)
{
	int64_t exp_ms = date_ms(&judge->peek->exp);
	int64_t leeway_ms = judge->policy->leeway_s * 1000;
	char at[AC_CLOCK_TEXT], age[AGE_TEXT];

	if (judge->now_ms < exp_ms + leeway_ms)
		return AUTHCHAIN_REASON_NONE;
	(void)ac_error(judge->err, AUTHCHAIN_ERROR_USAGE,
	    "expired %s ago (exp %s, leeway %" PRId64 "s)",
	    age_text(judge->now_ms - exp_ms, age),
	    ac_clock_text(exp_ms / 1000, at), judge->policy->leeway_s);
	return AUTHCHAIN_REASON_EXPIRED;
}

/* Is the date beyond now and leeway?  Then say so. */
static bool
is_ahead(const struct ac_claims_judge *judge, const char *name,
    const struct authchain_value *value, const char *what)
{
	int64_t at_ms, ahead_ms;
	char at[AC_CLOCK_TEXT], age[AGE_TEXT];

	if (!ac_claims_present(value))
		return false;
	at_ms = date_ms(value);
	ahead_ms = at_ms - judge->now_ms;
	if (ahead_ms <= judge->policy->leeway_s * 1000)
		return false;
	(void)ac_error(judge->err, AUTHCHAIN_ERROR_USAGE,
	    "%s %s in the future (%s %s, leeway %" PRId64
	    "s): compare the clocks",
	    what, age_text(ahead_ms, age), name,
	    ac_clock_text(at_ms / 1000, at), judge->policy->leeway_s);
	return true;
}

static uint32_t
rule_not_before(const struct ac_claims_judge *judge)
{
	return is_ahead(judge, "nbf", &judge->peek->nbf, "valid only from")
		   ? AUTHCHAIN_REASON_NOT_YET_VALID
		   : AUTHCHAIN_REASON_NONE;
}

static uint32_t
rule_issued_at(const struct ac_claims_judge *judge)
{
	return is_ahead(judge, "iat", &judge->peek->iat, "issued")
		   ? AUTHCHAIN_REASON_ISSUED_IN_FUTURE
		   : AUTHCHAIN_REASON_NONE;
}

static uint32_t
rule_max_age(const struct ac_claims_judge *judge)
{
	const struct ac_claims_policy *policy = judge->policy;
	int64_t iat_ms, limit_ms;
	char at[AC_CLOCK_TEXT], age[AGE_TEXT], limit[AGE_TEXT];

	if (policy->max_age_s <= 0)
		return AUTHCHAIN_REASON_NONE;
	iat_ms = date_ms(&judge->peek->iat);
	limit_ms = (policy->max_age_s + policy->leeway_s) * 1000;
	if (judge->now_ms - iat_ms < limit_ms)
		return AUTHCHAIN_REASON_NONE;
	(void)ac_error(judge->err, AUTHCHAIN_ERROR_USAGE,
	    "issued %s ago (iat %s); max-age is %s, leeway %" PRId64 "s",
	    age_text(judge->now_ms - iat_ms, age),
	    ac_clock_text(iat_ms / 1000, at),
	    age_text(policy->max_age_s * 1000, limit), policy->leeway_s);
	return AUTHCHAIN_REASON_TOO_OLD;
}

uint32_t
ac_claims_times(const struct ac_claims_judge *judge)
{
	uint32_t reason = rule_expired(judge);

	if (reason == AUTHCHAIN_REASON_NONE)
		reason = rule_not_before(judge);
	if (reason == AUTHCHAIN_REASON_NONE)
		reason = rule_issued_at(judge);
	if (reason == AUTHCHAIN_REASON_NONE)
		reason = rule_max_age(judge);
	return reason;
}
