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

/* Is it no JWS, and nothing that somebody meant to be one?  Then nobody asks
 * what is wrong with it. */
static bool
is_opaque(struct authchain_span token)
{
	return !ac_span_starts(token, ac_span_text("eyJ")) &&
	       ac_span_find(token, '.', 0) == token.len;
}

const struct authchain_peek *
ac_call_peek(struct authchain_call *call)
{
	struct authchain_error err;
	struct ac_result *result = call->result;

	if (call->peeked || call->token.data == NULL)
		return call->peek;
	call->peeked = true;
	if (is_opaque(call->token)) {
		call->peek_reason = AUTHCHAIN_REASON_MALFORMED_TOKEN;
		return NULL;
	}
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

/* What can't be told for want of memory is not absent: the step fails. */
static int
told(struct authchain_call *call, int found)
{
	if (found < 0)
		call->claim_lost = true;
	return found == 1 ? 1 : 0;
}

int
ac_service_peek_claim(struct authchain_call *call, const char *pointer,
    struct authchain_value *value)
{
	*value = (struct authchain_value){ 0 };
	return ac_call_peek(call) == NULL
		   ? 0
		   : told(call,
			 ac_jws_claim(call->result->jws, pointer, value));
}

int
ac_service_claim(struct authchain_call *call, const char *pointer,
    struct authchain_value *value)
{
	struct ac_result *result = call->result;

	if (call->own_claims)
		return told(call, ac_jws_claim(result->jws, pointer, value));
	/* a remembered verdict has the text alone */
	if (call->tree == NULL && call->claims.data != NULL) {
		result->adopted =
		    ac_json_parse(call->claims, &ac_json_token, NULL);
		call->tree = result->adopted;
		if (call->tree == NULL)
			return told(call, -1);
	}
	return look_up(call->tree, pointer, value);
}

const struct authchain_peek *
ac_service_peek(struct authchain_call *call)
{
	return ac_call_peek(call);
}

/* Where claims to adopt stand: the token's own, or a tree. */
struct source {
	struct ac_jws *jws; /* NULL: tree */
	const json_t *tree;
};

/* A top-level claim: 1, 0, or -1 when out of memory. */
static int
take(const struct source *source, const char *name,
    struct authchain_value *value)
{
	if (source->jws != NULL)
		return ac_jws_member(source->jws, ac_span_text(name), value);
	ac_json_value(json_object_get(source->tree, name), value);
	return value->type == AUTHCHAIN_TYPE_ABSENT ? 0 : 1;
}

/* Those that a peek has as well. */
static void
take_known(const struct authchain_call *call, const struct source *source,
    struct authchain_value *issuer, struct authchain_value *expiry)
{
	if (source->jws != NULL) {
		*issuer = call->peek->iss;
		*expiry = call->peek->exp;
		return;
	}
	ac_json_value(json_object_get(source->tree, "iss"), issuer);
	ac_json_value(json_object_get(source->tree, "exp"), expiry);
}

static bool
next_text(const struct source *source, const char *name, size_t *at,
    struct authchain_span *item)
{
	const json_t *list, *value;

	if (source->jws != NULL)
		return ac_jws_text_item(source->jws, ac_span_text(name), at,
		    item);
	list = json_object_get(source->tree, name);
	value = json_array_get(list, (*at)++);
	*item = ac_span(json_string_value(value), json_string_length(value));
	return value != NULL;
}

/* RFC 8693 4.2 has `scope' as one string; scp and lists are in use too. */
static int
adopt_scopes(struct authchain_call *call, const struct source *source)
{
	const char *name = "scope";
	struct authchain_value value;
	struct authchain_span item;
	size_t at = 0;
	int r = take(source, name, &value);

	if (r == 0)
		r = take(source, name = "scp", &value);
	if (r < 0)
		return -1;
	if (value.type == AUTHCHAIN_TYPE_STRING)
		return ac_call_add_scopes(call, value.text);
	if (value.type != AUTHCHAIN_TYPE_LIST)
		return 0;
	while (next_text(source, name, &at, &item)) {
		if (ac_call_add_scopes(call, item) != 0)
			return -1;
	}
	return 0;
}

/* The first of the two that is text. */
static int
adopt_client(struct authchain_call *call, const struct source *source)
{
	struct authchain_value value;

	if (take(source, "client_id", &value) < 0 ||
	    (value.type != AUTHCHAIN_TYPE_STRING &&
		take(source, "azp", &value) < 0))
		return -1;
	ac_service_set_client_id(call, value.text);
	return 0;
}

static void
adopt_expiry(struct authchain_call *call, const struct authchain_value *value)
{
	if ((value->type == AUTHCHAIN_TYPE_INTEGER ||
		value->type == AUTHCHAIN_TYPE_REAL) &&
	    value->real > 0 && value->real < (double)MAX_TIME_S)
		ac_service_set_expires(call, (int64_t)value->real);
}

static int
adopt(struct authchain_call *call, const struct source *source,
    struct authchain_span text)
{
	struct authchain_value issuer, expiry, bonds;
	int bound = take(source, "cnf", &bonds);

	if (bound < 0 || adopt_scopes(call, source) != 0 ||
	    adopt_client(call, source) != 0)
		return -1;
	take_known(call, source, &issuer, &expiry);
	adopt_expiry(call, &expiry);
	ac_service_set_issuer(call, issuer.text);
	call->bound |= bound == 1;
	call->own_claims = source->jws != NULL;
	call->tree = source->tree;
	call->claims = text;
	return 0;
}

int
ac_service_adopt(struct authchain_call *call)
{
	struct source source = { NULL, NULL };

	if (call->stage != AUTHCHAIN_STAGE_IDENTITY ||
	    ac_call_peek(call) == NULL)
		return -1;
	source.jws = call->result->jws;
	return adopt(call, &source, call->peek->payload);
}

int
ac_service_adopt_json(struct authchain_call *call, struct authchain_span json)
{
	struct ac_result *result = call->result;
	struct source source = { NULL, NULL };
	struct authchain_span copy;

	if (call->stage != AUTHCHAIN_STAGE_IDENTITY || result->adopted != NULL)
		return -1;
	result->adopted = ac_json_parse(json, &ac_json_token, NULL);
	copy = ac_arena_copy(&result->arena, json);
	if (result->adopted == NULL || copy.data == NULL)
		return -1;
	source.tree = result->adopted;
	return adopt(call, &source, copy);
}

void
ac_call_forget_identity(struct authchain_call *call)
{
	json_decref(call->result->adopted);
	call->result->adopted = NULL;
	call->said = (struct ac_said){ 0 };
	call->subject = call->issuer = call->client_id = call->claims =
	    ac_span(NULL, 0);
	call->own_claims = false;
	call->bound = false;
	call->tree = NULL;
	call->expires_s = 0;
	call->anonymous = false;
	call->scopes.count = 0;
	call->attribute_count = 0;
}

void
ac_result_drop_claims(struct ac_result *result)
{
	ac_jws_free(&result->jws);
	json_decref(result->adopted);
	result->adopted = NULL;
}
