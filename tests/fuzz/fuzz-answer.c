/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an introspection server says of a token: the first byte chooses the
 * status and the headers, the rest is the body.  Accepted is what the second opinion accepts;
 * what says nothing of the token is never its fault.
 */
#include "fuzz.h"
#include "strict.h"

#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "oauth-answer.h"

#define ANSWER_ITEMS 1024

/* ---- a second opinion -------------------------------------------------- */

static const char *
subject_of(const json_t *claims)
{
	static const char *const names[] = { "sub", "username", "client_id" };

	for (size_t i = 0; i < 3; i++) {
		const json_t *value = json_object_get(claims, names[i]);

		if (value != NULL && !json_is_null(value))
			return names[i];
	}
	return NULL;
}

/* Absent, null, or a text that is one of those (none given: any). */
static bool
is_text_of(const json_t *claims, const char *name, const char *const *texts)
{
	const json_t *value = json_object_get(claims, name);

	if (value == NULL || json_is_null(value))
		return true;
	if (!json_is_string(value))
		return false;
	if (texts[0] == NULL)
		return true;
	while (*texts != NULL && strcasecmp(json_string_value(value), *texts))
		texts++;
	return *texts != NULL;
}

static bool
is_scope(const json_t *value)
{
	const json_t *item;
	size_t i;

	json_array_foreach(value, i, item)
	{
		if (!json_is_string(item))
			return false;
	}
	return value == NULL || json_is_null(value) || json_is_string(value) ||
	       json_is_array(value);
}

static bool
is_accepted(uint32_t status, const json_t *claims)
{
	static const char *const any[] = { NULL };
	static const char *const types[] = { "bearer", NULL };
	static const char *const uses[] = { "access_token", "access", NULL };
	struct strict_policy policy = { subject_of(claims), NULL, 0, true,
		true };

	return status == 200 && claims != NULL &&
	       json_is_true(json_object_get(claims, "active")) &&
	       policy.subject != NULL && strict_claims(claims, &policy) &&
	       is_text_of(claims, "client_id", any) &&
	       is_text_of(claims, "username", any) &&
	       is_text_of(claims, "jti", any) &&
	       is_text_of(claims, "token_type", types) &&
	       is_text_of(claims, "token_use", uses) &&
	       is_scope(json_object_get(claims, "scope"));
}

/* ---- promises ---------------------------------------------------------- */

static void
check(const struct oauth_judgement *judged, uint32_t status,
    const json_t *claims)
{
	bool ours = judged->outcome == AUTHCHAIN_ACCEPT;
	bool unavailable = judged->outcome == AUTHCHAIN_UNAVAILABLE;

	fuzz_promise(ours == is_accepted(status, claims),
	    "accepted is what the strict rule accepts");
	fuzz_promise(ours == (judged->subject.len > 0) &&
			 ours == (judged->body.data != NULL),
	    "who is accepted has a subject, nobody else has one");
	fuzz_promise(!ours || ac_span_is_text(judged->subject,
				  json_string_value(json_object_get(claims,
				      subject_of(claims)))),
	    "it is the one that the server has named");
	fuzz_promise(ours == (judged->reason == AUTHCHAIN_REASON_NONE) &&
			 ours == (judged->why.text[0] == '\0'),
	    "a no has a reason");
	fuzz_promise(unavailable == (judged->retry_after_s > 0),
	    "who can't be asked may be asked again");
	fuzz_promise(!unavailable ||
			 judged->reason ==
			     AUTHCHAIN_REASON_DEPENDENCY_UNAVAILABLE,
	    "and it says on whom it depends");
	fuzz_promise(ours || unavailable || judged->outcome == AUTHCHAIN_REJECT,
	    "the outcome is one of verify's");
	fuzz_promise(!unavailable || !judged->lasting,
	    "what is no verdict is not remembered");
	if (status == 200)
		fuzz_promise(unavailable == (claims == NULL),
		    "an answer that can't be read is not the token's fault");
	else if (status != 400)
		fuzz_promise(unavailable, "nor is an error of the server");
}

/* Rules that ask for less take what those take that ask for more. */
static void
check_lenient(const struct authchain_answer *answer, uint32_t outcome)
{
	struct authchain_span types[] = { ac_span_text("DPoP"),
		ac_span_text("Bearer") };
	struct oauth_rules rules = { .types = types,
		.type_count = 2,
		.leeway_s = STRICT_LEEWAY_S };
	struct oauth_judgement judged;

	oauth_answer_judge(&rules, answer, STRICT_NOW_S * INT64_C(1000),
	    &judged);
	fuzz_promise(outcome != AUTHCHAIN_ACCEPT ||
			 judged.outcome == AUTHCHAIN_ACCEPT,
	    "who asks for less takes no less");
	oauth_judgement_clear(&judged);
}

static const char *const headers[8][2] = { { NULL, NULL },
	{ "content-type", "application/json" },
	{ "content-type", "application/token-introspection+json; charset=x" },
	{ "content-type", "text/html" }, { "content-type", "+json" },
	{ "retry-after", " 7 " }, { "retry-after", "61" },
	{ "retry-after", "Wed, 21 Oct 2026 07:28:00 GMT" } };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t statuses[] = { 200, 200, 200, 200, 400, 401, 403,
		503 };
	struct authchain_span audience = ac_span_text(STRICT_AUDIENCE);
	struct authchain_span bearer = ac_span_text("Bearer");
	struct oauth_rules rules = {
		.issuer = ac_span_text(STRICT_ISSUER),
		.audiences = &audience,
		.audience_count = 1,
		.types = &bearer,
		.type_count = 1,
		.leeway_s = STRICT_LEEWAY_S,
	};
	const char *const *header;
	struct authchain_pair pair;
	struct authchain_answer answer = { .size = sizeof(answer),
		.headers = &pair,
		.error = "" };
	struct oauth_judgement judged;
	json_t *claims = NULL;

	if (size == 0)
		return 0;
	header = headers[data[0] / 8 % 8];
	answer.header_count = header[0] != NULL;
	pair.name = ac_span_text(header[0]);
	pair.value = ac_span_text(header[1]);
	answer.status = statuses[data[0] % 8];
	answer.body = ac_span((const char *)data + 1, size - 1);
	if (header != headers[3] && header != headers[4]) /* no JSON */
		claims = strict_object(answer.body.data, answer.body.len,
		    OAUTH_ANSWER_BYTES, ANSWER_ITEMS);
	oauth_answer_judge(&rules, &answer, STRICT_NOW_S * INT64_C(1000),
	    &judged);
	check(&judged, answer.status, claims);
	check_lenient(&answer, judged.outcome);
	oauth_judgement_clear(&judged);
	json_decref(claims);
	return 0;
}

/* ---- changes ----------------------------------------------------------- */

static const char *const names[] = { "active", "sub", "username", "client_id",
	"scope", "iss", "aud", "exp", "nbf", "iat", "cnf", "error",
	"token_type", "token_use", "jti", "active\\u0000", "Active", NULL };
static const char *const values[] = { "true", "false", "\"true\"", "1", "null",
	"{}", "[]", "\"\"", "\"alice\"", "\"a\\nb\"", "\"https://issuer.test\"",
	"\"https://issuer.test/\"", "\"https://api.test\"",
	"[\"https://api.test/\",\"b\"]", "[\"https://api.test\",null]",
	"1800000300", "1799999940", "1799999941", "1799999940.001",
	"1800000060", "1800000061", "0", "-1", "1e400", "\"1800000300\"",
	"\"unsupported_token_type\"", "\"invalid_client\"", "\"a b c\"",
	"\"bearer\"", "\"access\"", "\"refresh_token\"", "\"DPoP\"",
	"[\"a\",7]", NULL };

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
    unsigned int seed)
{
	static const struct fuzz_words name_words = { names };
	static const struct fuzz_words value_words = { values };
	struct fuzz_text text = { (char *)data + 1, size - 1, max_size - 1 };
	struct fuzz_random random;

	fuzz_random_seed(&random, seed);
	if (size < 2 || fuzz_below(&random, 16) == 0)
		return LLVMFuzzerMutate(data, size, max_size);
	if (fuzz_below(&random, 8) == 0)
		data[0] = (uint8_t)fuzz_below(&random, 64);
	for (size_t k = fuzz_below(&random, 3) + 1; k > 0; k--)
		fuzz_json(&text, &random, &name_words, &value_words);
	return text.len + 1;
}
