/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one table that says what a client gets for which reason (RFC 6750 3.1,
 * RFC 9110 15.5).  A reason that is not here is a fault: fail closed.
 */
#include "engine/decide.h"

#define DENY    AUTHCHAIN_VERDICT_DENY
#define LATER   AUTHCHAIN_VERDICT_UNAVAILABLE
#define FAULT   AUTHCHAIN_VERDICT_FAULT
#define R(name) AUTHCHAIN_REASON_##name

/* A client's error, and the challenge that tells it (RFC 6750 3). */
#define ERROR(name, text)                                                      \
	name, text, "Bearer error=\"" name "\", error_description=\"" text "\""
#define NO_ERROR  "", "", "Bearer"
#define BAD_TOKEN ERROR("invalid_token", "The access token is not valid here")
#define TRY_AGAIN                                                              \
	ERROR("temporarily_unavailable",                                       \
	    "The token could not be judged at the moment; try again")

static const struct ac_answer answers[] = {
	[R(PLUGIN_FAULT)] = { R(PLUGIN_FAULT), FAULT, 500,
	    ERROR("server_error", "The request could not be judged") },
	[R(NO_SUCH_CHAIN)] = { R(NO_SUCH_CHAIN), FAULT, 500,
	    ERROR("server_error", "The request could not be judged") },
	[R(NO_CREDENTIALS)] = { R(NO_CREDENTIALS), DENY, 401, NO_ERROR },
	[R(MALFORMED_CREDENTIALS)] = { R(MALFORMED_CREDENTIALS), DENY, 400,
	    ERROR("invalid_request", "The Authorization header is malformed") },
	[R(AMBIGUOUS_CREDENTIALS)] = { R(AMBIGUOUS_CREDENTIALS), DENY, 400,
	    ERROR("invalid_request", "More than one credential was sent") },
	[R(BAD_REQUEST)] = { R(BAD_REQUEST), DENY, 400,
	    ERROR("invalid_request", "The request is malformed") },
	[R(UNCLAIMED)] = { R(UNCLAIMED), DENY, 401, BAD_TOKEN },
	[R(MALFORMED_TOKEN)] = { R(MALFORMED_TOKEN), DENY, 401,
	    ERROR("invalid_token", "The access token is malformed") },
	[R(ALGORITHM_NOT_ALLOWED)] = { R(ALGORITHM_NOT_ALLOWED), DENY, 401,
	    BAD_TOKEN },
	[R(CRITICAL_HEADER)] = { R(CRITICAL_HEADER), DENY, 401, BAD_TOKEN },
	[R(WRONG_TYPE)] = { R(WRONG_TYPE), DENY, 401, BAD_TOKEN },
	[R(UNKNOWN_KID)] = { R(UNKNOWN_KID), DENY, 401, BAD_TOKEN },
	[R(UNUSABLE_KEY)] = { R(UNUSABLE_KEY), DENY, 401, BAD_TOKEN },
	[R(BAD_SIGNATURE)] = { R(BAD_SIGNATURE), DENY, 401, BAD_TOKEN },
	[R(BAD_SECRET)] = { R(BAD_SECRET), DENY, 401, BAD_TOKEN },
	[R(REJECTED)] = { R(REJECTED), DENY, 401, BAD_TOKEN },
	[R(EXPIRED)] = { R(EXPIRED), DENY, 401,
	    ERROR("invalid_token", "The access token expired") },
	[R(NOT_YET_VALID)] = { R(NOT_YET_VALID), DENY, 401,
	    ERROR("invalid_token", "The access token is not valid yet") },
	[R(ISSUED_IN_FUTURE)] = { R(ISSUED_IN_FUTURE), DENY, 401, BAD_TOKEN },
	[R(TOO_OLD)] = { R(TOO_OLD), DENY, 401,
	    ERROR("invalid_token", "The access token is too old") },
	[R(WRONG_ISSUER)] = { R(WRONG_ISSUER), DENY, 401, BAD_TOKEN },
	[R(WRONG_AUDIENCE)] = { R(WRONG_AUDIENCE), DENY, 401,
	    ERROR("invalid_token",
		"The access token is not meant for this resource") },
	[R(MISSING_CLAIM)] = { R(MISSING_CLAIM), DENY, 401, BAD_TOKEN },
	[R(BAD_CLAIM)] = { R(BAD_CLAIM), DENY, 401, BAD_TOKEN },
	[R(BAD_SUBJECT)] = { R(BAD_SUBJECT), DENY, 401, BAD_TOKEN },
	[R(BOUND_TOKEN)] = { R(BOUND_TOKEN), DENY, 401,
	    ERROR("invalid_token",
		"The access token is bound to a key and came without proof") },
	[R(INVALID_PROOF)] = { R(INVALID_PROOF), DENY, 401,
	    ERROR("invalid_dpop_proof", "The DPoP proof is not valid here") },
	[R(PROOF_NONCE)] = { R(PROOF_NONCE), DENY, 401,
	    ERROR("use_dpop_nonce",
		"The DPoP proof has to hold the nonce of this answer") },
	[R(INACTIVE)] = { R(INACTIVE), DENY, 401,
	    ERROR("invalid_token", "The access token is not active") },
	[R(UNKNOWN_TOKEN)] = { R(UNKNOWN_TOKEN), DENY, 401, BAD_TOKEN },
	[R(REVOKED)] = { R(REVOKED), DENY, 401,
	    ERROR("invalid_token", "The access token was revoked") },
	[R(LOGIN_REQUIRED)] = { R(LOGIN_REQUIRED), DENY, 401,
	    ERROR("invalid_token", "A new login is required") },
	[R(INSUFFICIENT_SCOPE)] = { R(INSUFFICIENT_SCOPE), DENY, 403,
	    ERROR("insufficient_scope",
		"The access token lacks a scope that is required here") },
	[R(FORBIDDEN)] = { R(FORBIDDEN), DENY, 403, "access_denied",
	    "This is not allowed for the access token", "Bearer" },
	[R(NOT_FOUND)] = { R(NOT_FOUND), DENY, 404,
	    ERROR("not_found", "Not found") },
	[R(RATE_LIMITED)] = { R(RATE_LIMITED), DENY, 429,
	    ERROR("too_many_requests", "Too many requests") },
	[R(KEYS_UNAVAILABLE)] = { R(KEYS_UNAVAILABLE), LATER, 503, TRY_AGAIN },
	[R(DEPENDENCY_UNAVAILABLE)] = { R(DEPENDENCY_UNAVAILABLE), LATER, 503,
	    TRY_AGAIN },
	[R(BUSY)] = { R(BUSY), LATER, 503, TRY_AGAIN },
	[R(DEADLINE)] = { R(DEADLINE), LATER, 503, TRY_AGAIN },
	[R(OUT_OF_MEMORY)] = { R(OUT_OF_MEMORY), LATER, 503, TRY_AGAIN },
};

const struct ac_answer *
ac_answer_find(uint32_t reason)
{
	if (reason < sizeof(answers) / sizeof(answers[0]) &&
	    answers[reason].status != 0)
		return &answers[reason];
	return &answers[R(PLUGIN_FAULT)];
}
