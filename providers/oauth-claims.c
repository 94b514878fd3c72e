/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The claims beside `active' (RFC 7662 2.2): each that comes along passes the
 * rules that a signed token's would.
 */
#include "oauth-answer.h"

#include <stdlib.h>

#include "base/json.h"
#include "jose/claims.h"

static const char *const subjects[] = { "sub", "username", "client_id" };

/* The claims as the rules read them; made of the answer's tree. */
struct reading {
	const json_t *tree;
	struct authchain_peek peek;
	struct authchain_span *audiences; /* owned */
	const char *subject; /* the claim that names it, NULL: none does */
};

static void
read_claim(const json_t *tree, const char *name, struct authchain_value *value)
{
	*value = (struct authchain_value){ .type = AUTHCHAIN_TYPE_ABSENT };
	ac_json_value(json_object_get(tree, name), value);
}

/* Some servers spell what they don't know as null. */
static bool
is_there(const struct authchain_value *value)
{
	return value->type != AUTHCHAIN_TYPE_ABSENT &&
	       value->type != AUTHCHAIN_TYPE_NULL;
}

static bool
find_claim(void *arg, struct authchain_span name, struct authchain_value *value)
{
	const struct reading *reading = arg;
	char text[128];

	*value = (struct authchain_value){ .type = AUTHCHAIN_TYPE_ABSENT };
	if (name.len >= sizeof(text))
		return false;
	memcpy(text, name.data, name.len);
	text[name.len] = '\0';
	read_claim(reading->tree, text, value);
	return value->type != AUTHCHAIN_TYPE_ABSENT;
}

static int
read_audiences(struct reading *reading)
{
	const json_t *aud = json_object_get(reading->tree, "aud");
	bool list = json_is_array(aud);
	size_t count = list ? json_array_size(aud) : aud == NULL ? 0 : 1;

	reading->audiences = calloc(count + 1, sizeof(*reading->audiences));
	if (reading->audiences == NULL)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const json_t *item = list ? json_array_get(aud, i) : aud;

		if (!json_is_string(item))
			return 0; /* none of them counts */
		reading->audiences[i] =
		    ac_span(json_string_value(item), json_string_length(item));
	}
	reading->peek.audiences = reading->audiences;
	reading->peek.audience_count = count;
	return 0;
}

static int
read_answer(struct reading *reading, const json_t *tree, int64_t now_ms)
{
	struct authchain_peek *peek = &reading->peek;
	struct authchain_value value;

	*reading = (struct reading){ .tree = tree };
	peek->size = sizeof(*peek);
	read_claim(tree, "iss", &peek->iss);
	read_claim(tree, "sub", &peek->sub);
	read_claim(tree, "aud", &peek->aud);
	read_claim(tree, "exp", &peek->exp);
	read_claim(tree, "nbf", &peek->nbf);
	read_claim(tree, "iat", &peek->iat);
	read_claim(tree, "jti", &peek->jti);
	/* optional here: that it lives the server has just said */
	if (peek->exp.type == AUTHCHAIN_TYPE_ABSENT)
		peek->exp = (struct authchain_value){
			.type = AUTHCHAIN_TYPE_INTEGER,
			.integer = now_ms / 1000 + 1,
		};
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
		read_claim(tree, subjects[i], &value);
		if (!is_there(&value))
			continue;
		reading->subject = subjects[i];
		break;
	}
	return read_audiences(reading);
}

/* An issuer is optional too; one that is named must be the right one. */
static struct authchain_span
wanted_issuer(const struct oauth_rules *rules, const struct reading *reading)
{
	const struct authchain_value *iss = &reading->peek.iss;

	if (iss->type == AUTHCHAIN_TYPE_ABSENT)
		return ac_span(NULL, 0);
	if (rules->issuer.data != NULL)
		return rules->issuer;
	return iss->type == AUTHCHAIN_TYPE_STRING ? iss->text
						  : ac_span_text("");
}

/* Members that are texts where they are at all (RFC 7662 2.2). */
static bool
refuse_texts(const struct reading *reading, struct oauth_judgement *judgement)
{
	static const char *const names[] = { "client_id", "jti", "token_type",
		"token_use", "username" };
	struct authchain_value value;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		read_claim(reading->tree, names[i], &value);
		if (!is_there(&value) || value.type == AUTHCHAIN_TYPE_STRING)
			continue;
		/* the subject's own rule has better words */
		if (reading->subject != NULL &&
		    strcmp(reading->subject, names[i]) == 0)
			continue;
		oauth_answer_reject(judgement, AUTHCHAIN_REASON_BAD_CLAIM,
		    NULL);
		(void)ac_error(&judgement->why, AUTHCHAIN_ERROR_USAGE,
		    "the server's answer: %s is no text", names[i]);
		return true;
	}
	return false;
}

/* One text (RFC 7662 2.2), or a list of them, as many servers have it. */
static bool
refuse_scope(const struct reading *reading, struct oauth_judgement *judgement)
{
	const json_t *scope = json_object_get(reading->tree, "scope");
	bool good = scope == NULL || json_is_null(scope) ||
		    json_is_string(scope) || json_is_array(scope);
	const json_t *item;
	size_t i;

	json_array_foreach(scope, i, item)
	{
		good = good && json_is_string(item);
	}
	if (!good)
		oauth_answer_reject(judgement, AUTHCHAIN_REASON_BAD_CLAIM,
		    "the server's answer: scope is neither a text nor a list "
		    "of texts");
	return !good;
}

static bool
is_wanted_type(const struct oauth_rules *rules, struct authchain_span type)
{
	for (size_t i = 0; i < rules->type_count; i++) {
		if (ac_span_is_nocase(type, rules->types[i]))
			return true;
	}
	return false;
}

/* RFC 9449 6.2: it says by which key, or it is worth nothing. */
static bool
is_bound_by_key(const struct oauth_rules *rules, const struct reading *reading)
{
	return rules->takes_bound &&
	       json_is_string(
		   json_object_get(json_object_get(reading->tree, "cnf"),
		       "jkt"));
}

/*
 * Servers are asked about refresh tokens too, and call those active: the type
 * (RFC 7662 2.2), or the use some name besides, tells them apart.
 */
static bool
refuse_type(const struct oauth_rules *rules, const struct reading *reading,
    struct oauth_judgement *judgement)
{
	struct authchain_span type =
	    ac_json_string(reading->tree, "token_type");
	struct authchain_span use = ac_json_string(reading->tree, "token_use");
	bool dpop = ac_span_is_nocase(type, ac_span_text("DPoP"));
	struct ac_quote quote;

	if (dpop && !is_bound_by_key(rules, reading)) {
		oauth_answer_reject(judgement, AUTHCHAIN_REASON_BOUND_TOKEN,
		    "the server's answer: token_type is \"DPoP\"; it takes "
		    "bound = confirm, and a cnf with jkt");
		return true;
	}
	if (!dpop && type.data != NULL && !is_wanted_type(rules, type)) {
		oauth_answer_reject(judgement, AUTHCHAIN_REASON_WRONG_TYPE,
		    NULL);
		(void)ac_error(&judgement->why, AUTHCHAIN_ERROR_USAGE,
		    "the server's answer: token_type is %s; token-types does "
		    "not name it",
		    ac_quote(&quote, type));
		return true;
	}
	if (use.data == NULL ||
	    ac_span_is_nocase(use, ac_span_text("access_token")) ||
	    ac_span_is_nocase(use, ac_span_text("access")))
		return false;
	oauth_answer_reject(judgement, AUTHCHAIN_REASON_WRONG_TYPE, NULL);
	(void)ac_error(&judgement->why, AUTHCHAIN_ERROR_USAGE,
	    "the server's answer: token_use is %s: it is no access token",
	    ac_quote(&quote, use));
	return true;
}

static bool
refuse_claims(const struct oauth_rules *rules, struct reading *reading,
    int64_t now_ms, struct oauth_judgement *judgement)
{
	struct ac_claims claims = { &reading->peek, find_claim, reading };
	struct ac_claims_policy policy = {
		.issuer = wanted_issuer(rules, reading),
		.audiences = rules->audiences,
		.audience_count = rules->audience_count,
		.subject_claim = reading->subject,
		.leeway_s = rules->leeway_s,
		.takes_bound = rules->takes_bound,
	};
	struct authchain_error err = { 0 };
	uint32_t why = ac_claims_refuse(&claims, &policy, now_ms, &err);

	if (why == AUTHCHAIN_REASON_NONE)
		return refuse_texts(reading, judgement) ||
		       refuse_scope(reading, judgement) ||
		       refuse_type(rules, reading, judgement);
	oauth_answer_reject(judgement, why, NULL);
	(void)ac_error(&judgement->why, AUTHCHAIN_ERROR_USAGE,
	    "the server's answer: %.900s", err.text);
	return true;
}

void
oauth_claims_judge(const struct oauth_rules *rules,
    const struct authchain_answer *answer, int64_t now_ms,
    struct oauth_judgement *judgement)
{
	struct authchain_value subject;
	struct reading reading;

	if (read_answer(&reading, judgement->tree, now_ms) != 0) {
		judgement->reason = AUTHCHAIN_REASON_OUT_OF_MEMORY;
		(void)ac_error_memory(&judgement->why);
	} else if (refuse_claims(rules, &reading, now_ms, judgement)) {
		/* a clock can make these good without anybody's doing */
		judgement->lasting =
		    judgement->reason != AUTHCHAIN_REASON_NOT_YET_VALID &&
		    judgement->reason != AUTHCHAIN_REASON_ISSUED_IN_FUTURE;
	} else {
		read_claim(judgement->tree, reading.subject, &subject);
		judgement->outcome = AUTHCHAIN_ACCEPT;
		judgement->retry_after_s = 0;
		judgement->reason = AUTHCHAIN_REASON_NONE;
		ac_error_clear(&judgement->why);
		judgement->subject = subject.text;
		judgement->issuer = rules->issuer;
		judgement->body = answer->body;
		judgement->lasting = true;
	}
	free(reading.audiences);
}
