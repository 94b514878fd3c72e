/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The token as a JWS, and claims: unverified until a provider adopts them.
 * Here the engine meets jose, and nowhere else.
 */
#include <stdlib.h>

#include "base/json.h"
#include "engine/service.h"
#include "jose/jws.h"

#define MAX_TIME_S INT64_C(253402300799) /* the end of year 9999 */

const struct authchain_peek *
ac_call_peek(struct authchain_call *call)
{
	struct authchain_error err;
	struct ac_result *result = call->result;

	if (call->peeked || call->token.data == NULL)
		return call->peek;
	call->peeked = true;
	ac_error_clear(&err);
	result->jws = ac_jws_parse(call->token, &call->peek_reason, &err);
	if (result->jws != NULL)
		call->peek =
		    ac_jws_claims(result->jws, &call->peek_reason, &err);
	if (call->peek == NULL)
		call->peek_detail =
		    ac_arena_copy(&result->arena, ac_span_text(err.text)).data;
	return call->peek;
}

static int
look_up(const json_t *tree, const char *pointer, struct authchain_value *value)
{
	const json_t *found =
	    tree == NULL ? NULL : ac_json_pointer(tree, pointer);

	*value = (struct authchain_value){ 0 };
	if (found == NULL)
		return 0;
	ac_json_value(found, value);
	return 1;
}

int
ac_service_peek_claim(struct authchain_call *call, const char *pointer,
    struct authchain_value *value)
{
	const json_t *tree = NULL;

	if (ac_call_peek(call) != NULL)
		tree = ac_jws_tree(call->result->jws);
	return look_up(tree, pointer, value);
}

int
ac_service_claim(struct authchain_call *call, const char *pointer,
    struct authchain_value *value)
{
	return look_up(call->tree, pointer, value);
}

const struct authchain_peek *
ac_service_peek(struct authchain_call *call)
{
	return ac_call_peek(call);
}

/* What is no scope, and what is too much, is left out: that only takes rights
 * away. */
static int
add_scope_words(struct authchain_call *call, struct authchain_span words)
{
	struct authchain_span word;

	while (call->scopes.count < AC_CALL_MAX_SCOPES &&
	       ac_span_word(&words, &word))
		if (ac_call_is_scope(word) &&
		    ac_call_add_scope(call, &call->scopes, word) != 0)
			return -1;
	return 0;
}

/* RFC 8693 4.2 has `scope' as one string; scp and lists are in use too. */
static int
adopt_scopes(struct authchain_call *call, const json_t *claim)
{
	const json_t *item;
	size_t i;

	if (json_is_string(claim))
		return add_scope_words(call, ac_span(json_string_value(claim),
						 json_string_length(claim)));
	json_array_foreach(claim, i, item)
	{
		if (json_is_string(item) &&
		    add_scope_words(call, ac_span(json_string_value(item),
					      json_string_length(item))) != 0)
			return -1;
	}
	return 0;
}

static struct authchain_span
first_string(const json_t *tree, const char *name, const char *otherwise)
{
	struct authchain_span text = ac_json_string(tree, name);

	return text.data != NULL ? text : ac_json_string(tree, otherwise);
}

static void
adopt_expiry(struct authchain_call *call, const json_t *exp)
{
	double at = json_number_value(exp);

	if (json_is_number(exp) && at > 0 && at < (double)MAX_TIME_S)
		ac_service_set_expires(call, (int64_t)at);
}

static int
adopt_tree(struct authchain_call *call, const json_t *tree,
    struct authchain_span text)
{
	const json_t *scope = json_object_get(tree, "scope");

	if (scope == NULL)
		scope = json_object_get(tree, "scp");
	if (scope != NULL && adopt_scopes(call, scope) != 0)
		return -1;
	ac_service_set_issuer(call, ac_json_string(tree, "iss"));
	ac_service_set_client_id(call, first_string(tree, "client_id", "azp"));
	adopt_expiry(call, json_object_get(tree, "exp"));
	call->tree = tree;
	call->claims = text;
	return 0;
}

int
ac_service_adopt(struct authchain_call *call)
{
	if (call->stage != AUTHCHAIN_STAGE_IDENTITY ||
	    ac_call_peek(call) == NULL)
		return -1;
	return adopt_tree(call, ac_jws_tree(call->result->jws),
	    call->peek->payload);
}

int
ac_service_adopt_json(struct authchain_call *call, struct authchain_span json)
{
	struct ac_result *result = call->result;
	struct authchain_span copy;

	if (call->stage != AUTHCHAIN_STAGE_IDENTITY || result->adopted != NULL)
		return -1;
	result->adopted = ac_json_parse(json, &ac_json_token, NULL);
	copy = ac_arena_copy(&result->arena, json);
	if (result->adopted == NULL || copy.data == NULL)
		return -1;
	return adopt_tree(call, result->adopted, copy);
}

void
ac_call_forget_identity(struct authchain_call *call)
{
	json_decref(call->result->adopted);
	call->result->adopted = NULL;
	call->said = (struct ac_said){ 0 };
	call->subject = call->issuer = call->client_id = call->claims =
	    ac_span(NULL, 0);
	call->tree = NULL;
	call->expires_s = 0;
	call->anonymous = false;
	call->scopes.count = 0;
	call->attribute_count = 0;
}

void
authchain_decision_free(struct authchain_decision **decision)
{
	struct ac_result *result = (struct ac_result *)*decision;

	if (result == NULL)
		return;
	ac_jws_free(&result->jws);
	json_decref(result->adopted);
	ac_arena_clear(&result->arena);
	free(result);
	*decision = NULL;
}
