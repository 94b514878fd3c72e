/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include <ctype.h>

#include "base/reason.h"
#include "base/span.h"

static bool
is_name(const char *name)
{
	if (name == NULL || *name == '\0')
		return false;
	for (; *name != '\0'; name++) {
		if (!islower((unsigned char)*name) && *name != '_')
			return false;
	}
	return true;
}

/* One line, one sentence, in print. */
static bool
is_sentence(const char *help)
{
	size_t len = help == NULL ? 0 : strlen(help);

	return len >= 20 && len < 200 && isupper((unsigned char)help[0]) &&
	       help[len - 1] == '.' && !ac_span_has_control(ac_span(help, len));
}

static void
test_reasons(void)
{
	bool names = true, sentences = true, found = true;
	uint32_t i;

	for (i = 0; i < ac_reason_count(); i++) {
		names = names && is_name(ac_reason_name(i));
		sentences = sentences && is_sentence(ac_reason_help(i));
		found =
		    found && names && ac_reason_find(ac_reason_name(i)) == i;
	}
	ok(names, "each reason has a name");
	ok(sentences, "each has a sentence for the operator");
	ok(found, "each is found by its name, so no two are the same");
	ok(ac_reason_count() == AUTHCHAIN_REASON_PROOF_NONCE + 1,
	    "the table ends with the last of the public header");
	ok(ac_reason_name(ac_reason_count()) == NULL &&
		ac_reason_help(ac_reason_count()) == NULL &&
		ac_reason_name(UINT32_MAX) == NULL,
	    "what is none has no name");
	ok(ac_reason_find("Expired") == AUTHCHAIN_REASON_NONE &&
		ac_reason_find("") == AUTHCHAIN_REASON_NONE,
	    "an unknown name is no reason");
}

/* These stand in logs and metrics: a change breaks somebody's alarm. */
static void
test_stable_names(void)
{
	static const struct {
		uint32_t reason;
		const char *name;
	} rows[] = {
		{ AUTHCHAIN_REASON_NONE, "none" },
		{ AUTHCHAIN_REASON_NO_CREDENTIALS, "no_credentials" },
		{ AUTHCHAIN_REASON_MALFORMED_CREDENTIALS,
		    "malformed_credentials" },
		{ AUTHCHAIN_REASON_AMBIGUOUS_CREDENTIALS,
		    "ambiguous_credentials" },
		{ AUTHCHAIN_REASON_UNCLAIMED, "unclaimed" },
		{ AUTHCHAIN_REASON_MALFORMED_TOKEN, "malformed_token" },
		{ AUTHCHAIN_REASON_ALGORITHM_NOT_ALLOWED,
		    "algorithm_not_allowed" },
		{ AUTHCHAIN_REASON_CRITICAL_HEADER, "critical_header" },
		{ AUTHCHAIN_REASON_WRONG_TYPE, "wrong_type" },
		{ AUTHCHAIN_REASON_UNKNOWN_KID, "unknown_kid" },
		{ AUTHCHAIN_REASON_UNUSABLE_KEY, "unusable_key" },
		{ AUTHCHAIN_REASON_BAD_SIGNATURE, "bad_signature" },
		{ AUTHCHAIN_REASON_BAD_SECRET, "bad_secret" },
		{ AUTHCHAIN_REASON_EXPIRED, "expired" },
		{ AUTHCHAIN_REASON_NOT_YET_VALID, "not_yet_valid" },
		{ AUTHCHAIN_REASON_ISSUED_IN_FUTURE, "issued_in_future" },
		{ AUTHCHAIN_REASON_TOO_OLD, "too_old" },
		{ AUTHCHAIN_REASON_WRONG_ISSUER, "wrong_issuer" },
		{ AUTHCHAIN_REASON_WRONG_AUDIENCE, "wrong_audience" },
		{ AUTHCHAIN_REASON_MISSING_CLAIM, "missing_claim" },
		{ AUTHCHAIN_REASON_BAD_CLAIM, "bad_claim" },
		{ AUTHCHAIN_REASON_BAD_SUBJECT, "bad_subject" },
		{ AUTHCHAIN_REASON_BOUND_TOKEN, "bound_token" },
		{ AUTHCHAIN_REASON_INACTIVE, "inactive" },
		{ AUTHCHAIN_REASON_UNKNOWN_TOKEN, "unknown_token" },
		{ AUTHCHAIN_REASON_REVOKED, "revoked" },
		{ AUTHCHAIN_REASON_LOGIN_REQUIRED, "login_required" },
		{ AUTHCHAIN_REASON_INSUFFICIENT_SCOPE, "insufficient_scope" },
		{ AUTHCHAIN_REASON_FORBIDDEN, "forbidden" },
		{ AUTHCHAIN_REASON_NOT_FOUND, "not_found" },
		{ AUTHCHAIN_REASON_RATE_LIMITED, "rate_limited" },
		{ AUTHCHAIN_REASON_KEYS_UNAVAILABLE, "keys_unavailable" },
		{ AUTHCHAIN_REASON_DEPENDENCY_UNAVAILABLE,
		    "dependency_unavailable" },
		{ AUTHCHAIN_REASON_BUSY, "busy" },
		{ AUTHCHAIN_REASON_DEADLINE, "deadline" },
		{ AUTHCHAIN_REASON_OUT_OF_MEMORY, "out_of_memory" },
		{ AUTHCHAIN_REASON_PLUGIN_FAULT, "plugin_fault" },
		{ AUTHCHAIN_REASON_BAD_REQUEST, "bad_request" },
		{ AUTHCHAIN_REASON_REJECTED, "rejected" },
		{ AUTHCHAIN_REASON_NO_SUCH_CHAIN, "no_such_chain" },
		{ AUTHCHAIN_REASON_INVALID_PROOF, "invalid_proof" },
		{ AUTHCHAIN_REASON_PROOF_NONCE, "proof_nonce" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ok(rows[i].reason == i && ac_reason_name((uint32_t)i) != NULL &&
			strcmp(ac_reason_name((uint32_t)i), rows[i].name) == 0,
		    rows[i].name);
}

static bool
is(const char *name, const char *want)
{
	return name != NULL && strcmp(name, want) == 0;
}

static void
test_others(void)
{
	ok(is(ac_verdict_name(AUTHCHAIN_VERDICT_ALLOW), "allow") &&
		is(ac_verdict_name(AUTHCHAIN_VERDICT_DENY), "deny") &&
		is(ac_verdict_name(AUTHCHAIN_VERDICT_UNAVAILABLE),
		    "unavailable") &&
		is(ac_verdict_name(AUTHCHAIN_VERDICT_FAULT), "fault"),
	    "verdicts");
	ok(ac_verdict_name(1) == NULL, "1 is no verdict");
	ok(is(ac_stage_name(AUTHCHAIN_STAGE_CREDENTIAL), "credential") &&
		is(ac_stage_name(AUTHCHAIN_STAGE_GUARD), "guard") &&
		is(ac_stage_name(AUTHCHAIN_STAGE_IDENTITY), "identity") &&
		is(ac_stage_name(AUTHCHAIN_STAGE_MAP), "map") &&
		is(ac_stage_name(AUTHCHAIN_STAGE_AUTHORIZE), "authorize") &&
		is(ac_stage_name(AUTHCHAIN_STAGE_CHALLENGE), "challenge") &&
		is(ac_stage_name(AUTHCHAIN_STAGE_AUDIT), "audit"),
	    "stages");
	ok(ac_stage_name(AUTHCHAIN_STAGE_AUDIT + 1) == NULL,
	    "one past the last stage");
	ok(is(ac_outcome_name(AUTHCHAIN_MINE), "mine") &&
		is(ac_outcome_name(AUTHCHAIN_NOT_MINE), "not-mine") &&
		is(ac_outcome_name(AUTHCHAIN_ACCEPT), "accept") &&
		is(ac_outcome_name(AUTHCHAIN_REJECT), "reject") &&
		is(ac_outcome_name(AUTHCHAIN_ALLOW), "allow") &&
		is(ac_outcome_name(AUTHCHAIN_DENY), "deny") &&
		is(ac_outcome_name(AUTHCHAIN_UNAVAILABLE), "unavailable") &&
		is(ac_outcome_name(AUTHCHAIN_PENDING), "pending"),
	    "outcomes");
	ok(ac_outcome_name(0) == NULL && ac_outcome_name(1) == NULL,
	    "neither 0 nor 1 is an outcome");
}

int
main(void)
{
	test_reasons();
	test_stable_names();
	test_others();
	return done();
}
