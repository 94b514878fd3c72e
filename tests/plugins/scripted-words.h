/* SPDX-License-Identifier: BSD-2-Clause */
/* The words that the options of `scripted' understand. */
#ifndef TESTS_PLUGINS_SCRIPTED_WORDS_H
#define TESTS_PLUGINS_SCRIPTED_WORDS_H

#include <authchain/plugin.h>

enum how {
	AT_ONCE,
	LATER,
	NEVER,
	WITHOUT_TICKET
};

/* The words of the stage options, in the order of `choices'. */
static const struct {
	uint32_t outcome;
	enum how how;
} words[] = {
	{ AUTHCHAIN_MINE, AT_ONCE },
	{ AUTHCHAIN_NOT_MINE, AT_ONCE },
	{ AUTHCHAIN_ACCEPT, AT_ONCE },
	{ AUTHCHAIN_REJECT, AT_ONCE },
	{ AUTHCHAIN_ALLOW, AT_ONCE },
	{ AUTHCHAIN_DENY, AT_ONCE },
	{ AUTHCHAIN_UNAVAILABLE, AT_ONCE },
	{ 9999, AT_ONCE },
	{ 0, AT_ONCE },
	{ 1, AT_ONCE },
	{ AUTHCHAIN_ACCEPT, LATER },
	{ AUTHCHAIN_REJECT, LATER },
	{ AUTHCHAIN_ALLOW, LATER },
	{ AUTHCHAIN_DENY, LATER },
	{ AUTHCHAIN_UNAVAILABLE, LATER },
	{ 9999, LATER },
	{ AUTHCHAIN_PENDING, LATER },
	{ 0, NEVER },
	{ 0, WITHOUT_TICKET },
};

static const char *const choices[] = { "mine", "not-mine", "accept", "reject",
	"allow", "deny", "unavailable", "unknown", "zero", "one",
	"pending-accept", "pending-reject", "pending-allow", "pending-deny",
	"pending-unavailable", "pending-unknown", "pending-pending",
	"pending-never", "pending-alone", NULL };

/* In the order of enum authchain_reason. */
static const char *const reasons[] = { "none", "no_credentials",
	"malformed_credentials", "ambiguous_credentials", "unclaimed",
	"malformed_token", "algorithm_not_allowed", "critical_header",
	"wrong_type", "unknown_kid", "unusable_key", "bad_signature",
	"bad_secret", "expired", "not_yet_valid", "issued_in_future", "too_old",
	"wrong_issuer", "wrong_audience", "missing_claim", "bad_claim",
	"bad_subject", "bound_token", "inactive", "unknown_token", "revoked",
	"login_required", "insufficient_scope", "forbidden", "not_found",
	"rate_limited", "keys_unavailable", "dependency_unavailable", "busy",
	"deadline", "out_of_memory", "plugin_fault", "bad_request", "rejected",
	"no_such_chain", NULL };

#define STAGE(name_, fallback_)                                                \
	{                                                                      \
		.name = name_, .help = "what to answer there",                 \
		.type = AUTHCHAIN_OPTION_ENUM, .choices = choices,             \
		.fallback = fallback_                                          \
	}
#define DELAY(name_, help_)                                                    \
	{                                                                      \
		.name = name_, .help = help_,                                  \
		.type = AUTHCHAIN_OPTION_DURATION, .min = 0, .max = 600000     \
	}
#define TEXT(name_, help_)                                                     \
	{                                                                      \
		.name = name_, .help = help_, .type = AUTHCHAIN_OPTION_STRING  \
	}
#define LIST(name_, help_)                                                     \
	{                                                                      \
		.name = name_, .help = help_, .type = AUTHCHAIN_OPTION_LIST    \
	}

static const struct authchain_option options[] = {
	STAGE("guard", "allow"),
	STAGE("claim", NULL),
	STAGE("verify", "accept"),
	STAGE("map", "allow"),
	STAGE("authorize", "allow"),
	{ .name = "reason",
	    .help = "why",
	    .type = AUTHCHAIN_OPTION_ENUM,
	    .choices = reasons },
	{ .name = "subject",
	    .help = "who, \"\": nobody",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .fallback = "scripted" },
	{ .name = "anonymous",
	    .help = "accept nobody in particular",
	    .type = AUTHCHAIN_OPTION_BOOL,
	    .fallback = "no" },
	TEXT("issuer", "iss to claim, and to set"),
	TEXT("prefix", "token's beginning to claim"),
	TEXT("only",
	    "token=BEGINNING, header.NAME=BEGINNING or ATTRIBUTE=BEGINNING "
	    "of the requests to judge in guard, map and authorize"),
	TEXT("claims", "JSON object to adopt"),
	TEXT("challenge", "name=value of a challenge parameter"),
	TEXT("publish", "path of a document"),
	LIST("scopes", "held"),
	LIST("need-scopes", "needed"),
	LIST("attributes", "name=value"),
	DELAY("retry-after", "when to come again"),
	DELAY("delay", "until a pending answer comes; 0: before the return"),
	DELAY("block", "sleep in the callback"),
	DELAY("expires-in", "the identity's time to live"),
};

#endif
