/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules for claims.  Each rule either has nothing to say or refuses with
 * words for the operator; the order of the table is the order of the answers:
 * form first, then times, then for whom.
 */
#include "jose/claims.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"

#define AUDIENCES_SHOWN 4
#define AGE_TEXT        32

struct judge {
	const struct ac_claims *claims;
	const struct authchain_peek *peek;
	const struct ac_claims_policy *policy;
	int64_t now_ms;
	struct authchain_error *err;
};

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

static const char *
type_text(uint32_t type)
{
	static const char *const names[] = { "absent", "null", "a boolean",
		"a number", "a number", "a text", "a list", "an object" };

	return type < sizeof(names) / sizeof(names[0]) ? names[type]
						       : "of no known type";
}

static uint32_t
refuse_claim(const struct judge *judge, uint32_t reason, const char *name,
    const char *wrong)
{
	(void)ac_error(judge->err, AUTHCHAIN_ERROR_USAGE, "%s %s", name, wrong);
	return reason;
}

static bool
is_present(const struct authchain_value *value)
{
	return value->type != AUTHCHAIN_TYPE_ABSENT;
}

/* The claim, from peek where it is one of the registered ones. */
static bool
find(const struct judge *judge, struct authchain_span name,
    struct authchain_value *value)
{
	const struct authchain_peek *peek = judge->peek;
	const struct {
		const char *name;
		const struct authchain_value *value;
	} known[] = {
		{ "iss", &peek->iss },
		{ "sub", &peek->sub },
		{ "aud", &peek->aud },
		{ "exp", &peek->exp },
		{ "nbf", &peek->nbf },
		{ "iat", &peek->iat },
		{ "jti", &peek->jti },
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (ac_span_is_text(name, known[i].name)) {
			*value = *known[i].value;
			return is_present(value);
		}
	}
	*value = (struct authchain_value){ .type = AUTHCHAIN_TYPE_ABSENT };
	return judge->claims->find(judge->claims->arg, name, value) &&
	       is_present(value);
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
refuse_date(const struct judge *judge, const char *name,
    const struct authchain_value *value)
{
	if (!is_present(value) || is_date(value))
		return AUTHCHAIN_REASON_NONE;
	if (value->type == AUTHCHAIN_TYPE_INTEGER ||
	    value->type == AUTHCHAIN_TYPE_REAL)
		return refuse_claim(judge, AUTHCHAIN_REASON_BAD_CLAIM, name,
		    "is out of range; wanted seconds since 1970");
	(void)ac_error(judge->err, AUTHCHAIN_ERROR_USAGE,
	    "%s is %s; wanted a number of seconds since 1970", name,
	    type_text(value->type));
	return AUTHCHAIN_REASON_BAD_CLAIM;
}

static uint32_t
rule_dates(const struct judge *judge)
{
	const struct authchain_peek *peek = judge->peek;
	uint32_t reason;

	if (!is_present(&peek->exp))
		return refuse_claim(judge, AUTHCHAIN_REASON_MISSING_CLAIM,
		    "exp", "is missing: the token would never expire");
	reason = refuse_date(judge, "exp", &peek->exp);
	if (reason == AUTHCHAIN_REASON_NONE)
		reason = refuse_date(judge, "nbf", &peek->nbf);
	if (reason == AUTHCHAIN_REASON_NONE)
		reason = refuse_date(judge, "iat", &peek->iat);
	if (reason == AUTHCHAIN_REASON_NONE && judge->policy->max_age_s > 0 &&
	    !is_present(&peek->iat))
		return refuse_claim(judge, AUTHCHAIN_REASON_MISSING_CLAIM,
		    "iat", "is missing: max-age can't be judged without it");
	return reason;
}

static uint32_t
rule_text_claims(const struct judge *judge)
{
	const struct authchain_peek *peek = judge->peek;
	struct ac_quote quote;

	if (judge->policy->issuer.data != NULL) {
		if (!is_present(&peek->iss)) {
			(void)ac_error(judge->err, AUTHCHAIN_ERROR_USAGE,
			    "iss is missing; wanted %s",
			    ac_quote(&quote, judge->policy->issuer));
			return AUTHCHAIN_REASON_MISSING_CLAIM;
		}
		if (peek->iss.type != AUTHCHAIN_TYPE_STRING)
			return refuse_claim(judge, AUTHCHAIN_REASON_BAD_CLAIM,
			    "iss", "is no text");
	}
	if (judge->policy->audience_count == 0)
		return AUTHCHAIN_REASON_NONE;
	if (!is_present(&peek->aud)) {
		(void)ac_error(judge->err, AUTHCHAIN_ERROR_USAGE,
		    "aud is missing; wanted %s",
		    ac_quote(&quote, judge->policy->audiences[0]));
		return AUTHCHAIN_REASON_MISSING_CLAIM;
	}
	if (peek->aud.type == AUTHCHAIN_TYPE_LIST && peek->aud.count == 0)
		return AUTHCHAIN_REASON_NONE; /* rule_audience's */
	if (peek->audience_count == 0)
		return refuse_claim(judge, AUTHCHAIN_REASON_BAD_CLAIM, "aud",
		    "is neither a text nor a list of texts");
	return AUTHCHAIN_REASON_NONE;
}

static uint32_t
rule_expired(const struct judge *judge)
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
is_ahead(const struct judge *judge, const char *name,
    const struct authchain_value *value, const char *what)
{
	int64_t at_ms, ahead_ms;
	char at[AC_CLOCK_TEXT], age[AGE_TEXT];

	if (!is_present(value))
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
rule_not_before(const struct judge *judge)
{
	return is_ahead(judge, "nbf", &judge->peek->nbf, "valid only from")
		   ? AUTHCHAIN_REASON_NOT_YET_VALID
		   : AUTHCHAIN_REASON_NONE;
}

static uint32_t
rule_issued_at(const struct judge *judge)
{
	return is_ahead(judge, "iat", &judge->peek->iat, "issued")
		   ? AUTHCHAIN_REASON_ISSUED_IN_FUTURE
		   : AUTHCHAIN_REASON_NONE;
}

static uint32_t
rule_max_age(const struct judge *judge)
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

/* Quotes are cut: say where two long texts part. */
static const char *
difference(struct authchain_span a, struct authchain_span b, char out[64])
{
	size_t at = 0;

	out[0] = '\0';
	while (at < a.len && at < b.len && a.data[at] == b.data[at])
		at++;
	if (at >= AC_QUOTE_BYTES)
		(void)snprintf(out, 64, " (they differ from byte %zu on)",
		    at + 1);
	return out;
}

static uint32_t
rule_issuer(const struct judge *judge)
{
	struct authchain_span want = judge->policy->issuer;
	const struct authchain_value *iss = &judge->peek->iss;
	struct ac_quote is_quote, want_quote;
	char where[64];

	if (want.data == NULL && !is_present(iss))
		return AUTHCHAIN_REASON_NONE;
	if (want.data == NULL) {
		(void)ac_error(judge->err, AUTHCHAIN_ERROR_USAGE,
		    "issuer is %s; wanted a token without iss",
		    iss->type == AUTHCHAIN_TYPE_STRING
			? ac_quote(&is_quote, iss->text)
			: type_text(iss->type));
		return AUTHCHAIN_REASON_WRONG_ISSUER;
	}
	if (ac_span_is(iss->text, want))
		return AUTHCHAIN_REASON_NONE;
	(void)ac_error(judge->err, AUTHCHAIN_ERROR_USAGE,
	    "issuer is %s; wanted %s%s", ac_quote(&is_quote, iss->text),
	    ac_quote(&want_quote, want), difference(iss->text, want, where));
	return AUTHCHAIN_REASON_WRONG_ISSUER;
}

bool
ac_claims_is_origin(struct authchain_span uri)
{
	static const char *const schemes[] = { "https://", "http://" };
	size_t i, start = 0;

	for (i = 0; start == 0 && i < 2; i++) {
		if (ac_span_starts(uri, ac_span_text(schemes[i])))
			start = strlen(schemes[i]);
	}
	if (start == 0)
		return false;
	if (uri.len > start && uri.data[uri.len - 1] == '/')
		uri.len--;
	for (i = start; i < uri.len; i++) {
		unsigned char c = (unsigned char)uri.data[i];

		if (c <= ' ' || c >= 0x7f || strchr("/?#@\\", c) != NULL)
			return false;
	}
	return uri.len > start;
}

static bool
is_same_audience(struct authchain_span a, struct authchain_span b)
{
	if (ac_span_is(a, b))
		return true;
	if (!ac_claims_is_origin(a) || !ac_claims_is_origin(b))
		return false;
	if (a.data[a.len - 1] == '/')
		a.len--;
	if (b.data[b.len - 1] == '/')
		b.len--;
	return ac_span_is(a, b);
}

/* `"a", "b" and 3 more'; out is as long as an error's text. */
static void
list_text(const struct authchain_span *list, size_t count, char *out,
    size_t size)
{
	struct ac_quote quote;
	size_t used = 0, i;

	out[0] = '\0';
	for (i = 0; i < count && i < AUDIENCES_SHOWN && used < size; i++) {
		int n = snprintf(out + used, size - used, "%s%s",
		    i == 0 ? "" : ", ", ac_quote(&quote, list[i]));

		used += n < 0 ? size : (size_t)n;
	}
	if (count > AUDIENCES_SHOWN && used < size)
		(void)snprintf(out + used, size - used, " and %zu more",
		    count - AUDIENCES_SHOWN);
}

static uint32_t
rule_audience(const struct judge *judge)
{
	const struct ac_claims_policy *policy = judge->policy;
	const struct authchain_peek *peek = judge->peek;
	char is[480], want[480];
	size_t i, j;

	if (policy->audience_count == 0)
		return AUTHCHAIN_REASON_NONE;
	for (i = 0; i < peek->audience_count; i++) {
		for (j = 0; j < policy->audience_count; j++) {
			if (is_same_audience(peek->audiences[i],
				policy->audiences[j]))
				return AUTHCHAIN_REASON_NONE;
		}
	}
	list_text(peek->audiences, peek->audience_count, is, sizeof(is));
	list_text(policy->audiences, policy->audience_count, want,
	    sizeof(want));
	(void)ac_error(judge->err, AUTHCHAIN_ERROR_USAGE,
	    "audience is %s; wanted %s%s",
	    peek->audience_count == 0 ? "an empty list" : is,
	    policy->audience_count > 1 ? "one of " : "", want);
	return AUTHCHAIN_REASON_WRONG_AUDIENCE;
}

static uint32_t
rule_required(const struct judge *judge)
{
	const struct ac_claims_policy *policy = judge->policy;
	struct authchain_value value;
	struct ac_quote quote;
	size_t i;

	for (i = 0; i < policy->required_count; i++) {
		if (find(judge, policy->required[i], &value) &&
		    value.type != AUTHCHAIN_TYPE_NULL)
			continue;
		(void)ac_error(judge->err, AUTHCHAIN_ERROR_USAGE,
		    "required claim %s is %s",
		    ac_quote(&quote, policy->required[i]),
		    is_present(&value) ? "null" : "missing");
		return AUTHCHAIN_REASON_MISSING_CLAIM;
	}
	return AUTHCHAIN_REASON_NONE;
}

static uint32_t
rule_bound(const struct judge *judge)
{
	struct authchain_value value;

	if (!find(judge, ac_span_text("cnf"), &value))
		return AUTHCHAIN_REASON_NONE;
	return refuse_claim(judge, AUTHCHAIN_REASON_BOUND_TOKEN, "cnf",
	    "binds the token to a client's key: it is no bearer token");
}

static uint32_t
rule_subject(const struct judge *judge)
{
	const char *name = judge->policy->subject_claim == NULL
			       ? "sub"
			       : judge->policy->subject_claim;
	struct authchain_value value;
	const char *wrong = NULL;

	if (!find(judge, ac_span_text(name), &value))
		return refuse_claim(judge, AUTHCHAIN_REASON_MISSING_CLAIM, name,
		    "is missing: the token names no subject");
	if (value.type != AUTHCHAIN_TYPE_STRING)
		wrong = "is no text; a subject is one";
	else if (value.text.len == 0)
		wrong = "is empty";
	else if (value.text.len > AC_CLAIMS_MAX_SUBJECT)
		wrong = "is longer than 255 bytes";
	else if (ac_span_has_control(value.text))
		wrong = "has control bytes";
	return wrong == NULL ? AUTHCHAIN_REASON_NONE
			     : refuse_claim(judge, AUTHCHAIN_REASON_BAD_SUBJECT,
				   name, wrong);
}

uint32_t
ac_claims_refuse(const struct ac_claims *claims,
    const struct ac_claims_policy *policy, int64_t now_ms,
    struct authchain_error *err)
{
	static uint32_t (*const rules[])(const struct judge *) = {
		rule_dates,
		rule_text_claims,
		rule_expired,
		rule_not_before,
		rule_issued_at,
		rule_max_age,
		rule_issuer,
		rule_audience,
		rule_required,
		rule_bound,
		rule_subject,
	};
	const struct judge judge = { claims, claims->peek, policy, now_ms,
		err };
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		uint32_t reason = rules[i](&judge);

		if (reason != AUTHCHAIN_REASON_NONE)
			return reason;
	}
	return AUTHCHAIN_REASON_NONE;
}
