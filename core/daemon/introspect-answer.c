/* SPDX-License-Identifier: BSD-2-Clause */
/* The members of an answer, each where the chain knows it. */
#include "daemon/introspect-answer.h"

#include <stdlib.h>

#include "base/json.h"

#define RETRY_AFTER_S 1 /* when memory was short */

static const char basic[] = "Basic realm=\"authchain\", charset=\"UTF-8\"";

/* Of the token's claims those that say when and for whom it is; whatever is of
 * another type than RFC 7519 4.1 says is left out. */
static const struct {
	const char *name;
	bool number;
} told[] = { { "iat", true }, { "nbf", true }, { "jti", false } };

enum ac_introspected
ac_introspected(const struct authchain_decision *decision)
{
	if (decision == NULL || decision->status == 429 ||
	    decision->status >= 500)
		return AC_INTROSPECTED_UNKNOWN;
	if (decision->verdict == AUTHCHAIN_VERDICT_ALLOW &&
	    !decision->anonymous)
		return AC_INTROSPECTED_ACTIVE;
	return AC_INTROSPECTED_INACTIVE;
}

static int
put(json_t *answer, const char *name, struct authchain_span text)
{
	if (text.len == 0)
		return 0;
	return json_object_set_new(answer, name,
	    json_stringn(text.data, text.len));
}

static int
put_scope(json_t *answer, const struct authchain_decision *decision)
{
	struct ac_buf scope;
	int r;

	ac_buf_init(&scope, AC_INTROSPECT_MAX_ANSWER);
	for (size_t i = 0; i < decision->scope_count; i++) {
		if (i > 0)
			ac_buf_byte(&scope, ' ');
		ac_buf_add(&scope, decision->scopes[i]);
	}
	r = scope.failed ? -1 : put(answer, "scope", ac_buf_span(&scope));
	ac_buf_clear(&scope);
	return r;
}

static bool
is_audience(const json_t *value)
{
	const json_t *item;
	size_t at;

	if (!json_is_array(value))
		return json_is_string(value);
	json_array_foreach(value, at, item)
	{
		if (!json_is_string(item))
			return false;
	}
	return true;
}

static int
put_claims(json_t *answer, struct authchain_span text)
{
	json_t *claims, *value;
	int r = 0;

	if (text.len == 0)
		return 0;
	claims = ac_json_parse(text, &ac_json_token, NULL);
	if (claims == NULL)
		return -1;
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		value = json_object_get(claims, told[i].name);
		if (told[i].number ? json_is_number(value)
				   : json_is_string(value))
			r |= json_object_set(answer, told[i].name, value);
	}
	value = json_object_get(claims, "aud");
	if (is_audience(value))
		r |= json_object_set(answer, "aud", value);
	json_decref(claims);
	return r;
}

static struct authchain_span
user_of(const struct authchain_decision *decision)
{
	for (size_t i = 0; i < decision->attribute_count; i++)
		if (ac_span_is_text(decision->attributes[i].name, "user"))
			return decision->attributes[i].value;
	return ac_span(NULL, 0);
}

/* The caller's; NULL: out of memory, or what is known can't be told. */
static char *
write_active(const struct authchain_decision *decision)
{
	json_t *answer =
	    json_pack("{s:b, s:s}", "active", 1, "token_type", "Bearer");
	char *text = NULL;

	if (put(answer, "iss", decision->issuer) == 0 &&
	    put(answer, "sub", decision->subject) == 0 &&
	    put(answer, "username", user_of(decision)) == 0 &&
	    put(answer, "client_id", decision->client_id) == 0 &&
	    put_scope(answer, decision) == 0 &&
	    put_claims(answer, decision->claims) == 0 &&
	    (decision->expires_s == 0 ||
		json_object_set_new(answer, "exp",
		    json_integer((json_int_t)decision->expires_s)) == 0))
		text = json_dumps(answer, JSON_COMPACT);
	json_decref(answer);
	return text;
}

static struct ac_answer_http
refuse(unsigned int status, const char *error, const char *description)
{
	return ac_answer_refusal(AC_DIALECT_NONE, status, error, description);
}

static struct ac_answer_http
pass_on(const struct authchain_decision *decision)
{
	struct ac_answer_http answer;

	if (decision == NULL) {
		answer = refuse(503, "temporarily_unavailable",
		    "This could not be judged at the moment; try again");
		ac_answer_number(&answer, "Retry-After", RETRY_AFTER_S);
		return answer;
	}
	answer = refuse(decision->status, ac_answer_error(decision),
	    ac_answer_description(decision));
	if (decision->retry_after_s != 0)
		ac_answer_number(&answer, "Retry-After",
		    decision->retry_after_s);
	return answer;
}

struct ac_answer_http
ac_introspect_answer(const struct authchain_decision *decision)
{
	static const char type[] = "application/json";
	struct ac_answer_http answer;
	char *text;

	switch (ac_introspected(decision)) {
	case AC_INTROSPECTED_INACTIVE:
		return ac_answer_text(200, type,
		    ac_span_text("{\"active\":false}"));
	case AC_INTROSPECTED_UNKNOWN:
		return pass_on(decision);
	default:
		break;
	}
	text = write_active(decision);
	if (text == NULL)
		return refuse(500, "server_error",
		    "What is known of the token can't be told");
	answer = ac_answer_text(200, type, ac_span_text(text));
	free(text);
	return answer;
}

/* Both ways are offered, on one line (RFC 9110 11.6.1). */
static void
add_challenge(struct ac_answer_http *answer,
    const struct authchain_decision *decision, unsigned int status)
{
	const char *bearer = decision->www_authenticate[0] != '\0'
				 ? decision->www_authenticate
				 : "Bearer";
	struct ac_buf both;

	ac_buf_init(&both, AC_INTROSPECT_MAX_ANSWER);
	ac_buf_text(&both, bearer);
	if (status == 401)
		ac_buf_format(&both, ", %s", basic);
	ac_answer_field(answer, "WWW-Authenticate",
	    both.failed ? "Bearer" : both.data);
	ac_buf_clear(&both);
}

static struct ac_answer_http
unknown_client(void)
{
	struct ac_answer_http answer = refuse(401, "invalid_client",
	    "The client is not known by this id and secret");

	ac_answer_field(&answer, "WWW-Authenticate", basic);
	return answer;
}

struct ac_answer_http
ac_introspect_turn_away(const struct ac_caller *caller,
    const struct authchain_decision *decision)
{
	struct ac_answer_http answer;
	unsigned int status;

	if (caller->malformed)
		return unknown_client();
	if (decision == NULL)
		return pass_on(NULL);
	status = decision->status;
	/* nobody, another than it says, or a secret that no token can be */
	if (status == 200 || (status == 400 && caller->basic))
		status = 401;
	if (caller->basic && status == 401)
		return unknown_client();
	if (status != 401 && status != 403)
		return pass_on(decision);
	answer = refuse(status, ac_answer_error(decision),
	    decision->verdict == AUTHCHAIN_VERDICT_ALLOW
		? "A credential is required"
		: ac_answer_description(decision));
	add_challenge(&answer, decision, status);
	return answer;
}
