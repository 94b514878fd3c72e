/* SPDX-License-Identifier: BSD-2-Clause */
/* The stable names.  A row's place is its value: rows are appended, never
 * moved. */
#include "base/reason.h"

#include <string.h>

struct reason {
	const char *name;
	const char *help;
};

static const struct reason reasons[] = {
	[AUTHCHAIN_REASON_NONE] = { "none", "Nothing was refused." },
	[AUTHCHAIN_REASON_NO_CREDENTIALS] = { "no_credentials",
	    "The request carries no bearer token; the client has to log in, "
	    "or the proxy drops the Authorization header." },
	[AUTHCHAIN_REASON_MALFORMED_CREDENTIALS] = { "malformed_credentials",
	    "The Authorization header is not \"Bearer TOKEN\"; look at what "
	    "the client or the proxy makes of it." },
	[AUTHCHAIN_REASON_AMBIGUOUS_CREDENTIALS] = { "ambiguous_credentials",
	    "The request carries more than one credential; send exactly one "
	    "Authorization header." },
	[AUTHCHAIN_REASON_UNCLAIMED] = { "unclaimed",
	    "No provider of the chain takes tokens of this form or issuer; "
	    "compare the token's iss with the configured issuers." },
	[AUTHCHAIN_REASON_MALFORMED_TOKEN] = { "malformed_token",
	    "The token is not a strict compact JWS with a JSON object inside; "
	    "it was cut, altered or is of another kind." },
	[AUTHCHAIN_REASON_ALGORITHM_NOT_ALLOWED] = { "algorithm_not_allowed",
	    "The token names an algorithm that the entry does not allow; add "
	    "it to algorithms if the issuer really signs with it." },
	[AUTHCHAIN_REASON_CRITICAL_HEADER] = { "critical_header",
	    "The token's header has crit, b64, zip or enc, which change what "
	    "a signature means and are not supported." },
	[AUTHCHAIN_REASON_WRONG_TYPE] = { "wrong_type",
	    "The token's typ is not that of an access token; perhaps the "
	    "client sends an ID token or a logout token." },
	[AUTHCHAIN_REASON_UNKNOWN_KID] = { "unknown_kid",
	    "No key of the issuer has the token's kid; the token comes from "
	    "elsewhere, or the key set lags behind a rotation." },
	[AUTHCHAIN_REASON_UNUSABLE_KEY] = { "unusable_key",
	    "The issuer's key of that kid may not verify this token: its "
	    "type, size, use, key_ops or alg forbids it." },
	[AUTHCHAIN_REASON_BAD_SIGNATURE] = { "bad_signature",
	    "The signature does not fit the token and the issuer's key; it "
	    "was forged, altered or signed with another key." },
	[AUTHCHAIN_REASON_BAD_SECRET] = { "bad_secret",
	    "The token has the form of one of ours and its secret is wrong; "
	    "issue a new one if it was lost." },
	[AUTHCHAIN_REASON_EXPIRED] = { "expired",
	    "The token's lifetime is over; the client has to fetch a new one "
	    "(if it is new, compare the clocks)." },
	[AUTHCHAIN_REASON_NOT_YET_VALID] = { "not_yet_valid",
	    "The token's nbf lies in the future; compare the clocks of the "
	    "issuer and of this machine." },
	[AUTHCHAIN_REASON_ISSUED_IN_FUTURE] = { "issued_in_future",
	    "The token's iat lies in the future; compare the clocks of the "
	    "issuer and of this machine." },
	[AUTHCHAIN_REASON_TOO_OLD] = { "too_old",
	    "The token was issued longer ago than max-age allows; the client "
	    "has to fetch a new one." },
	[AUTHCHAIN_REASON_WRONG_ISSUER] = { "wrong_issuer",
	    "The token's iss is not exactly the configured issuer; mind the "
	    "trailing slash." },
	[AUTHCHAIN_REASON_WRONG_AUDIENCE] = { "wrong_audience",
	    "The token was made for another service; make the client ask for "
	    "this resource, or set audience to what the issuer puts in." },
	[AUTHCHAIN_REASON_MISSING_CLAIM] = { "missing_claim",
	    "The token lacks a claim that the entry requires; make the issuer "
	    "put it in, or stop requiring it." },
	[AUTHCHAIN_REASON_BAD_CLAIM] = { "bad_claim",
	    "A claim has a type or value that the standard does not allow; "
	    "the issuer's template is at fault." },
	[AUTHCHAIN_REASON_BAD_SUBJECT] = { "bad_subject",
	    "The subject is empty, too long, not a string or has control "
	    "bytes; choose another subject-claim." },
	[AUTHCHAIN_REASON_BOUND_TOKEN] = { "bound_token",
	    "The token is bound to a client's key (cnf) and came without proof "
	    "that the client holds it, or came as if it were bound and is "
	    "not; see authchain-plugins(7), dpop and mtls." },
	[AUTHCHAIN_REASON_INACTIVE] = { "inactive",
	    "The issuer says that the token is not active: expired, revoked "
	    "or never issued." },
	[AUTHCHAIN_REASON_UNKNOWN_TOKEN] = { "unknown_token",
	    "No token like this one was issued here; it may have been "
	    "deleted." },
	[AUTHCHAIN_REASON_REVOKED] = { "revoked",
	    "The token, its subject or its client was revoked here." },
	[AUTHCHAIN_REASON_LOGIN_REQUIRED] = { "login_required",
	    "The token is good, but the session behind it has ended; the "
	    "user has to log in anew." },
	[AUTHCHAIN_REASON_INSUFFICIENT_SCOPE] = { "insufficient_scope",
	    "The token is good but lacks a scope that this request needs; "
	    "the client has to ask for it." },
	[AUTHCHAIN_REASON_FORBIDDEN] = { "forbidden",
	    "The identity is known and may not do this; a rule of the chain "
	    "says so." },
	[AUTHCHAIN_REASON_NOT_FOUND] = { "not_found",
	    "The request is for something that is not there for this "
	    "identity." },
	[AUTHCHAIN_REASON_RATE_LIMITED] = { "rate_limited",
	    "Too many requests in too short a time; the client has to wait, "
	    "or the limit has to be raised." },
	[AUTHCHAIN_REASON_KEYS_UNAVAILABLE] = { "keys_unavailable",
	    "The issuer's keys could not be fetched and none that are fresh "
	    "enough are kept; \"authchain keys\" tells the cause." },
	[AUTHCHAIN_REASON_DEPENDENCY_UNAVAILABLE] = { "dependency_unavailable",
	    "A service that has to be asked does not answer as it should; "
	    "the log and the trace tell which one and why." },
	[AUTHCHAIN_REASON_BUSY] = { "busy",
	    "A queue is full; the machine is too slow for the load, or "
	    "something it waits for is." },
	[AUTHCHAIN_REASON_DEADLINE] = { "deadline",
	    "The answer did not come within the chain's deadline; see in the "
	    "trace which entry was waited for." },
	[AUTHCHAIN_REASON_OUT_OF_MEMORY] = { "out_of_memory",
	    "Memory was short; give the process more, or find what uses "
	    "it." },
	[AUTHCHAIN_REASON_PLUGIN_FAULT] = { "plugin_fault",
	    "A plugin broke its contract and the request was refused; report "
	    "it to the plugin's author with the trace." },
	[AUTHCHAIN_REASON_BAD_REQUEST] = { "bad_request",
	    "A rule found the request itself malformed; the trace says which "
	    "one and where." },
	[AUTHCHAIN_REASON_REJECTED] = { "rejected",
	    "The provider refused the token and did not say why; ask for its "
	    "status, or its author." },
	[AUTHCHAIN_REASON_NO_SUCH_CHAIN] = { "no_such_chain",
	    "The host program asked for a chain that the configuration does "
	    "not have; check the name it uses against check-config." },
	[AUTHCHAIN_REASON_INVALID_PROOF] = { "invalid_proof",
	    "The token is bound to a key, and the DPoP header does not prove "
	    "that this request comes from who holds it; the detail says what "
	    "is wrong with the proof." },
	[AUTHCHAIN_REASON_PROOF_NONCE] = { "proof_nonce",
	    "The DPoP proof lacks a nonce of ours that is recent enough; the "
	    "client makes another one with the nonce of the answer." },
};

#define REASON_COUNT (sizeof(reasons) / sizeof(reasons[0]))

const char *
ac_reason_name(uint32_t reason)
{
	return reason < REASON_COUNT ? reasons[reason].name : NULL;
}

const char *
ac_reason_help(uint32_t reason)
{
	return reason < REASON_COUNT ? reasons[reason].help : NULL;
}

uint32_t
ac_reason_count(void)
{
	return REASON_COUNT;
}

uint32_t
ac_reason_find(const char *name)
{
	uint32_t i;

	for (i = 0; i < REASON_COUNT; i++) {
		if (strcmp(reasons[i].name, name) == 0)
			return i;
	}
	return AUTHCHAIN_REASON_NONE;
}

const char *
ac_verdict_name(uint32_t verdict)
{
	switch (verdict) {
	case AUTHCHAIN_VERDICT_ALLOW:
		return "allow";
	case AUTHCHAIN_VERDICT_DENY:
		return "deny";
	case AUTHCHAIN_VERDICT_UNAVAILABLE:
		return "unavailable";
	case AUTHCHAIN_VERDICT_FAULT:
		return "fault";
	default:
		return NULL;
	}
}

const char *
ac_stage_name(uint32_t stage)
{
	static const char *const names[] = {
		[AUTHCHAIN_STAGE_CREDENTIAL] = "credential",
		[AUTHCHAIN_STAGE_GUARD] = "guard",
		[AUTHCHAIN_STAGE_IDENTITY] = "identity",
		[AUTHCHAIN_STAGE_MAP] = "map",
		[AUTHCHAIN_STAGE_AUTHORIZE] = "authorize",
		[AUTHCHAIN_STAGE_CHALLENGE] = "challenge",
		[AUTHCHAIN_STAGE_AUDIT] = "audit",
	};

	return stage < sizeof(names) / sizeof(names[0]) ? names[stage] : NULL;
}

const char *
ac_outcome_name(uint32_t outcome)
{
	switch (outcome) {
	case AUTHCHAIN_MINE:
		return "mine";
	case AUTHCHAIN_NOT_MINE:
		return "not-mine";
	case AUTHCHAIN_ACCEPT:
		return "accept";
	case AUTHCHAIN_REJECT:
		return "reject";
	case AUTHCHAIN_ALLOW:
		return "allow";
	case AUTHCHAIN_DENY:
		return "deny";
	case AUTHCHAIN_UNAVAILABLE:
		return "unavailable";
	case AUTHCHAIN_PENDING:
		return "pending";
	default:
		return NULL;
	}
}
