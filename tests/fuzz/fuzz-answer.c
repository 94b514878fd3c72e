/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an introspection server says of a token: the first byte chooses the
 * status, the rest is the body.  Accepted is what the second opinion accepts;
 * what says nothing of the token is never its fault.
 */
#include "fuzz.h"
#include "strict.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "oauth.h"

struct authchain_entry {
	size_t logged;
};

struct authchain_call {
	uint32_t reason, retry_after_s;
	char subject[512], issuer[512];
	char detail[8192];
	bool adopted;
};

/* ---- a host of as little as that ---------------------------------------- */

static void log_line(struct authchain_entry *entry, uint32_t level,
    const char *format, ...) AUTHCHAIN_PRINTF(3, 4);
static void reason(struct authchain_call *call, uint32_t why,
    const char *format, ...) AUTHCHAIN_PRINTF(3, 4);

static void
log_line(struct authchain_entry *entry, uint32_t level, const char *format, ...)
{
	(void)level;
	fuzz_promise(format[0] != '\0', "a line of the log has a text");
	entry->logged++;
}

static void
reason(struct authchain_call *call, uint32_t why, const char *format, ...)
{
	va_list ap;
	int len;

	call->reason = why;
	va_start(ap, format);
	len = vsnprintf(call->detail, sizeof(call->detail), format, ap);
	va_end(ap);
	fuzz_promise(len > 0 && (size_t)len < sizeof(call->detail),
	    "a reason's detail is there, and bounded");
}

static void
metric_add(struct authchain_entry *entry, const char *name, uint64_t by)
{
	fuzz_promise(entry != NULL && name[0] != '\0' && by == 1,
	    "a metric counts one");
}

static int64_t
wall_ms(void)
{
	return STRICT_NOW_S * INT64_C(1000);
}

static void
retry_after(struct authchain_call *call, uint32_t seconds)
{
	call->retry_after_s = seconds;
}

static int
keep(char out[512], struct authchain_span text)
{
	(void)snprintf(out, 512, "%.*s", (int)text.len, text.data);
	return 0;
}

static int
set_subject(struct authchain_call *call, struct authchain_span subject)
{
	return keep(call->subject, subject);
}

static int
set_issuer(struct authchain_call *call, struct authchain_span issuer)
{
	return keep(call->issuer, issuer);
}

static int
adopt_json(struct authchain_call *call, struct authchain_span json)
{
	call->adopted = json.len > 0;
	return 0;
}

static const struct authchain_host host = {
	.size = sizeof(host),
	.log = log_line,
	.reason = reason,
	.metric_add = metric_add,
	.wall_ms = wall_ms,
	.retry_after = retry_after,
	.set_subject = set_subject,
	.set_issuer = set_issuer,
	.adopt_json = adopt_json,
};

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

static bool
is_accepted(uint32_t status, const json_t *claims)
{
	struct strict_policy policy = { subject_of(claims), NULL, 0, true,
		true };

	return status == 200 && claims != NULL &&
	       json_is_true(json_object_get(claims, "active")) &&
	       policy.subject != NULL && strict_claims(claims, &policy);
}

/* ---- promises ---------------------------------------------------------- */

static void
check(uint32_t outcome, const struct authchain_call *call, uint32_t status,
    const json_t *claims)
{
	bool ours = outcome == AUTHCHAIN_ACCEPT;
	const char *subject = subject_of(claims);

	fuzz_promise(ours == is_accepted(status, claims),
	    "accepted is what the strict rule accepts");
	fuzz_promise(ours == (call->subject[0] != '\0') &&
			 ours == call->adopted,
	    "who is accepted has a subject, nobody else has one");
	fuzz_promise(!ours || strcmp(call->subject,
				  json_string_value(
				      json_object_get(claims, subject))) == 0,
	    "it is the one that the server has named");
	fuzz_promise(ours == (call->reason == AUTHCHAIN_REASON_NONE),
	    "a no has a reason");
	fuzz_promise(outcome != AUTHCHAIN_UNAVAILABLE ||
			 (call->retry_after_s > 0 &&
			     call->reason ==
				 AUTHCHAIN_REASON_DEPENDENCY_UNAVAILABLE),
	    "who can't be asked may be asked again");
	fuzz_promise(ours || outcome == AUTHCHAIN_REJECT ||
			 outcome == AUTHCHAIN_UNAVAILABLE,
	    "the outcome is one of verify's");
	if (status == 200)
		fuzz_promise((outcome == AUTHCHAIN_UNAVAILABLE) ==
				 (claims == NULL),
		    "an answer that can't be read is not the token's fault");
	else if (status != 400)
		fuzz_promise(outcome == AUTHCHAIN_UNAVAILABLE,
		    "nor is an error of the server");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t statuses[] = { 200, 200, 200, 200, 400, 401, 403,
		503 };
	struct authchain_span audience = ac_span_text(STRICT_AUDIENCE);
	struct authchain_entry entry = { 0 };
	struct authchain_call call = { 0 };
	struct oauth self = { .host = &host,
		.entry = &entry,
		.endpoint = ac_span_text("https://issuer.test/introspect"),
		.client_id = ac_span_text("judge"),
		.issuer = ac_span_text(STRICT_ISSUER),
		.audiences = &audience,
		.audience_count = 1,
		.leeway_s = STRICT_LEEWAY_S };
	struct authchain_answer answer = { .size = sizeof(answer),
		.error = "" };
	json_t *claims;

	if (size == 0)
		return 0;
	answer.status = statuses[data[0] % 8];
	answer.body = ac_span((const char *)data + 1, size - 1);
	claims = strict_object(answer.body.data, answer.body.len,
	    (size_t)1 << 20, 4096);
	check(oauth_judge(&self, &call, &answer), &call, answer.status, claims);
	fuzz_promise(entry.logged <= 1, "one answer is one line of the log");
	json_decref(claims);
	return 0;
}

/* ---- changes ----------------------------------------------------------- */

static const char *const names[] = { "active", "sub", "username", "client_id",
	"scope", "iss", "aud", "exp", "nbf", "iat", "cnf", "error",
	"token_type", "active\\u0000", "Active", NULL };
static const char *const values[] = { "true", "false", "\"true\"", "1", "null",
	"{}", "[]", "\"\"", "\"alice\"", "\"a\\nb\"", "\"https://issuer.test\"",
	"\"https://issuer.test/\"", "\"https://api.test\"",
	"[\"https://api.test/\",\"b\"]", "[\"https://api.test\",null]",
	"1800000300", "1799999940", "1799999941", "1799999940.001",
	"1800000060", "1800000061", "0", "-1", "1e400", "\"1800000300\"",
	"\"unsupported_token_type\"", "\"invalid_client\"", "\"a b c\"", NULL };

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
	for (size_t k = fuzz_below(&random, 3) + 1; k > 0; k--)
		fuzz_json(&text, &random, &name_words, &value_words);
	return text.len + 1;
}
