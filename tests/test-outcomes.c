/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The outcome table of chain.md, row by row: plugins say what their options
 * say, and the engine makes verdict, status, reason and challenge of it.
 */
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "tap.h"

#define NONE     "\001" /* no token */
#define S(extra) "path = @TESTS@/scripted.so\ntype = scripted\n" extra "\n"

static const char invalid[] =
    "Bearer error=\"invalid_token\", error_description=\"";

struct row {
	const char *name;
	const char *config;
	const char *token;
	const char *verdict;
	uint32_t status;
	const char *reason;
	const char *provider;
	const char *challenge; /* its beginning; "" : none */
	uint32_t retry_after_s;
};

#define ONE(extra) "[chain]\nidentity = a\n[plugin a]\n" S(extra)
#define TWO(first, second)                                                     \
	"[chain]\nidentity = a, b\n[plugin a]\n" S(first) "[plugin b]\n" S(    \
	    second)
#define WITH(stage, extra)                                                     \
	"[chain]\nidentity = a\n" stage " = x\n[plugin a]\n" S(                \
	    "claim = mine\nverify = accept\nscopes = read") "[plugin x]\n" S(extra)
#define BOUND(extra)                                                           \
	"[chain]\nidentity = a\nauthorize = x\n[plugin a]\n" S(                \
	    "claim = mine\nverify = accept\nclaims = "                         \
	    "\"{\\\"cnf\\\":{\\\"jkt\\\":\\\"x\\\"}}\"") "[plugin x]\n" S(extra)
#define ANONYMOUS(extra)                                                       \
	"[chain]\nanonymous = yes\nidentity = a\nauthorize = x\n[plugin "      \
	"a]\n" S("claim = mine\nverify = accept") "[plugin x]\n" S(extra)

/* {"alg":"HS256"} and {}, {"iss":1}, {"iss":""} */
#define NO_ISSUER     "eyJhbGciOiJIUzI1NiJ9.e30.AA"
#define NUMBER_ISSUER "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOjF9.AA"
#define EMPTY_ISSUER  "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiIifQ.AA"
#define HS256_WITHOUT_ISSUER                                                   \
	"[chain]\nidentity = h\n[plugin h]\ntype = hs256\nissuer = none\n"     \
	"audience = a\nsecret = @s\n[secret s]\nenv = OUTCOMES_SECRET\n"       \
	"purpose = internal\n"

static const struct row rows[] = {
	{ "no credential is challenged without an error", ONE("claim = mine"),
	    NONE, "deny", 401, "no_credentials", "", "Bearer", 0 },
	{ "nobody claims the token", ONE("claim = not-mine"), "x", "deny", 401,
	    "unclaimed", "", invalid, 0 },
	{ "every provider says that it is not theirs",
	    TWO("claim = not-mine", "claim = not-mine"), "x", "deny", 401,
	    "unclaimed", "", invalid, 0 },
	{ "claimed and accepted", ONE("claim = mine\nverify = accept"), "x",
	    "allow", 200, "none", "a", "", 0 },
	{ "the second is asked when the first does not claim",
	    TWO("claim = not-mine", "claim = mine\nverify = accept"), "x",
	    "allow", 200, "none", "b", "", 0 },
	{ "claimed and rejected does not fall through",
	    TWO("claim = mine\nverify = reject\nreason = expired",
		"claim = mine\nverify = accept"),
	    "x", "deny", 401, "expired", "a", invalid, 0 },
	{ "rejected without a reason", ONE("claim = mine\nverify = reject"),
	    "x", "deny", 401, "rejected", "a", invalid, 0 },
	{ "claimed and unavailable does not fall through",
	    TWO("claim = mine\nverify = unavailable\nreason = "
		"keys_unavailable\nretry-after = 7s",
		"claim = mine\nverify = accept"),
	    "x", "unavailable", 503, "keys_unavailable", "a", "", 7 },
	{ "unavailable without a reason or a time",
	    ONE("claim = mine\nverify = unavailable"), "x", "unavailable", 503,
	    "dependency_unavailable", "a", "", 5 },
	{ "a rejection can't borrow an outage's reason",
	    ONE("claim = mine\nverify = reject\nreason = keys_unavailable"),
	    "x", "deny", 401, "rejected", "a", invalid, 0 },
	{ "an outage can't borrow a rejection's reason",
	    ONE("claim = mine\nverify = unavailable\nreason = expired"), "x",
	    "unavailable", 503, "dependency_unavailable", "a", "", 5 },
	{ "claim says something that is no outcome", ONE("claim = unknown"),
	    "x", "fault", 500, "plugin_fault", "a", "", 0 },
	{ "claim says zero", ONE("claim = zero"), "x", "fault", 500,
	    "plugin_fault", "a", "", 0 },
	{ "claim says accept", ONE("claim = accept"), "x", "fault", 500,
	    "plugin_fault", "a", "", 0 },
	{ "verify says something that is no outcome",
	    ONE("claim = mine\nverify = unknown"), "x", "fault", 500,
	    "plugin_fault", "a", "", 0 },
	{ "verify says zero", ONE("claim = mine\nverify = zero"), "x", "fault",
	    500, "plugin_fault", "a", "", 0 },
	{ "verify says one, which is true in C",
	    ONE("claim = mine\nverify = one"), "x", "fault", 500,
	    "plugin_fault", "a", "", 0 },
	{ "verify says allow, which is another stage's yes",
	    ONE("claim = mine\nverify = allow"), "x", "fault", 500,
	    "plugin_fault", "a", "", 0 },
	{ "verify says mine", ONE("claim = mine\nverify = mine"), "x", "fault",
	    500, "plugin_fault", "a", "", 0 },
	{ "verify can't decline what was claimed",
	    TWO("claim = mine\nverify = not-mine",
		"claim = mine\nverify = accept"),
	    "x", "fault", 500, "plugin_fault", "a", "", 0 },
	{ "accepted without a subject",
	    ONE("claim = mine\nverify = accept\nsubject = \"\""), "x", "fault",
	    500, "plugin_fault", "a", "", 0 },
	{ "accepted as nobody in particular",
	    ONE("claim = mine\nverify = accept\nsubject = \"\"\nanonymous = "
		"yes"),
	    "x", "allow", 200, "none", "a", "", 0 },
	{ "waited for, then accepted",
	    ONE("claim = mine\nverify = pending-accept\ndelay = 10ms"), "x",
	    "allow", 200, "none", "a", "", 0 },
	{ "waited for, then rejected",
	    ONE("claim = mine\nverify = pending-reject\ndelay = 10ms\nreason "
		"= bad_signature"),
	    "x", "deny", 401, "bad_signature", "a", invalid, 0 },
	{ "waited for, then something that is no outcome",
	    ONE("claim = mine\nverify = pending-unknown\ndelay = 10ms"), "x",
	    "fault", 500, "plugin_fault", "a", "", 0 },
	{ "waited for, then asks to be waited for",
	    ONE("claim = mine\nverify = pending-pending\ndelay = 10ms"), "x",
	    "fault", 500, "plugin_fault", "a", "", 0 },
	{ "pending without a ticket",
	    ONE("claim = mine\nverify = pending-alone"), "x", "fault", 500,
	    "plugin_fault", "a", "", 0 },
	{ "never answers: the deadline does",
	    "[chain]\nidentity = a\ndeadline = 2s\n[plugin a]\n" S(
		"claim = mine\nverify = pending-never"),
	    "x", "unavailable", 503, "deadline", "a", "", 5 },
	{ "two credentials in one Authorization are no token",
	    ONE("claim = mine\nverify = accept"), "x, Bearer y", "deny", 400,
	    "malformed_credentials", "", "Bearer error=\"invalid_request\"",
	    0 },
	{ "an empty token", ONE("claim = mine\nverify = accept"), "", "deny",
	    400, "malformed_credentials", "",
	    "Bearer error=\"invalid_request\"", 0 },

	{ "guard allows", WITH("guard", "guard = allow"), "x", "allow", 200,
	    "none", "a", "", 0 },
	{ "guard denies by rate, before anything else",
	    WITH("guard",
		"guard = deny\nreason = rate_limited\nretry-after = 9s"),
	    "x", "deny", 429, "rate_limited", "", "", 9 },
	{ "guard denies requests without credential too",
	    WITH("guard", "guard = deny\nreason = rate_limited"), NONE, "deny",
	    429, "rate_limited", "", "", 5 },
	{ "guard can't judge", WITH("guard", "guard = unavailable"), "x",
	    "unavailable", 503, "dependency_unavailable", "", "", 5 },
	{ "guard can't judge and may be passed",
	    WITH("guard", "guard = unavailable\non-unavailable = allow"), "x",
	    "allow", 200, "none", "a", "", 0 },
	{ "guard says accept, which is another stage's yes",
	    WITH("guard", "guard = accept"), "x", "fault", 500, "plugin_fault",
	    "", "", 0 },
	{ "map denies without a reason", WITH("map", "map = deny"), "x", "deny",
	    403, "forbidden", "a", "Bearer", 0 },
	{ "authorize denies: revoked",
	    WITH("authorize", "authorize = deny\nreason = revoked"), "x",
	    "deny", 401, "revoked", "a", invalid, 0 },
	{ "authorize denies: a foreign session",
	    WITH("authorize", "authorize = deny\nreason = not_found"), "x",
	    "deny", 404, "not_found", "a", "", 0 },
	{ "authorize denies without a reason",
	    WITH("authorize", "authorize = deny"), "x", "deny", 403,
	    "forbidden", "a", "Bearer", 0 },
	{ "authorize waits, then allows",
	    WITH("authorize", "authorize = pending-allow\ndelay = 10ms"), "x",
	    "allow", 200, "none", "a", "", 0 },
	{ "authorize can't judge", WITH("authorize", "authorize = unavailable"),
	    "x", "unavailable", 503, "dependency_unavailable", "a", "", 5 },
	{ "authorize lies", WITH("authorize", "authorize = one"), "x", "fault",
	    500, "plugin_fault", "a", "", 0 },
	{ "authorize needs a scope that is held",
	    WITH("authorize", "authorize = allow\nneed-scopes = read"), "x",
	    "allow", 200, "none", "a", "", 0 },
	{ "authorize needs more: all of it is named at once",
	    WITH("authorize",
		"authorize = allow\nneed-scopes = read, write, admin"),
	    "x", "deny", 403, "insufficient_scope", "a",
	    "Bearer error=\"insufficient_scope\", error_description=\"The "
	    "access token lacks a scope that is required here\", "
	    "scope=\"read write admin\"",
	    0 },
	{ "a scope is not held because a longer one is",
	    ONE("claim = mine\nverify = accept\nscopes = "
		"administrator\nrequired-scopes = admin"),
	    "x", "deny", 403, "insufficient_scope", "a",
	    "Bearer error=\"insufficient_scope\"", 0 },
	{ "the entry's and the chain's scopes are one challenge",
	    "[chain]\nidentity = a\nrequired-scopes = c1\n[plugin a]\n" S(
		"claim = mine\nverify = accept\nscopes = "
		"e1\nrequired-scopes = e1, e2"),
	    "x", "deny", 403, "insufficient_scope", "a",
	    "Bearer error=\"insufficient_scope\", error_description=\"The "
	    "access token lacks a scope that is required here\", scope=\"c1 "
	    "e1 e2\"",
	    0 },
	{ "expired and lacking a scope is expired",
	    ONE("claim = mine\nverify = reject\nreason = "
		"expired\nrequired-scopes = admin"),
	    "x", "deny", 401, "expired", "a", invalid, 0 },

	{ "time is up before the first provider is asked",
	    "[chain]\nguard = g\nidentity = a\ndeadline = 20ms\n[plugin g]\n" S(
		"block = 40ms") "[plugin a]\n" S("claim = mine\nverify = "
						 "accept"),
	    "x", "unavailable", 503, "deadline", "", "", 5 },
	{ "no rule is asked about who is not known",
	    "[chain]\nidentity = a\nauthorize = x\n[plugin a]\n" S(
		"claim = not-mine") "[plugin x]\n" S("authorize = deny"),
	    "x", "deny", 401, "unclaimed", "", invalid, 0 },
	{ "one call at a time, for a plugin that wants it so",
	    "[chain]\nidentity = a\n[plugin a]\npath = @TESTS@/scripted.so\n"
	    "type = scripted-serial\nclaim = mine\nverify = accept\n",
	    "x", "allow", 200, "none", "a", "", 0 },
	{ "nobody waits any more for who can't be told",
	    "[chain]\nidentity = a\ndeadline = 2s\n[plugin a]\n"
	    "path = @TESTS@/wait-silent.so\ntype = wait-silent\n",
	    "x", "unavailable", 503, "deadline", "a", "", 5 },
	{ "an issuer that is claimed: another's token is not asked about",
	    ONE("issuer = i"), NO_ISSUER, "deny", 401, "unclaimed", "", invalid,
	    0 },
	{ "an issuer that is claimed: one that is no text", ONE("issuer = i"),
	    NUMBER_ISSUER, "deny", 401, "unclaimed", "", invalid, 0 },
	{ "an issuer that is claimed: an empty one", ONE("issuer = i"),
	    EMPTY_ISSUER, "deny", 401, "unclaimed", "", invalid, 0 },
	{ "tokens without an issuer are claimed: such a one",
	    HS256_WITHOUT_ISSUER, NO_ISSUER, "deny", 401, "missing_claim", "h",
	    invalid, 0 },
	{ "tokens without an issuer are claimed: an empty one is another's",
	    HS256_WITHOUT_ISSUER, EMPTY_ISSUER, "deny", 401, "unclaimed", "",
	    invalid, 0 },
	{ "tokens without an issuer are claimed: so is one that is no text",
	    HS256_WITHOUT_ISSUER, NUMBER_ISSUER, "deny", 401, "unclaimed", "",
	    invalid, 0 },

	{ "anonymous comes in where authorize lets it",
	    ANONYMOUS("authorize = allow"), NONE, "allow", 200, "none", "", "",
	    0 },
	{ "anonymous is still judged by authorize",
	    ANONYMOUS("authorize = deny\nreason = login_required"), NONE,
	    "deny", 401, "login_required", "", invalid, 0 },
	{ "a bad token is not anonymous", ANONYMOUS("authorize = allow"), "a b",
	    "deny", 400, "malformed_credentials", "", "Bearer", 0 },
	{ "anonymous lacks every scope, and is told to log in",
	    "[chain]\nanonymous = yes\nidentity = a\nrequired-scopes = "
	    "s\n[plugin a]\n" S("claim = mine"),
	    NONE, "deny", 401, "no_credentials", "", "Bearer", 0 },
	{ "who has a token and lacks a scope is told so",
	    "[chain]\nanonymous = yes\nidentity = a\nrequired-scopes = "
	    "s\n[plugin a]\n" S("claim = mine\nverify = accept"),
	    "x", "deny", 403, "insufficient_scope", "a", "Bearer error=", 0 },

	{ "rules are not asked about a token that nobody has confirmed",
	    BOUND("authorize = deny"), "x", "deny", 401, "bound_token", "a",
	    invalid, 0 },

	{ "an unknown token goes on only where it may",
	    TWO("claim = mine\nverify = reject\nreason = "
		"unknown_token\non-unknown-token = next",
		"claim = mine\nverify = accept"),
	    "x", "allow", 200, "none", "b", "", 0 },
	{ "an unknown token goes nowhere by default",
	    TWO("claim = mine\nverify = reject\nreason = unknown_token",
		"claim = mine\nverify = accept"),
	    "x", "deny", 401, "unknown_token", "a", invalid, 0 },
	{ "a bad token does not go on even so",
	    TWO("claim = mine\nverify = reject\nreason = "
		"bad_signature\non-unknown-token = next",
		"claim = mine\nverify = accept"),
	    "x", "deny", 401, "bad_signature", "a", invalid, 0 },

	{ "a challenge plugin adds its parameters",
	    "[chain]\nidentity = a\nchallenge = c\n[plugin a]\n" S(
		"claim = mine") "[plugin c]\n" S("challenge = "
						 "\"resource_metadata=https:/"
						 "/x/y\""),
	    NONE, "deny", 401, "no_credentials", "",
	    "Bearer resource_metadata=\"https://x/y\"", 0 },
};

static bool
holds(const struct row *row, const struct authchain_decision *d)
{
	bool good =
	    d != NULL &&
	    strcmp(authchain_verdict_name(d->verdict), row->verdict) == 0 &&
	    d->status == row->status &&
	    strcmp(authchain_reason_name(d->reason), row->reason) == 0 &&
	    strcmp(d->provider, row->provider) == 0 &&
	    strncmp(d->www_authenticate, row->challenge,
		strlen(row->challenge)) == 0 &&
	    (row->challenge[0] != '\0' || d->www_authenticate[0] == '\0') &&
	    d->retry_after_s == row->retry_after_s &&
	    (d->verdict == AUTHCHAIN_VERDICT_ALLOW || d->subject.data == NULL);

	if (!good && d != NULL)
		printf("# got %s %u %s by \"%s\", challenge [%s], retry %u, "
		       "detail: %s\n",
		    authchain_verdict_name(d->verdict), d->status,
		    authchain_reason_name(d->reason), d->provider,
		    d->www_authenticate, d->retry_after_s, d->detail);
	return good;
}

/* A token of that many bytes: its status. */
static uint32_t
status_of_long(struct engine *engine, size_t len)
{
	struct authchain_decision *d;
	char *token = malloc(len + 1);
	uint32_t status;

	if (token == NULL)
		abort();
	memset(token, 'x', len);
	token[len] = '\0';
	d = engine_check(engine, token);
	status = d->status;
	authchain_decision_free(&d);
	free(token);
	return status;
}

static void
test_length(void)
{
	struct engine engine;

	if (!engine_open(&engine, ONE("claim = mine\nverify = accept")) ||
	    !engine_start(&engine)) {
		ok(false, "a chain for long tokens");
		return;
	}
	ok(status_of_long(&engine, 16384) == 200,
	    "a token of as many bytes as are read");
	ok(status_of_long(&engine, 16385) == 401, "and of one more");
	engine_close(&engine);
}

int
main(void)
{
	(void)setenv("OUTCOMES_SECRET", "secret-secret-secret-secret-secret",
	    1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct authchain_decision *d = NULL;
		struct engine engine;
		bool opened = engine_open(&engine, row->config);

		if (!opened)
			printf("# %s%s\n", engine.found, engine.error.text);
		if (opened && engine_start(&engine))
			d = engine_check(&engine,
			    row->token[0] == '\001' ? NULL : row->token);
		ok(holds(row, d), row->name);
		authchain_decision_free(&d);
		engine_close(&engine);
	}
	test_length();
	return done();
}
