/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules for claims.  Each rule either has nothing to say or refuses with
 * words for the operator; the order of the table is the order of the answers:
 * form first, then times, then for whom.
 */
#include "jose/claims-rule.h"

#include <stdio.h>

#define AUDIENCES_SHOWN 4

/* The claim, from peek where it is one of the registered ones. */
static bool
find(const struct ac_claims_judge *judge, struct authchain_span name,
    struct authchain_value *value)
{
	size_t place = ac_claims_place(name);

	if (place != 0) {
		memcpy(value, (const char *)judge->peek + place,
		    sizeof(*value));
		return ac_claims_present(value);
	}
	*value = (struct authchain_value){ .type = AUTHCHAIN_TYPE_ABSENT };
	return judge->claims->find(judge->claims->arg, name, value) &&
	       ac_claims_present(value);
}

static uint32_t
rule_text_claims(const struct ac_claims_judge *judge)
{
	const struct authchain_peek *peek = judge->peek;
	struct ac_quote quote;

	if (judge->policy->issuer.data != NULL) {
		if (!ac_claims_present(&peek->iss)) {
			(void)ac_error(judge->err, AUTHCHAIN_ERROR_USAGE,
			    "iss is missing; wanted %s",
			    ac_quote(&quote, judge->policy->issuer));
			return AUTHCHAIN_REASON_MISSING_CLAIM;
		}
		if (peek->iss.type != AUTHCHAIN_TYPE_STRING)
			return ac_claims_say(judge, AUTHCHAIN_REASON_BAD_CLAIM,
			    "iss", "is no text");
	}
	if (judge->policy->audience_count == 0)
		return AUTHCHAIN_REASON_NONE;
	if (!ac_claims_present(&peek->aud)) {
		(void)ac_error(judge->err, AUTHCHAIN_ERROR_USAGE,
		    "aud is missing; wanted %s",
		    ac_quote(&quote, judge->policy->audiences[0]));
		return AUTHCHAIN_REASON_MISSING_CLAIM;
	}
	if (peek->aud.type == AUTHCHAIN_TYPE_LIST && peek->aud.count == 0)
		return AUTHCHAIN_REASON_NONE; /* rule_audience's */
	if (peek->audience_count == 0)
		return ac_claims_say(judge, AUTHCHAIN_REASON_BAD_CLAIM, "aud",
		    "is neither a text nor a list of texts");
	return AUTHCHAIN_REASON_NONE;
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
rule_issuer(const struct ac_claims_judge *judge)
{
	struct authchain_span want = judge->policy->issuer;
	const struct authchain_value *iss = &judge->peek->iss;
	struct ac_quote is_quote, want_quote;
	char where[64];

	if (want.data == NULL && !ac_claims_present(iss))
		return AUTHCHAIN_REASON_NONE;
	if (want.data == NULL) {
		(void)ac_error(judge->err, AUTHCHAIN_ERROR_USAGE,
		    "issuer is %s; wanted a token without iss",
		    iss->type == AUTHCHAIN_TYPE_STRING
			? ac_quote(&is_quote, iss->text)
			: ac_claims_type(iss->type));
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
rule_audience(const struct ac_claims_judge *judge)
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
rule_required(const struct ac_claims_judge *judge)
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
		    ac_claims_present(&value) ? "null" : "missing");
		return AUTHCHAIN_REASON_MISSING_CLAIM;
	}
	return AUTHCHAIN_REASON_NONE;
}

static uint32_t
rule_bound(const struct ac_claims_judge *judge)
{
	struct authchain_value value;

	if (judge->policy->takes_bound ||
	    !find(judge, ac_span_text("cnf"), &value))
		return AUTHCHAIN_REASON_NONE;
	return ac_claims_say(judge, AUTHCHAIN_REASON_BOUND_TOKEN, "cnf",
	    "binds the token to a client's key: it is no bearer token");
}

static uint32_t
rule_subject(const struct ac_claims_judge *judge)
{
	const char *name = judge->policy->subject_claim == NULL
			       ? "sub"
			       : judge->policy->subject_claim;
	struct authchain_value value;
	const char *wrong = NULL;

	if (!find(judge, ac_span_text(name), &value))
		return ac_claims_say(judge, AUTHCHAIN_REASON_MISSING_CLAIM,
		    name, "is missing: the token names no subject");
	if (value.type != AUTHCHAIN_TYPE_STRING)
		wrong = "is no text; a subject is one";
	else if (value.text.len == 0)
		wrong = "is empty";
	else if (value.text.len > AC_CLAIMS_MAX_SUBJECT)
		wrong = "is longer than 255 bytes";
	else if (ac_span_has_control(value.text))
		wrong = "has control bytes";
	return wrong == NULL ? AUTHCHAIN_REASON_NONE
			     : ac_claims_say(judge,
				   AUTHCHAIN_REASON_BAD_SUBJECT, name, wrong);
}

uint32_t
ac_claims_refuse(const struct ac_claims *claims,
    const struct ac_claims_policy *policy, int64_t now_ms,
    struct authchain_error *err)
{
	static uint32_t (*const rules[])(const struct ac_claims_judge *) = {
		ac_claims_dates,
		rule_text_claims,
		ac_claims_times,
		rule_issuer,
		rule_audience,
		rule_required,
		rule_bound,
		rule_subject,
	};
	const struct ac_claims_judge judge = { claims, claims->peek, policy,
		now_ms, err };
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		uint32_t reason = rules[i](&judge);

		if (reason != AUTHCHAIN_REASON_NONE)
			return reason;
	}
	return AUTHCHAIN_REASON_NONE;
}
