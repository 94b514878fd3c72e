/* SPDX-License-Identifier: BSD-2-Clause */
/* Introspection answers: which situation is which verdict, reason and detail,
 * and what of it may be remembered.  The table of doc/introspection.md. */
#include "base/reason.h"
#include "oauth-answer.h"
#include "tap.h"

#include <stdlib.h>

#define NOW_S  INT64_C(1800000000)
#define AUD    "https://api.test"
#define ISSUER "https://issuer.test"
#define JSON   "application/json"
#define ACTIVE "{\"active\":true,\"sub\":\"alice\",\"aud\":\"" AUD "\""
#define NO_ONE "{\"active\":true,\"aud\":\"" AUD "\""

static const char unavailable[] = "unavailable dependency_unavailable";
static const char bad[] = "reject bad_claim";

struct row {
	const char *name;
	uint32_t status;
	const char *type; /* NULL: no Content-Type */
	const char *body;
	const char *words;
	const char *detail;
	bool lasting, failed, refuses_us;
};

static const struct row rows[] = {
	/* good */
	{ "active", 200, JSON, ACTIVE "}", "accept", "", true, false, false },
	{ "a content type with a charset", 200,
	    "Application/JSON ; charset=utf-8", ACTIVE "}", "accept", "", true,
	    false, false },
	{ "a type that is built on JSON", 200, "application/hal+json",
	    ACTIVE "}", "accept", "", true, false, false },
	{ "no content type", 200, NULL, ACTIVE "}", "accept", "", true, false,
	    false },
	{ "token_type bearer in another case", 200, JSON,
	    ACTIVE ",\"token_type\":\"bearer\"}", "accept", "", true, false,
	    false },
	{ "token_type null", 200, JSON, ACTIVE ",\"token_type\":null}",
	    "accept", "", true, false, false },
	{ "token_use access_token", 200, JSON,
	    ACTIVE ",\"token_use\":\"access_token\"}", "accept", "", true,
	    false, false },
	{ "scope a text", 200, JSON, ACTIVE ",\"scope\":\"a b\"}", "accept", "",
	    true, false, false },
	{ "scope a list of texts", 200, JSON,
	    ACTIVE ",\"scope\":[\"a\",\"b\"]}", "accept", "", true, false,
	    false },
	{ "scope null", 200, JSON, ACTIVE ",\"scope\":null}", "accept", "",
	    true, false, false },
	{ "the right issuer", 200, JSON, ACTIVE ",\"iss\":\"" ISSUER "\"}",
	    "accept", "", true, false, false },
	{ "all of RFC 7662 2.2", 200, JSON,
	    ACTIVE ",\"scope\":\"a\",\"client_id\":\"c\",\"username\":\"al\","
		   "\"token_type\":\"Bearer\",\"exp\":1800000300,"
		   "\"iat\":1799999999,\"nbf\":1799999999,"
		   "\"iss\":\"" ISSUER "\",\"jti\":\"j\"}",
	    "accept", "", true, false, false },

	/* not active */
	{ "not active and no more", 200, JSON, "{\"active\":false}",
	    "reject unknown_token", "no such token", true, false, false },
	{ "not active and more", 200, JSON, "{\"active\":false,\"sub\":\"a\"}",
	    "reject inactive", "knows the token", true, false, false },
	{ "active a text", 200, JSON, "{\"active\":\"true\",\"sub\":\"a\"}",
	    "reject malformed_token", "not a boolean", false, false, false },
	{ "active a number", 200, JSON, "{\"active\":1,\"sub\":\"a\"}",
	    "reject malformed_token", "not a boolean", false, false, false },
	{ "active null", 200, JSON, "{\"active\":null,\"sub\":\"a\"}",
	    "reject malformed_token", "not a boolean", false, false, false },
	{ "active a list", 200, JSON, "{\"active\":[true],\"sub\":\"a\"}",
	    "reject malformed_token", "not a boolean", false, false, false },
	{ "Active", 200, JSON, "{\"Active\":true,\"sub\":\"a\"}",
	    "reject malformed_token", "no \"active\"", false, false, false },
	{ "active deeper down", 200, JSON, "{\"t\":{\"active\":true}}",
	    "reject malformed_token", "no \"active\"", false, false, false },

	/* active, and something is wrong */
	{ "token_type DPoP", 200, JSON, ACTIVE ",\"token_type\":\"DPoP\"}",
	    "reject bound_token", "\"DPoP\"", true, false, false },
	{ "token_type N_A", 200, JSON, ACTIVE ",\"token_type\":\"N_A\"}",
	    "reject wrong_type", "token-types", true, false, false },
	{ "token_type of a refresh token", 200, JSON,
	    ACTIVE ",\"token_type\":\"refresh_token\"}", "reject wrong_type",
	    "refresh_token", true, false, false },
	{ "token_type by prefix", 200, JSON,
	    ACTIVE ",\"token_type\":\"Bearer2\"}", "reject wrong_type", "",
	    true, false, false },
	{ "token_type empty", 200, JSON, ACTIVE ",\"token_type\":\"\"}",
	    "reject wrong_type", "", true, false, false },
	{ "token_type a number", 200, JSON, ACTIVE ",\"token_type\":1}", bad,
	    "token_type is no text", true, false, false },
	{ "token_use refresh_token", 200, JSON,
	    ACTIVE ",\"token_use\":\"refresh_token\"}", "reject wrong_type",
	    "no access token", true, false, false },
	{ "token_use id", 200, JSON, ACTIVE ",\"token_use\":\"id\"}",
	    "reject wrong_type", "no access token", true, false, false },
	{ "token_use a list", 200, JSON, ACTIVE ",\"token_use\":[]}", bad,
	    "token_use is no text", true, false, false },
	{ "scope a number", 200, JSON, ACTIVE ",\"scope\":7}", bad, "scope",
	    true, false, false },
	{ "scope an object", 200, JSON, ACTIVE ",\"scope\":{\"a\":1}}", bad,
	    "scope", true, false, false },
	{ "scope true", 200, JSON, ACTIVE ",\"scope\":true}", bad, "scope",
	    true, false, false },
	{ "scope a list with a number", 200, JSON,
	    ACTIVE ",\"scope\":[\"a\",7]}", bad, "scope", true, false, false },
	{ "client_id a number", 200, JSON, ACTIVE ",\"client_id\":7}", bad,
	    "client_id is no text", true, false, false },
	{ "username a list", 200, JSON, ACTIVE ",\"username\":[\"al\"]}", bad,
	    "username is no text", true, false, false },
	{ "username a list and no sub", 200, JSON,
	    NO_ONE ",\"username\":[\"al\"]}", "reject bad_subject", "username",
	    true, false, false },
	{ "jti a number", 200, JSON, ACTIVE ",\"jti\":7}", bad, "jti", true,
	    false, false },
	{ "no subject at all", 200, JSON, NO_ONE "}", "reject missing_claim",
	    "sub", true, false, false },
	{ "every subject null", 200, JSON,
	    NO_ONE ",\"sub\":null,\"username\":null,\"client_id\":null}",
	    "reject bad_subject", "sub", true, false, false },
	{ "bound to a key", 200, JSON, ACTIVE ",\"cnf\":{\"jkt\":\"x\"}}",
	    "reject bound_token", "cnf", true, false, false },
	{ "bound to null", 200, JSON, ACTIVE ",\"cnf\":null}",
	    "reject bound_token", "cnf", true, false, false },
	{ "another issuer", 200, JSON, ACTIVE ",\"iss\":\"https://evil.test\"}",
	    "reject wrong_issuer", "issuer", true, false, false },
	{ "another audience", 200, JSON,
	    "{\"active\":true,\"sub\":\"a\",\"aud\":\"https://b.test\"}",
	    "reject wrong_audience", "audience", true, false, false },
	{ "expired", 200, JSON, ACTIVE ",\"exp\":1799999900}", "reject expired",
	    "expired", true, false, false },
	{ "exp as text", 200, JSON, ACTIVE ",\"exp\":\"1800000300\"}", bad,
	    "exp", true, false, false },
	{ "exp true", 200, JSON, ACTIVE ",\"exp\":true}", bad, "exp", true,
	    false, false },
	{ "not valid yet", 200, JSON, ACTIVE ",\"nbf\":1800000100}",
	    "reject not_yet_valid", "", false, false, false },
	{ "issued in the future", 200, JSON, ACTIVE ",\"iat\":1800000100}",
	    "reject issued_in_future", "", false, false, false },

	/* no answer about the token */
	{ "unsupported_token_type", 400, JSON,
	    "{\"error\":\"unsupported_token_type\"}", "reject unknown_token",
	    "kind of token", true, false, false },
	{ "unsupported_token_type as 401", 401, JSON,
	    "{\"error\":\"unsupported_token_type\"}", unavailable,
	    "our own credentials", false, false, true },
	{ "unsupported_token_type twice", 400, JSON,
	    "{\"error\":\"unsupported_token_type\",\"error\":\"x\"}",
	    unavailable, "status 400", false, false, false },
	{ "invalid_request", 400, JSON, "{\"error\":\"invalid_request\"}",
	    unavailable, "status 400", false, false, false },
	{ "error a list", 400, JSON, "{\"error\":[\"unsupported_token_type\"]}",
	    unavailable, "status 400", false, false, false },
	{ "401", 401, NULL, "", unavailable,
	    "refuses our own credentials (status 401)", false, false, true },
	{ "403", 403, "text/html", "<html>", unavailable,
	    "refuses our own credentials (status 403)", false, false, true },
	{ "invalid_client as 400", 400, JSON, "{\"error\":\"invalid_client\"}",
	    unavailable, "our own credentials", false, false, true },
	{ "unauthorized_client as 400", 400, JSON,
	    "{\"error\":\"unauthorized_client\"}", unavailable,
	    "our own credentials", false, false, true },
	{ "404", 404, "text/html", "<html>", unavailable, "status 404", false,
	    false, false },
	{ "405", 405, NULL, "", unavailable, "status 405", false, false,
	    false },
	{ "429", 429, NULL, "", unavailable, "status 429", false, false,
	    false },
	{ "500", 500, JSON, ACTIVE "}", unavailable, "status 500", false, false,
	    false },
	{ "501", 501, NULL, "", unavailable, "status 501", false, false,
	    false },
	{ "502", 502, "text/html", "<html>", unavailable, "status 502", false,
	    true, false },
	{ "503", 503, JSON, "{\"active\":false}", unavailable, "status 503",
	    false, true, false },
	{ "504", 504, NULL, "", unavailable, "status 504", false, true, false },
	{ "505", 505, NULL, "", unavailable, "status 505", false, false,
	    false },
	{ "silence", 0, NULL, "", unavailable, "timed out", false, true,
	    false },
	{ "a redirect", 307, JSON, ACTIVE "}", unavailable,
	    "redirects are not followed", false, false, false },
	{ "204", 204, NULL, "", unavailable, "status 204", false, false,
	    false },
	{ "HTML with status 200", 200, "text/html", "<html>", unavailable,
	    "\"text/html\"", false, false, false },
	{ "a good answer as HTML", 200, "text/html", ACTIVE "}", unavailable,
	    "really the introspection endpoint", false, false, false },
	{ "a good answer as text", 200, "text/plain", ACTIVE "}", unavailable,
	    "text/plain", false, false, false },
	{ "a signed answer (RFC 9701)", 200,
	    "application/token-introspection+jwt", "e30.e30.AAAA", unavailable,
	    "introspection+jwt", false, false, false },
	{ "an empty content type", 200, "", ACTIVE "}", unavailable, "", false,
	    false, false },
	{ "a content type that only ends so", 200, "+json", ACTIVE "}",
	    unavailable, "", false, false, false },
	{ "HTML called JSON", 200, JSON, "<html>", unavailable, "", false,
	    false, false },
	{ "nothing called JSON", 200, JSON, "", unavailable, "", false, false,
	    false },
	{ "active twice", 200, JSON, "{\"active\":true,\"active\":true}",
	    unavailable, "", false, false, false },
	{ "a list", 200, JSON, "[true]", unavailable, "", false, false, false },
	{ "text behind it", 200, JSON, ACTIVE "},", unavailable, "", false,
	    false, false },
};

static struct authchain_span audience = { AUD, sizeof(AUD) - 1 };
static struct authchain_span bearer = { "Bearer", 6 };

static bool takes_bound;

static struct oauth_judgement
judge(uint32_t status, const struct authchain_pair *headers, uint32_t count,
    struct authchain_span body)
{
	const struct oauth_rules rules = {
		.issuer = ac_span_text(ISSUER),
		.audiences = &audience,
		.audience_count = 1,
		.types = &bearer,
		.type_count = 1,
		.leeway_s = 60,
		.takes_bound = takes_bound,
	};
	const struct authchain_answer answer = {
		.size = sizeof(answer),
		.status = status,
		.header_count = count,
		.error = status == 0 ? "timed out" : "",
		.headers = headers,
		.body = body,
	};
	struct oauth_judgement judgement;

	oauth_answer_judge(&rules, &answer, NOW_S * 1000, &judgement);
	return judgement;
}

static const char *
words_of(const struct oauth_judgement *judgement)
{
	static char words[128];

	(void)snprintf(words, sizeof(words), "%s%s%s",
	    ac_outcome_name(judgement->outcome),
	    judgement->reason == AUTHCHAIN_REASON_NONE ? "" : " ",
	    judgement->reason == AUTHCHAIN_REASON_NONE
		? ""
		: ac_reason_name(judgement->reason));
	return words;
}

#define DPOP  ",\"token_type\":\"DPoP\""
#define BOUND ",\"cnf\":{\"jkt\":\"x\"}"

/* Where cnf is left to be confirmed. */
static const struct {
	const char *body, *words;
} bound[] = {
	{ ACTIVE BOUND "}", "accept" },
	{ ACTIVE BOUND DPOP "}", "accept" },
	{ ACTIVE BOUND ",\"token_type\":\"dpop\"}", "accept" },
	{ ACTIVE ",\"cnf\":{}}", "accept" },
	{ ACTIVE "}", "accept" },
	{ ACTIVE DPOP "}", "reject bound_token" },
	{ ACTIVE DPOP ",\"cnf\":null}", "reject bound_token" },
	{ ACTIVE DPOP ",\"cnf\":{}}", "reject bound_token" },
	{ ACTIVE DPOP ",\"cnf\":\"jkt\"}", "reject bound_token" },
	{ ACTIVE DPOP ",\"cnf\":{\"jkt\":1}}", "reject bound_token" },
	{ ACTIVE DPOP ",\"cnf\":{\"x5t#S256\":\"x\"}}", "reject bound_token" },
	{ ACTIVE BOUND ",\"token_type\":\"N_A\"}", "reject wrong_type" },
};

static void
test_bound(void)
{
	struct authchain_pair type = { ac_span_text("content-type"),
		ac_span_text(JSON) };

	takes_bound = true;
	for (size_t i = 0; i < sizeof(bound) / sizeof(bound[0]); i++) {
		struct oauth_judgement is =
		    judge(200, &type, 1, ac_span_text(bound[i].body));

		ok(strcmp(words_of(&is), bound[i].words) == 0, bound[i].body);
		oauth_judgement_clear(&is);
	}
	takes_bound = false;
}

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct authchain_pair type = { ac_span_text("content-type"),
			ac_span_text(row->type) };
		struct oauth_judgement is = judge(row->status, &type,
		    row->type != NULL, ac_span_text(row->body));
		char name[256];

		(void)snprintf(name, sizeof(name), "%s: %s", row->name,
		    row->words);
		ok(strcmp(words_of(&is), row->words) == 0 &&
			strstr(is.why.text, row->detail) != NULL &&
			(is.outcome == AUTHCHAIN_ACCEPT) ==
			    (is.why.text[0] == '\0'),
		    name);
		if (strcmp(words_of(&is), row->words) != 0 ||
		    strstr(is.why.text, row->detail) == NULL)
			printf("# %s: %s\n", words_of(&is), is.why.text);
		(void)snprintf(name, sizeof(name),
		    "%s: what it says of the "
		    "server",
		    row->name);
		ok(is.lasting == row->lasting &&
			is.server_failed == row->failed &&
			is.refuses_us == row->refuses_us &&
			(is.retry_after_s > 0) ==
			    (is.outcome == AUTHCHAIN_UNAVAILABLE) &&
			(is.subject.data != NULL) ==
			    (is.outcome == AUTHCHAIN_ACCEPT),
		    name);
		oauth_judgement_clear(&is);
	}
}

static void
test_retry_after(void)
{
	static const struct {
		const char *text;
		uint32_t seconds;
	} waits[] = { { "7", 7 }, { " 7 ", 7 }, { "1", 1 }, { "60", 60 },
		{ "61", 60 }, { "99999999", 60 }, { "0", 5 }, { "-1", 5 },
		{ "1.5", 5 }, { "", 5 }, { "99999999999999999999", 5 },
		{ "Sat, 21 Nov 2026 12:00:00 GMT", 5 } };

	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		struct authchain_pair pair = { ac_span_text("retry-after"),
			ac_span_text(waits[i].text) };
		struct oauth_judgement is =
		    judge(503, &pair, 1, ac_span_text(""));
		char name[128];

		(void)snprintf(name, sizeof(name), "Retry-After \"%s\": %u s",
		    waits[i].text, waits[i].seconds);
		ok(is.retry_after_s == waits[i].seconds, name);
		oauth_judgement_clear(&is);
	}
}

/* An answer of that many bytes. */
static uint32_t
judge_long(size_t len)
{
	static const char start[] = ACTIVE ",\"x\":\"";
	char *body = malloc(len);
	struct oauth_judgement is;

	if (body == NULL)
		abort();
	memset(body, 'x', len);
	memcpy(body, start, sizeof(start) - 1);
	memcpy(body + len - 2, "\"}", 2);
	is = judge(200, NULL, 0, ac_span(body, len));
	oauth_judgement_clear(&is);
	free(body);
	return is.outcome;
}

int
main(void)
{
	test_rows();
	test_bound();
	test_retry_after();
	ok(judge_long(OAUTH_ANSWER_BYTES) == AUTHCHAIN_ACCEPT,
	    "16 KiB of answer are read");
	ok(judge_long(OAUTH_ANSWER_BYTES + 1) == AUTHCHAIN_UNAVAILABLE,
	    "and a byte more is not");
	return done();
}
