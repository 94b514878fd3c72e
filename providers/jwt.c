/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The common part of providers of signed tokens.  What runs before the
 * signature can only refuse; the one function that accepts is jwt_accept, and
 * whoever calls it has verified.
 */
#include "jwt.h"

#include <inttypes.h>
#include <stdio.h>

/* A JSON pointer to a top-level claim: each byte may need two. */
#define POINTER_BYTES    (2 * JWT_MAX_CLAIM_NAME + 2)
#define ALGORITHMS_BYTES 160

/* Escaped as RFC 6901 3 says; false when the name is over its bound. */
static bool
claim_pointer(char out[POINTER_BYTES], struct authchain_span name)
{
	size_t at = 0;

	out[0] = '\0';
	if (name.data == NULL || name.len > JWT_MAX_CLAIM_NAME)
		return false;
	out[at++] = '/';
	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];

		if (c == '~' || c == '/') {
			out[at++] = '~';
			c = c == '~' ? '0' : '1';
		}
		out[at++] = c;
	}
	out[at] = '\0';
	return true;
}

uint32_t
jwt_claims_this(const struct jwt_policy *policy, struct authchain_call *call)
{
	const struct authchain_peek *peek = policy->host->peek(call);
	struct authchain_span issuer = policy->claims.issuer;
	bool mine;

	if (peek == NULL)
		return AUTHCHAIN_NOT_MINE;
	if (issuer.data == NULL)
		mine = peek->iss.type == AUTHCHAIN_TYPE_ABSENT;
	else
		mine = peek->iss.type == AUTHCHAIN_TYPE_STRING &&
		       ac_span_is(peek->iss.text, issuer);
	return mine ? AUTHCHAIN_MINE : AUTHCHAIN_NOT_MINE;
}

static void
describe_age(const struct authchain_value *iat, int64_t now_ms, char *out,
    size_t len)
{
	int64_t age_s;

	/* the range comes first: a real that is no number fails it too */
	if ((iat->type != AUTHCHAIN_TYPE_INTEGER &&
		iat->type != AUTHCHAIN_TYPE_REAL) ||
	    !(iat->real >= 0 && iat->real <= (double)AC_CLAIMS_MAX_TIME_S)) {
		(void)snprintf(out, len, "of unknown age");
		return;
	}
	age_s = now_ms / 1000 - (int64_t)iat->real;
	if (age_s >= 0)
		(void)snprintf(out, len, "issued %" PRId64 " s ago", age_s);
	else
		(void)snprintf(out, len, "issued %" PRId64 " s ahead", -age_s);
}

const char *
jwt_describe(const struct jwt_policy *policy, struct authchain_call *call,
    struct jwt_words *words)
{
	const struct authchain_peek *peek = policy->host->peek(call);
	struct ac_quote kid, alg;
	char age[48];

	if (peek == NULL) {
		(void)snprintf(words->text, sizeof(words->text), "not a JWS");
		return words->text;
	}
	describe_age(&peek->iat, policy->host->wall_ms(), age, sizeof(age));
	(void)snprintf(words->text, sizeof(words->text), "%s%s, %s, %s",
	    peek->kid.data == NULL ? "" : "kid ",
	    peek->kid.data == NULL ? "no kid" : ac_quote(&kid, peek->kid),
	    ac_alg_find(peek->alg) != NULL ? ac_alg_find(peek->alg)->name
					   : ac_quote(&alg, peek->alg),
	    age);
	return words->text;
}

static const char *
algorithm_names(ac_alg_set set, char out[ALGORITHMS_BYTES])
{
	size_t at = 0;

	out[0] = '\0';
	for (const struct ac_alg *alg = ac_alg_table(); alg->name != NULL;
	     alg++) {
		size_t len = strlen(alg->name);

		if ((set & ac_alg_bit(alg)) == 0 ||
		    at + len + 3 > ALGORITHMS_BYTES)
			continue;
		(void)snprintf(out + at, ALGORITHMS_BYTES - at, "%s%s",
		    at == 0 ? "" : ", ", alg->name);
		at = strlen(out);
	}
	return out;
}

static void
explain_header(const struct jwt_policy *policy, struct authchain_call *call,
    const struct authchain_peek *peek, uint32_t reason)
{
	const struct authchain_host *host = policy->host;
	char allowed[ALGORITHMS_BYTES];
	struct ac_quote quote;

	switch (reason) {
	case AUTHCHAIN_REASON_ALGORITHM_NOT_ALLOWED:
		host->reason(call, reason, "algorithm %s; allowed: %s",
		    ac_quote(&quote, peek->alg),
		    algorithm_names(policy->header.algorithms, allowed));
		break;
	case AUTHCHAIN_REASON_CRITICAL_HEADER:
		host->reason(call, reason, "header members not taken:%s%s%s%s",
		    peek->critical & AUTHCHAIN_CRITICAL_CRIT ? " crit" : "",
		    peek->critical & AUTHCHAIN_CRITICAL_B64 ? " b64" : "",
		    peek->critical & AUTHCHAIN_CRITICAL_ZIP ? " zip" : "",
		    peek->critical & AUTHCHAIN_CRITICAL_ENC ? " enc" : "");
		break;
	case AUTHCHAIN_REASON_WRONG_TYPE:
		host->reason(call, reason, "typ %s is not one of those taken",
		    peek->typ.data == NULL ? "(absent)"
					   : ac_quote(&quote, peek->typ));
		break;
	default:
		host->reason(call, reason, "the header can't be used");
	}
}

static bool
refuse_header(const struct jwt_policy *policy, struct authchain_call *call,
    const struct authchain_peek *peek, const struct ac_alg **alg)
{
	uint32_t reason = ac_header_refuse(peek, &policy->header, alg);

	if (reason == AUTHCHAIN_REASON_NONE && policy->typ_wanted &&
	    peek->typ.data == NULL)
		reason = AUTHCHAIN_REASON_WRONG_TYPE;
	if (reason == AUTHCHAIN_REASON_NONE)
		return false;
	explain_header(policy, call, peek, reason);
	return true;
}

struct claim_reader {
	const struct authchain_host *host;
	struct authchain_call *call;
};

static bool
find_claim(void *arg, struct authchain_span name, struct authchain_value *value)
{
	struct claim_reader *reader = arg;
	char pointer[POINTER_BYTES];

	*value = (struct authchain_value){ .type = AUTHCHAIN_TYPE_ABSENT };
	return claim_pointer(pointer, name) &&
	       reader->host->peek_claim(reader->call, pointer, value) == 1;
}

static bool
refuse_claims(const struct jwt_policy *policy, struct authchain_call *call,
    const struct authchain_peek *peek)
{
	const struct authchain_host *host = policy->host;
	struct claim_reader reader = { host, call };
	struct ac_claims claims = { peek, find_claim, &reader };
	struct authchain_error err;
	struct jwt_words words;
	uint32_t reason;

	ac_error_clear(&err);
	reason =
	    ac_claims_refuse(&claims, &policy->claims, host->wall_ms(), &err);
	if (reason == AUTHCHAIN_REASON_NONE)
		return false;
	host->reason(call, reason, "%s (%s)", err.text,
	    jwt_describe(policy, call, &words));
	return true;
}

bool
jwt_refuse(const struct jwt_policy *policy, struct authchain_call *call,
    const struct ac_alg **alg)
{
	const struct authchain_peek *peek = policy->host->peek(call);

	*alg = NULL;
	if (peek == NULL) {
		policy->host->reason(call, AUTHCHAIN_REASON_MALFORMED_TOKEN,
		    "not a compact JWS with an object for payload");
		return true;
	}
	if (refuse_header(policy, call, peek, alg) ||
	    refuse_claims(policy, call, peek)) {
		*alg = NULL;
		return true;
	}
	return false;
}

static bool
subject_of(const struct jwt_policy *policy, struct authchain_call *call,
    struct authchain_span *subject)
{
	const char *name = policy->claims.subject_claim;
	struct authchain_value value = { 0 };
	char pointer[POINTER_BYTES];

	if (name == NULL)
		(void)policy->host->claim(call, "/sub", &value);
	else if (claim_pointer(pointer, ac_span_text(name)))
		(void)policy->host->claim(call, pointer, &value);
	if (value.type != AUTHCHAIN_TYPE_STRING || value.text.len == 0)
		return false;
	*subject = value.text;
	return true;
}

/* Too old before it expires: then no verdict may be remembered for longer. */
static int
expire_by_age(const struct jwt_policy *policy, struct authchain_call *call)
{
	const struct authchain_peek *peek = policy->host->peek(call);
	double last = peek->iat.real + (double)policy->claims.max_age_s;

	if (policy->claims.max_age_s <= 0 || last >= peek->exp.real)
		return 0;
	return policy->host->set_expires(call, (int64_t)last);
}

uint32_t
jwt_accept(const struct jwt_policy *policy, struct authchain_call *call)
{
	const struct authchain_host *host = policy->host;
	struct authchain_span subject;

	if (host->adopt(call) != 0 || expire_by_age(policy, call) != 0) {
		host->reason(call, AUTHCHAIN_REASON_OUT_OF_MEMORY,
		    "the claims can't be kept");
		return AUTHCHAIN_UNAVAILABLE;
	}
	if (!subject_of(policy, call, &subject)) {
		host->reason(call, AUTHCHAIN_REASON_BAD_SUBJECT,
		    "no subject in the claims");
		return AUTHCHAIN_REJECT;
	}
	if (host->set_subject(call, subject) != 0) {
		host->reason(call, AUTHCHAIN_REASON_OUT_OF_MEMORY,
		    "the subject can't be kept");
		return AUTHCHAIN_UNAVAILABLE;
	}
	return AUTHCHAIN_ACCEPT;
}
