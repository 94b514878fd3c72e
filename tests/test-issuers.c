/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A chain of many issuers: each token goes to its own, whoever stands open is
 * asked in his place, and the trace tells who was not asked.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64url.h"
#include "engine.h"
#include "tap.h"

#define ENTRIES   12
#define TOLD      4 /* AC_ISSUERS_TOLD */
#define MAX_TOKEN 512

#define SCRIPTED  "path = @TESTS@/scripted.so\ntype = scripted\n"
#define HS256     "path = @TESTS@/../../../providers/.libs/hs256.so\n"

static struct engine engine;
static char config[ENGINE_TEXT];

/* e0 to e11 claim an issuer each; between e5 and e6 stands more, if any. */
static bool
set_up(const char *more)
{
	size_t at = 0, i;

	at += (size_t)snprintf(config, sizeof(config), "[chain]\nidentity = ");
	for (i = 0; i < ENTRIES; i++)
		at += (size_t)snprintf(config + at, sizeof(config) - at,
		    "%se%zu%s", i == 0 ? "" : ", ", i,
		    i == 5 && more != NULL ? ", more" : "");
	for (i = 0; i < ENTRIES; i++)
		at += (size_t)snprintf(config + at, sizeof(config) - at,
		    "\n[plugin e%zu]\npath = @TESTS@/scripted.so\n"
		    "type = scripted\nissuer = https://%zu.example\n"
		    "verify = accept\n",
		    i, i);
	if (more != NULL)
		(void)snprintf(config + at, sizeof(config) - at,
		    "\n[plugin more]\n%s\n", more);
	return engine_open(&engine, config) && engine_start(&engine);
}

/* Not signed: who claims it accepts it. */
static const char *
token_of(const char *payload)
{
	static char token[MAX_TOKEN];
	size_t at =
	    (size_t)snprintf(token, sizeof(token), "eyJhbGciOiJIUzI1NiJ9.");

	ac_base64url_encode(ac_span_text(payload), token + at);
	at = strlen(token);
	(void)snprintf(token + at, sizeof(token) - at, ".AA");
	return token;
}

static const char *
token_from(size_t issuer)
{
	char payload[64];

	(void)snprintf(payload, sizeof(payload),
	    "{\"iss\":\"https://%zu.example\"}", issuer);
	return token_of(payload);
}

/* Is this the entry that accepted; "": none? */
static bool
goes_to(const char *token, const char *entry)
{
	struct authchain_decision *decision = engine_check(&engine, token);
	bool right =
	    decision != NULL && strcmp(decision->provider, entry) == 0 &&
	    decision->reason == (entry[0] == '\0' ? AUTHCHAIN_REASON_UNCLAIMED
						  : AUTHCHAIN_REASON_NONE);

	authchain_decision_free(&decision);
	return right;
}

static bool
goes_to_own(size_t issuer)
{
	char entry[16];

	(void)snprintf(entry, sizeof(entry), "e%zu", issuer);
	return goes_to(token_from(issuer), entry);
}

/* Entries of the identity steps' lines, a space behind each; "-" for none. */
static bool
trace_is(const char *token, const char *want)
{
	struct authchain_decision *decision = engine_check(&engine, token);
	char is[256] = "";
	size_t at = 0, i;

	for (i = 0; decision != NULL && i < decision->trace_count; i++) {
		const struct authchain_step *step = &decision->trace[i];

		if (step->stage == AUTHCHAIN_STAGE_IDENTITY)
			at += (size_t)snprintf(is + at, sizeof(is) - at, "%s ",
			    step->entry[0] == '\0' ? "-" : step->entry);
	}
	authchain_decision_free(&decision);
	if (strcmp(is, want) != 0)
		printf("# %s\n", is);
	return strcmp(is, want) == 0;
}

static void
test_many(void)
{
	bool right = true;
	size_t i;

	ok(set_up(NULL), "a chain of twelve issuers");
	for (i = 0; i < ENTRIES; i++)
		right = right && goes_to_own(i);
	ok(right, "each token is judged by its own issuer's entry");
	ok(goes_to(token_from(ENTRIES), "") && goes_to(token_of("{}"), "") &&
		goes_to(token_of("{\"iss\":\"\"}"), "") &&
		goes_to(token_of("{\"iss\":[\"https://1.example\"]}"), "") &&
		goes_to(token_of("{\"iss\":\"https://1.example/\"}"), "") &&
		goes_to(token_of("{\"iss\":\"https://1.exampl\"}"), ""),
	    "one of another issuer, or of none, by nobody");
	ok(goes_to("opaque", "") && goes_to("eyJ.e30.AA", "") == false,
	    "nor is what is no such token");
	ok(trace_is(token_from(TOLD), "e0 e1 e2 e3 e4 "),
	    "four that are not asked are told one by one");
	ok(trace_is(token_from(TOLD + 1), "- e5 "), "five are told at once");
	ok(trace_is(token_from(0), "e0 "), "and none where there is none");
	engine_close(&engine);
}

static void
test_open(void)
{
	bool right = true;
	size_t i;

	ok(set_up(SCRIPTED "claim = mine\nverify = accept"),
	    "one that does not tell in their midst");
	for (i = 0; i < ENTRIES; i++)
		right = right && (i <= 5 ? goes_to_own(i)
					 : goes_to(token_from(i), "more"));
	ok(right && goes_to("opaque", "more"),
	    "is asked before all that stand behind it");
	ok(trace_is(token_from(ENTRIES - 1), "- more "), "in its place");
	engine_close(&engine);
	ok(set_up(SCRIPTED "claim = not-mine\nverify = accept"),
	    "one that never claims in their midst");
	right = true;
	for (i = 0; i < ENTRIES; i++)
		right = right && goes_to_own(i);
	ok(right && goes_to("opaque", ""), "keeps nobody from his own");
	ok(trace_is(token_from(ENTRIES - 1), "- more - e11 "),
	    "and has its line");
	engine_close(&engine);
}

static void
test_prefix(void)
{
	bool right = true;
	size_t i;

	ok(set_up(SCRIPTED "prefix = tok_\nverify = accept"),
	    "one of a prefix in their midst");
	for (i = 0; i < ENTRIES; i++)
		right = right && goes_to_own(i);
	ok(right && goes_to("tok_1", "more") && goes_to("tok", ""),
	    "has the tokens that begin so");
	engine_close(&engine);
}

/* Claimed and refused: nobody has signed it. */
static bool
is_refused_by_more(const char *payload)
{
	struct authchain_decision *decision =
	    engine_check(&engine, token_of(payload));
	bool right =
	    decision != NULL && strcmp(decision->provider, "more") == 0;

	authchain_decision_free(&decision);
	return right;
}

static void
test_no_issuer(void)
{
	(void)setenv("TEST_ISSUERS", "secret-secret-secret-secret-secret", 1);
	ok(set_up(HS256 "type = hs256\nissuer = none\naudience = a\n"
			"secret = @s\n[secret s]\nenv = TEST_ISSUERS\n"
			"purpose = internal"),
	    "one of tokens without an issuer");
	ok(is_refused_by_more("{}") && is_refused_by_more("{\"sub\":\"x\"}"),
	    "has them");
	ok(goes_to(token_of("{\"iss\":\"\"}"), "") &&
		goes_to(token_of("{\"iss\":null}"), "") && goes_to("x", "") &&
		goes_to_own(11) && goes_to_own(2),
	    "and no others");
	engine_close(&engine);
}

#define CLAIMED ", which no entry claims; claimed: \"https://as.example\" (a)"

/* Of a token that nobody claims. */
static const struct {
	const char *name, *payload; /* NULL: an opaque one */
	const char *detail;
} unclaimed[] = {
	{ "an opaque token has its length alone", NULL,
	    "an opaque token of 20 bytes that no entry knows" },
	{ "a JWS has its issuer", "{\"iss\":\"https://b.example\"}",
	    "a JWS with iss \"https://b.example\"" CLAIMED },
	{ "in visible ASCII", "{\"iss\":\"b\\n\\u00e9\"}",
	    "a JWS with iss \"b\\x0a\\xc3\\xa9\"" CLAIMED },
	{ "or none", "{}", "a JWS with iss absent" CLAIMED },
	{ "or something else", "{\"iss\":1}",
	    "a JWS with iss not a string" CLAIMED },
	{ "no piece of eight bytes of itself",
	    "{\"iss\":\"seven eyJhbGc, eight eyJhbGci\"}",
	    "a JWS with iss \"seven eyJhbGc, eight ********\"" CLAIMED },
};

static void
test_unclaimed(void)
{
	bool open = engine_open(&engine,
			"[chain]\nidentity = a\n[plugin a]\n" SCRIPTED
			"issuer = https://as.example\nverify = accept\n") &&
		    engine_start(&engine);

	for (size_t i = 0; i < sizeof(unclaimed) / sizeof(*unclaimed); i++) {
		const char *payload = unclaimed[i].payload;
		struct authchain_decision *decision = NULL;

		if (open)
			decision = engine_check(&engine,
			    payload == NULL ? "opaque00000000000000"
					    : token_of(payload));
		ok(decision != NULL &&
			decision->reason == AUTHCHAIN_REASON_UNCLAIMED &&
			strcmp(decision->detail, unclaimed[i].detail) == 0,
		    unclaimed[i].name);
		authchain_decision_free(&decision);
	}
	engine_close(&engine);
}

int
main(void)
{
	test_many();
	test_open();
	test_prefix();
	test_no_issuer();
	test_unclaimed();
	return done();
}
