/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules for claims, each at its bound and one past it.  NOW is the clock
 * that all rows are judged by. */
#include "tap.h"

#include <stdlib.h>

#include "jose/claims.h"
#include "jose/jws.h"

#define NOW    INT64_C(1795255200) /* 2026-11-21T10:00:00Z */
#define LEEWAY 60

#define GOOD   "\"iss\":\"https://issuer.test\",\"sub\":\"alice\",\"aud\":\"me\""
#define EXP    "\"exp\":1795255500"

static const struct authchain_span audiences[] = { { "me", 2 },
	{ "https://mcp.test", 16 } };

static struct ac_claims_policy
usual(void)
{
	return (struct ac_claims_policy){
		.issuer = ac_span_text("https://issuer.test"),
		.audiences = audiences,
		.audience_count = 1,
		.leeway_s = LEEWAY,
	};
}

static bool
find(void *arg, struct authchain_span name, struct authchain_value *value)
{
	const json_t *tree = arg;
	char text[128];

	if (name.len >= sizeof(text))
		return false;
	memcpy(text, name.data, name.len);
	text[name.len] = '\0';
	ac_json_value(json_object_get(tree, text), value);
	return value->type != AUTHCHAIN_TYPE_ABSENT;
}

static void
take(json_t *tree, const char *name, struct authchain_value *value)
{
	ac_json_value(json_object_get(tree, name), value);
}

/* What the rules say of a payload. */
static uint32_t
judge(const char *payload, const struct ac_claims_policy *policy,
    int64_t now_ms, struct authchain_error *err)
{
	struct authchain_peek peek = { .size = sizeof(peek) };
	json_t *tree =
	    ac_json_parse(ac_span_text(payload), &ac_json_token, err);
	struct authchain_span list[16];
	const json_t *aud = json_object_get(tree, "aud");
	struct ac_claims claims = { &peek, find, tree };
	uint32_t reason;
	size_t i;

	take(tree, "iss", &peek.iss);
	take(tree, "sub", &peek.sub);
	take(tree, "aud", &peek.aud);
	take(tree, "exp", &peek.exp);
	take(tree, "nbf", &peek.nbf);
	take(tree, "iat", &peek.iat);
	take(tree, "jti", &peek.jti);
	for (i = 0; i < json_array_size(aud) && i < 16; i++) {
		struct authchain_value item;

		ac_json_value(json_array_get(aud, i), &item);
		list[i] = item.text;
		if (item.type != AUTHCHAIN_TYPE_STRING)
			break;
	}
	if (json_is_string(aud)) {
		list[0] = peek.aud.text;
		i = 1;
	} else if (i < json_array_size(aud)) {
		i = 0;
	}
	peek.audiences = list;
	peek.audience_count = i;
	reason = ac_claims_refuse(&claims, policy, now_ms, err);
	json_decref(tree);
	return reason;
}

struct row {
	const char *name;
	const char *payload;
	uint32_t reason;
	const char *words; /* all of the operator's text; NULL: any */
};

static void
run(const struct row *rows, size_t count, const struct ac_claims_policy *policy)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct authchain_error err = { 0 };
		uint32_t reason =
		    judge(rows[i].payload, policy, NOW * 1000, &err);
		bool said =
		    (reason != AUTHCHAIN_REASON_NONE) == (err.text[0] != '\0');
		bool right = reason == rows[i].reason && said &&
			     (rows[i].words == NULL ||
				 strcmp(rows[i].words, err.text) == 0);

		ok(right, rows[i].name);
		if (!right)
			printf("# %u: %s\n", reason, err.text);
	}
}

#define RUN(rows, policy) run(rows, sizeof(rows) / sizeof((rows)[0]), policy)

#define NONE              AUTHCHAIN_REASON_NONE
#define MISSING           AUTHCHAIN_REASON_MISSING_CLAIM
#define BAD               AUTHCHAIN_REASON_BAD_CLAIM

static void
test_expiry(void)
{
	static const struct row rows[] = {
		{ "a good token", "{" GOOD "," EXP "}", NONE, NULL },
		{ "a moment before the leeway ends",
		    "{" GOOD ",\"exp\":1795255141}", NONE, NULL },
		{ "the moment it ends", "{" GOOD ",\"exp\":1795255140}",
		    AUTHCHAIN_REASON_EXPIRED,
		    "expired 1m00s ago (exp 2026-11-21T09:59:00Z, leeway "
		    "60s)" },
		{ "two minutes past", "{" GOOD ",\"exp\":1795255075}",
		    AUTHCHAIN_REASON_EXPIRED,
		    "expired 2m05s ago (exp 2026-11-21T09:57:55Z, leeway "
		    "60s)" },
		{ "hours past", "{" GOOD ",\"exp\":1795244279}",
		    AUTHCHAIN_REASON_EXPIRED,
		    "expired 3h02m ago (exp 2026-11-21T06:57:59Z, leeway "
		    "60s)" },
		{ "a token of 1970", "{" GOOD ",\"exp\":0}",
		    AUTHCHAIN_REASON_EXPIRED,
		    "expired 20778d10h ago (exp 1970-01-01T00:00:00Z, leeway "
		    "60s)" },
		{ "a part of a second still good",
		    "{" GOOD ",\"exp\":1795255140.001}", NONE, NULL },
		{ "and just not", "{" GOOD ",\"exp\":1795255139.999}",
		    AUTHCHAIN_REASON_EXPIRED, NULL },
		{ "a real that is whole", "{" GOOD ",\"exp\":1.7952555e9}",
		    NONE, NULL },
		{ "no exp", "{" GOOD "}", MISSING,
		    "exp is missing: the token would never expire" },
		{ "exp that is a text", "{" GOOD ",\"exp\":\"9999999999\"}",
		    BAD,
		    "exp is a text; wanted a number of seconds since 1970" },
		{ "exp that is null", "{" GOOD ",\"exp\":null}", BAD,
		    "exp is null; wanted a number of seconds since 1970" },
		{ "exp that is true", "{" GOOD ",\"exp\":true}", BAD,
		    "exp is a boolean; wanted a number of seconds since "
		    "1970" },
		{ "exp that is a list", "{" GOOD ",\"exp\":[1795255500]}", BAD,
		    "exp is a list; wanted a number of seconds since 1970" },
		{ "exp that is an object", "{" GOOD ",\"exp\":{}}", BAD,
		    "exp is an object; wanted a number of seconds since "
		    "1970" },
		{ "exp below 0", "{" GOOD ",\"exp\":-1}", BAD,
		    "exp is out of range; wanted seconds since 1970" },
		{ "exp just below 0", "{" GOOD ",\"exp\":-0.001}", BAD, NULL },
		{ "the last second of 9999", "{" GOOD ",\"exp\":253402300799}",
		    NONE, NULL },
		{ "one past it", "{" GOOD ",\"exp\":253402300800}", BAD, NULL },
		{ "a part of a second past it",
		    "{" GOOD ",\"exp\":253402300799.5}", BAD, NULL },
		{ "milliseconds instead", "{" GOOD ",\"exp\":1795255500000}",
		    BAD, NULL },
		{ "a real no integer can hold", "{" GOOD ",\"exp\":1e300}", BAD,
		    NULL },
		{ "the greatest integer",
		    "{" GOOD ",\"exp\":9223372036854775807}", BAD, NULL },
		{ "the least", "{" GOOD ",\"exp\":-9223372036854775808}", BAD,
		    NULL },
	};
	struct ac_claims_policy policy = usual();

	RUN(rows, &policy);
}

static void
test_other_times(void)
{
	static const struct row rows[] = {
		{ "nbf now", "{" GOOD "," EXP ",\"nbf\":1795255200}", NONE,
		    NULL },
		{ "nbf as far ahead as the leeway",
		    "{" GOOD "," EXP ",\"nbf\":1795255260}", NONE, NULL },
		{ "a second further", "{" GOOD "," EXP ",\"nbf\":1795255261}",
		    AUTHCHAIN_REASON_NOT_YET_VALID,
		    "valid only from 1m01s in the future (nbf "
		    "2026-11-21T10:01:01Z, leeway 60s): compare the clocks" },
		{ "nbf that is a text", "{" GOOD "," EXP ",\"nbf\":\"0\"}", BAD,
		    NULL },
		{ "nbf below 0", "{" GOOD "," EXP ",\"nbf\":-1}", BAD, NULL },
		{ "nbf out of range", "{" GOOD "," EXP ",\"nbf\":1e300}", BAD,
		    NULL },
		{ "nbf that is null", "{" GOOD "," EXP ",\"nbf\":null}", BAD,
		    NULL },
		{ "iat now", "{" GOOD "," EXP ",\"iat\":1795255200}", NONE,
		    NULL },
		{ "iat as far ahead as the leeway",
		    "{" GOOD "," EXP ",\"iat\":1795255260}", NONE, NULL },
		{ "a second further", "{" GOOD "," EXP ",\"iat\":1795255261}",
		    AUTHCHAIN_REASON_ISSUED_IN_FUTURE,
		    "issued 1m01s in the future (iat 2026-11-21T10:01:01Z, "
		    "leeway 60s): compare the clocks" },
		{ "a millisecond further",
		    "{" GOOD "," EXP ",\"iat\":1795255260.001}",
		    AUTHCHAIN_REASON_ISSUED_IN_FUTURE, NULL },
		{ "iat that is a text", "{" GOOD "," EXP ",\"iat\":\"0\"}", BAD,
		    NULL },
		{ "iat below 0", "{" GOOD "," EXP ",\"iat\":-0.5}", BAD, NULL },
	};
	struct ac_claims_policy policy = usual();

	RUN(rows, &policy);
}

static void
test_max_age(void)
{
	static const struct row rows[] = {
		{ "as old as is allowed, nearly",
		    "{" GOOD "," EXP ",\"iat\":1795251541}", NONE, NULL },
		{ "one second older", "{" GOOD "," EXP ",\"iat\":1795251540}",
		    AUTHCHAIN_REASON_TOO_OLD,
		    "issued 1h01m ago (iat 2026-11-21T08:59:00Z); max-age is "
		    "1h00m, leeway 60s" },
		{ "no iat to judge by", "{" GOOD "," EXP "}", MISSING,
		    "iat is missing: max-age can't be judged without it" },
		{ "an old one that has expired as well",
		    "{" GOOD ",\"exp\":5,\"iat\":4}", AUTHCHAIN_REASON_EXPIRED,
		    NULL },
	};
	struct ac_claims_policy policy = usual();

	policy.max_age_s = 3600;
	RUN(rows, &policy);
	policy.leeway_s = 0;
	ok(judge("{" GOOD ",\"exp\":1795255201}", &policy, NOW * 1000, NULL) ==
		MISSING,
	    "the same without leeway");
	policy.max_age_s = 0;
	ok(judge("{" GOOD ",\"exp\":1795255201}", &policy, NOW * 1000, NULL) ==
		NONE,
	    "without leeway, a second before exp");
	ok(judge("{" GOOD ",\"exp\":1795255200}", &policy, NOW * 1000, NULL) ==
		AUTHCHAIN_REASON_EXPIRED,
	    "without leeway, at exp");
	ok(judge("{" GOOD ",\"exp\":1795255200}", &policy, NOW * 1000 - 1,
	       NULL) == NONE,
	    "and a millisecond before");
}

#define A "\"sub\":\"alice\",\"aud\":\"me\"," EXP

static void
test_issuer(void)
{
	static const struct row rows[] = {
		{ "another issuer", "{" A ",\"iss\":\"https://other.test\"}",
		    AUTHCHAIN_REASON_WRONG_ISSUER,
		    "issuer is \"https://other.test\"; wanted "
		    "\"https://issuer.test\"" },
		{ "ours with a slash behind",
		    "{" A ",\"iss\":\"https://issuer.test/\"}",
		    AUTHCHAIN_REASON_WRONG_ISSUER, NULL },
		{ "ours as a prefix",
		    "{" A ",\"iss\":\"https://issuer.test.evil\"}",
		    AUTHCHAIN_REASON_WRONG_ISSUER, NULL },
		{ "a prefix of ours", "{" A ",\"iss\":\"https://issuer.tes\"}",
		    AUTHCHAIN_REASON_WRONG_ISSUER, NULL },
		{ "ours in capitals", "{" A ",\"iss\":\"https://ISSUER.test\"}",
		    AUTHCHAIN_REASON_WRONG_ISSUER, NULL },
		{ "ours behind a space",
		    "{" A ",\"iss\":\" https://issuer.test\"}",
		    AUTHCHAIN_REASON_WRONG_ISSUER, NULL },
		{ "an empty issuer", "{" A ",\"iss\":\"\"}",
		    AUTHCHAIN_REASON_WRONG_ISSUER, NULL },
		{ "control bytes don't reach the text",
		    "{" A ",\"iss\":\"a\\r\\nb\"}",
		    AUTHCHAIN_REASON_WRONG_ISSUER,
		    "issuer is \"a\\x0d\\x0ab\"; wanted "
		    "\"https://issuer.test\"" },
		{ "no issuer", "{" A "}", MISSING,
		    "iss is missing; wanted \"https://issuer.test\"" },
		{ "issuers in a list",
		    "{" A ",\"iss\":[\"https://issuer.test\"]}", BAD,
		    "iss is no text" },
		{ "an issuer that is null", "{" A ",\"iss\":null}", BAD, NULL },
	};
	static const struct row none[] = {
		{ "no issuer where none is wanted", "{" A "}", NONE, NULL },
		{ "an issuer where none is wanted",
		    "{" A ",\"iss\":\"https://x.test\"}",
		    AUTHCHAIN_REASON_WRONG_ISSUER,
		    "issuer is \"https://x.test\"; wanted a token without "
		    "iss" },
		{ "an empty one as well", "{" A ",\"iss\":\"\"}",
		    AUTHCHAIN_REASON_WRONG_ISSUER, NULL },
		{ "even null", "{" A ",\"iss\":null}",
		    AUTHCHAIN_REASON_WRONG_ISSUER,
		    "issuer is null; wanted a token without iss" },
	};
	struct ac_claims_policy policy = usual();

	RUN(rows, &policy);
	policy.issuer = ac_span(NULL, 0);
	RUN(none, &policy);
}

static void
test_long_issuers(void)
{
	struct ac_claims_policy policy = usual();
	struct authchain_error err = { 0 };
	char want[101], payload[300];

	memset(want, 'i', 100);
	want[100] = '\0';
	policy.issuer = ac_span(want, 100);
	snprintf(payload, sizeof(payload), "{" A ",\"iss\":\"%.99sx\"}", want);
	(void)judge(payload, &policy, NOW * 1000, &err);
	ok(strstr(err.text, "(they differ from byte 100 on)") != NULL,
	    "texts that are cut where they are still the same");
}

#define I "\"iss\":\"https://issuer.test\",\"sub\":\"alice\"," EXP

static void
test_audience(void)
{
	static const struct row rows[] = {
		{ "ours in a list", "{" I ",\"aud\":[\"a\",\"me\"]}", NONE,
		    NULL },
		{ "another", "{" I ",\"aud\":\"you\"}",
		    AUTHCHAIN_REASON_WRONG_AUDIENCE,
		    "audience is \"you\"; wanted \"me\"" },
		{ "two others", "{" I ",\"aud\":[\"a\",\"b\"]}",
		    AUTHCHAIN_REASON_WRONG_AUDIENCE,
		    "audience is \"a\", \"b\"; wanted \"me\"" },
		{ "many others",
		    "{" I ",\"aud\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]}",
		    AUTHCHAIN_REASON_WRONG_AUDIENCE,
		    "audience is \"a\", \"b\", \"c\", \"d\" and 2 more; wanted "
		    "\"me\"" },
		{ "an empty list", "{" I ",\"aud\":[]}",
		    AUTHCHAIN_REASON_WRONG_AUDIENCE,
		    "audience is an empty list; wanted \"me\"" },
		{ "ours as a prefix", "{" I ",\"aud\":\"me2\"}",
		    AUTHCHAIN_REASON_WRONG_AUDIENCE, NULL },
		{ "ours in capitals", "{" I ",\"aud\":\"ME\"}",
		    AUTHCHAIN_REASON_WRONG_AUDIENCE, NULL },
		{ "ours with a slash, which is no origin",
		    "{" I ",\"aud\":\"me/\"}", AUTHCHAIN_REASON_WRONG_AUDIENCE,
		    NULL },
		{ "ours in a text with spaces", "{" I ",\"aud\":\"you me\"}",
		    AUTHCHAIN_REASON_WRONG_AUDIENCE, NULL },
		{ "an empty text", "{" I ",\"aud\":\"\"}",
		    AUTHCHAIN_REASON_WRONG_AUDIENCE, NULL },
		{ "no audience", "{" I "}", MISSING,
		    "aud is missing; wanted \"me\"" },
		{ "null", "{" I ",\"aud\":null}", BAD,
		    "aud is neither a text nor a list of texts" },
		{ "ours beside a number", "{" I ",\"aud\":[\"me\",1]}", BAD,
		    NULL },
		{ "ours as a member", "{" I ",\"aud\":{\"me\":true}}", BAD,
		    NULL },
		{ "ours in a list in a list", "{" I ",\"aud\":[[\"me\"]]}", BAD,
		    NULL },
		{ "true", "{" I ",\"aud\":true}", BAD, NULL },
	};
	static const struct row free_rows[] = {
		{ "no audience where none is looked at", "{" I "}", NONE,
		    NULL },
		{ "a strange one there", "{" I ",\"aud\":{}}", NONE, NULL },
	};
	struct ac_claims_policy policy = usual();

	RUN(rows, &policy);
	policy.audience_count = 0;
	RUN(free_rows, &policy);
}

static void
test_origins(void)
{
	static const struct row rows[] = {
		{ "the origin", "{" I ",\"aud\":\"https://mcp.test\"}", NONE,
		    NULL },
		{ "with the slash", "{" I ",\"aud\":\"https://mcp.test/\"}",
		    NONE, NULL },
		{ "with two", "{" I ",\"aud\":\"https://mcp.test//\"}",
		    AUTHCHAIN_REASON_WRONG_AUDIENCE,
		    "audience is \"https://mcp.test//\"; wanted one of \"me\", "
		    "\"https://mcp.test\"" },
		{ "with a path", "{" I ",\"aud\":\"https://mcp.test/x\"}",
		    AUTHCHAIN_REASON_WRONG_AUDIENCE, NULL },
		{ "in capitals", "{" I ",\"aud\":\"https://MCP.test\"}",
		    AUTHCHAIN_REASON_WRONG_AUDIENCE, NULL },
		{ "by http", "{" I ",\"aud\":\"http://mcp.test\"}",
		    AUTHCHAIN_REASON_WRONG_AUDIENCE, NULL },
		{ "with a port", "{" I ",\"aud\":\"https://mcp.test:443\"}",
		    AUTHCHAIN_REASON_WRONG_AUDIENCE, NULL },
	};
	static const struct {
		const char *uri;
		bool origin;
	} uris[] = {
		{ "https://a.example", true },
		{ "https://a.example/", true },
		{ "http://127.0.0.1:8080/", true },
		{ "https://[::1]:8443", true },
		{ "https://a.example/x", false },
		{ "https://a.example//", false },
		{ "https://a.example?", false },
		{ "https://a.example#", false },
		{ "https://u@a.example", false },
		{ "https://a.example\\", false },
		{ "https://a example", false },
		{ "https://a.example\t", false },
		{ "https://", false },
		{ "https:///", false },
		{ "HTTPS://a.example", false },
		{ "ftp://a.example", false },
		{ "a.example", false },
		{ "urn:x", false },
		{ "", false },
	};
	struct ac_claims_policy policy = usual();
	static const struct authchain_span slashed[] = { { "https://mcp.test/",
	    17 } };
	size_t i;

	policy.audience_count = 2;
	RUN(rows, &policy);
	policy.audiences = slashed;
	policy.audience_count = 1;
	ok(judge("{" I ",\"aud\":\"https://mcp.test\"}", &policy, NOW * 1000,
	       NULL) == NONE,
	    "a slash that is configured");
	for (i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		char name[64];

		snprintf(name, sizeof(name), "\"%s\" is %s",
		    strchr(uris[i].uri, '\t') != NULL ? "TAB" : uris[i].uri,
		    uris[i].origin ? "an origin" : "none");
		if (strchr(name, '#') != NULL)
			*strchr(name, '#') = '_';
		ok(ac_claims_is_origin(ac_span_text(uris[i].uri)) ==
			uris[i].origin,
		    name);
	}
	ok(!ac_claims_is_origin(ac_span("https://a\0b", 11)),
	    "nor is one with a NUL");
}

#define N "\"iss\":\"https://issuer.test\",\"aud\":\"me\"," EXP

static void
test_subject(void)
{
	static const struct row rows[] = {
		{ "no sub", "{" N "}", MISSING,
		    "sub is missing: the token names no subject" },
		{ "an empty sub", "{" N ",\"sub\":\"\"}",
		    AUTHCHAIN_REASON_BAD_SUBJECT, "sub is empty" },
		{ "a number", "{" N ",\"sub\":1000}",
		    AUTHCHAIN_REASON_BAD_SUBJECT,
		    "sub is no text; a subject is one" },
		{ "null", "{" N ",\"sub\":null}", AUTHCHAIN_REASON_BAD_SUBJECT,
		    NULL },
		{ "a list", "{" N ",\"sub\":[\"alice\"]}",
		    AUTHCHAIN_REASON_BAD_SUBJECT, NULL },
		{ "a line break", "{" N ",\"sub\":\"alice\\r\\nX-User: root\"}",
		    AUTHCHAIN_REASON_BAD_SUBJECT, "sub has control bytes" },
		{ "DEL", "{" N ",\"sub\":\"a\\u007f\"}",
		    AUTHCHAIN_REASON_BAD_SUBJECT, NULL },
		{ "letters of any script", "{" N ",\"sub\":\"\xc3\xa4\"}", NONE,
		    NULL },
	};
	static const struct row mapped[] = {
		{ "another claim is the subject",
		    "{" N ",\"email\":\"a@b.test\"}", NONE, NULL },
		{ "which is missing", "{" N ",\"sub\":\"alice\"}", MISSING,
		    "email is missing: the token names no subject" },
		{ "which is empty", "{" N ",\"email\":\"\"}",
		    AUTHCHAIN_REASON_BAD_SUBJECT, "email is empty" },
		{ "sub may be anything then",
		    "{" N ",\"sub\":5,\"email\":\"a\"}", NONE, NULL },
	};
	struct ac_claims_policy policy = usual();
	char subject[AC_CLAIMS_MAX_SUBJECT + 2], payload[600];

	RUN(rows, &policy);
	memset(subject, 's', sizeof(subject));
	subject[AC_CLAIMS_MAX_SUBJECT] = '\0';
	snprintf(payload, sizeof(payload), "{" N ",\"sub\":\"%s\"}", subject);
	ok(judge(payload, &policy, NOW * 1000, NULL) == NONE,
	    "a subject as long as is allowed");
	subject[AC_CLAIMS_MAX_SUBJECT] = 's';
	subject[AC_CLAIMS_MAX_SUBJECT + 1] = '\0';
	snprintf(payload, sizeof(payload), "{" N ",\"sub\":\"%s\"}", subject);
	ok(judge(payload, &policy, NOW * 1000, NULL) ==
		AUTHCHAIN_REASON_BAD_SUBJECT,
	    "one byte more");
	policy.subject_claim = "email";
	RUN(mapped, &policy);
}

static void
test_required(void)
{
	static const struct authchain_span names[] = { { "jti", 3 },
		{ "client_id", 9 } };
	static const struct row rows[] = {
		{ "all that is required",
		    "{" GOOD "," EXP ",\"jti\":\"j\",\"client_id\":\"c\"}",
		    NONE, NULL },
		{ "of any type",
		    "{" GOOD "," EXP ",\"jti\":[],\"client_id\":0}", NONE,
		    NULL },
		{ "one is missing", "{" GOOD "," EXP ",\"jti\":\"j\"}", MISSING,
		    "required claim \"client_id\" is missing" },
		{ "a registered one is missing",
		    "{" GOOD "," EXP ",\"client_id\":\"c\"}", MISSING,
		    "required claim \"jti\" is missing" },
		{ "null is not there",
		    "{" GOOD "," EXP ",\"jti\":\"j\",\"client_id\":null}",
		    MISSING, "required claim \"client_id\" is null" },
	};
	struct ac_claims_policy policy = usual();

	policy.required = names;
	policy.required_count = 2;
	RUN(rows, &policy);
}

static void
test_bound_and_order(void)
{
	static const struct row rows[] = {
		{ "cnf", "{" GOOD "," EXP ",\"cnf\":{\"jkt\":\"x\"}}",
		    AUTHCHAIN_REASON_BOUND_TOKEN,
		    "cnf binds the token to a client's key: it is no bearer "
		    "token" },
		{ "an empty cnf", "{" GOOD "," EXP ",\"cnf\":{}}",
		    AUTHCHAIN_REASON_BOUND_TOKEN, NULL },
		{ "cnf that is null", "{" GOOD "," EXP ",\"cnf\":null}",
		    AUTHCHAIN_REASON_BOUND_TOKEN, NULL },
		{ "an empty payload misses exp first", "{}", MISSING, NULL },
		{ "form before times",
		    "{\"exp\":1,\"iss\":5,\"aud\":\"me\",\"sub\":\"a\"}", BAD,
		    NULL },
		{ "exp before nbf", "{" GOOD ",\"exp\":1,\"nbf\":9999999999}",
		    AUTHCHAIN_REASON_EXPIRED, NULL },
		{ "nbf before iat",
		    "{" GOOD "," EXP ",\"nbf\":9999999999,\"iat\":9999999999}",
		    AUTHCHAIN_REASON_NOT_YET_VALID, NULL },
		{ "times before issuer",
		    "{\"iss\":\"x\",\"aud\":\"me\",\"sub\":\"a\",\"exp\":1}",
		    AUTHCHAIN_REASON_EXPIRED, NULL },
		{ "issuer before audience",
		    "{\"iss\":\"x\",\"aud\":\"x\",\"sub\":\"a\"," EXP "}",
		    AUTHCHAIN_REASON_WRONG_ISSUER, NULL },
		{ "audience before cnf", "{" I ",\"aud\":\"x\",\"cnf\":{}}",
		    AUTHCHAIN_REASON_WRONG_AUDIENCE, NULL },
		{ "cnf before subject", "{" N ",\"sub\":\"\",\"cnf\":{}}",
		    AUTHCHAIN_REASON_BOUND_TOKEN, NULL },
	};
	struct ac_claims_policy policy = usual();

	RUN(rows, &policy);
}

/* What no JSON text can hold, but a peek from elsewhere might. */
static void
test_strange_reals(void)
{
	struct authchain_peek peek = { .size = sizeof(peek) };
	json_t *tree = json_object();
	struct ac_claims claims = { &peek, find, tree };
	struct ac_claims_policy policy = usual();

	peek.exp.type = AUTHCHAIN_TYPE_REAL;
	peek.exp.real = __builtin_nan("");
	ok(ac_claims_refuse(&claims, &policy, 0, NULL) == BAD,
	    "exp that is no number");
	peek.exp.real = __builtin_inf();
	ok(ac_claims_refuse(&claims, &policy, 0, NULL) == BAD,
	    "exp without end");
	peek.exp.real = -__builtin_inf();
	ok(ac_claims_refuse(&claims, &policy, 0, NULL) == BAD,
	    "exp before all time");
	peek.exp.type = 99;
	ok(ac_claims_refuse(&claims, &policy, 0, NULL) == BAD,
	    "exp of no known type");
	json_decref(tree);
}

int
main(void)
{
	test_expiry();
	test_other_times();
	test_max_age();
	test_issuer();
	test_long_issuers();
	test_audience();
	test_origins();
	test_subject();
	test_required();
	test_bound_and_order();
	test_strange_reals();
	return done();
}
