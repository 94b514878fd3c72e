/* SPDX-License-Identifier: BSD-2-Clause */
/* What a plugin asks and says about the call in hand. */
#include <stdarg.h>

#include "base/clock.h"
#include "engine/service.h"

struct authchain_span
ac_service_token(const struct authchain_call *call)
{
	return call->token;
}

int
ac_service_token_digest(struct authchain_call *call, unsigned char digest[32])
{
	struct ac_cache_key *key = &call->key;

	memset(digest, 0, sizeof(key->digest));
	if (call->token.data == NULL)
		return -1;
	key->token = call->token;
	if (!ac_cache_key_digest(key))
		return -1;
	memcpy(digest, key->digest, sizeof(key->digest));
	return 0;
}

struct authchain_span
ac_service_attribute(const struct authchain_call *call, const char *name)
{
	const struct authchain_request *request = call->request;
	const struct {
		const char *name;
		struct authchain_span value;
	} known[] = {
		{ "method", request->method },
		{ "uri", request->uri },
		{ "scheme", request->scheme },
		{ "host", request->host },
		{ "client-address", request->client_address },
		{ "authorization-scheme", ac_call_scheme(call) },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].value;
	for (size_t i = 0; i < request->attribute_count; i++)
		if (ac_span_is_text(request->attributes[i].name, name))
			return request->attributes[i].value;
	return ac_span(NULL, 0);
}

struct authchain_span
ac_service_header(const struct authchain_call *call, const char *name,
    size_t at)
{
	const struct authchain_request *request = call->request;
	struct authchain_span wanted = ac_span_text(name);

	for (size_t i = 0; i < request->header_count; i++)
		if (ac_span_is_nocase(request->headers[i].name, wanted) &&
		    at-- == 0)
			return request->headers[i].value;
	return ac_span(NULL, 0);
}

uint32_t
ac_service_remaining_ms(const struct authchain_call *call)
{
	int64_t left = call->deadline_ms - ac_clock_monotonic_ms();

	return left <= 0 ? 0 : (uint32_t)left;
}

/* A bounded text without control bytes, copied; the identity's small parts. */
static int
set_text(struct authchain_call *call, struct authchain_span *into,
    struct authchain_span text)
{
	struct authchain_span copy;

	if (call->stage != AUTHCHAIN_STAGE_IDENTITY || text.len == 0 ||
	    text.len > AC_CALL_MAX_TEXT || ac_span_has_control(text))
		return -1;
	copy = ac_arena_copy(&call->result->arena, text);
	if (copy.data == NULL)
		return -1;
	*into = copy;
	return 0;
}

int
ac_service_set_subject(struct authchain_call *call,
    struct authchain_span subject)
{
	if (subject.len > AC_CALL_MAX_SUBJECT ||
	    set_text(call, &call->subject, subject) != 0)
		return -1;
	call->said.subject_set = true;
	return 0;
}

int
ac_service_set_anonymous(struct authchain_call *call)
{
	if (call->stage != AUTHCHAIN_STAGE_IDENTITY)
		return -1;
	call->anonymous = true;
	call->said.subject_set = true;
	return 0;
}

int
ac_service_set_issuer(struct authchain_call *call, struct authchain_span issuer)
{
	return set_text(call, &call->issuer, issuer);
}

int
ac_service_set_client_id(struct authchain_call *call,
    struct authchain_span client_id)
{
	return set_text(call, &call->client_id, client_id);
}

int
ac_service_set_expires(struct authchain_call *call, int64_t at_s)
{
	if (call->stage != AUTHCHAIN_STAGE_IDENTITY || at_s <= 0)
		return -1;
	call->expires_s = at_s;
	return 0;
}

void
ac_service_remember(struct authchain_call *call, uint32_t max_s)
{
	if (call->stage == AUTHCHAIN_STAGE_IDENTITY)
		call->said.remember_s = max_s;
}

int
ac_service_add_scope(struct authchain_call *call, struct authchain_span scope)
{
	if (call->stage != AUTHCHAIN_STAGE_IDENTITY &&
	    call->stage != AUTHCHAIN_STAGE_MAP)
		return -1;
	return ac_call_add_scope(call, &call->scopes, scope);
}

static int
add_pair(struct authchain_call *call, struct authchain_pair **list,
    size_t *count, const char *name, struct authchain_span value)
{
	struct ac_arena *arena = &call->result->arena;
	struct authchain_pair pair, *grown;

	pair.name = ac_arena_copy(arena, ac_span_text(name));
	pair.value = ac_arena_copy(arena, value);
	grown = ac_arena_grow(arena, *list, *count, sizeof(**list));
	if (pair.name.data == NULL || pair.value.data == NULL || grown == NULL)
		return -1;
	grown[(*count)++] = pair;
	*list = grown;
	return 0;
}

static const struct authchain_pair *
find_pair(const struct authchain_pair *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (ac_span_is_text(list[i].name, name))
			return &list[i];
	return NULL;
}

int
ac_service_set_attribute(struct authchain_call *call, const char *name,
    struct authchain_span value)
{
	if ((call->stage != AUTHCHAIN_STAGE_IDENTITY &&
		call->stage != AUTHCHAIN_STAGE_MAP) ||
	    call->attribute_count == AC_CALL_MAX_ATTRIBUTES ||
	    !ac_name_is_valid(ac_span_text(name)) ||
	    value.len > AC_CALL_MAX_TEXT || ac_span_has_control(value) ||
	    find_pair(call->attributes, call->attribute_count, name) != NULL)
		return -1;
	return add_pair(call, &call->attributes, &call->attribute_count, name,
	    value);
}

int
ac_service_need_scope(struct authchain_call *call, struct authchain_span scope)
{
	if (call->stage != AUTHCHAIN_STAGE_AUTHORIZE)
		return -1;
	return ac_call_add_scope(call, &call->needed, scope);
}

void
ac_service_reason(struct authchain_call *call, uint32_t reason,
    const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	ac_call_vsay(call, reason, format, ap);
	va_end(ap);
}

void
ac_service_retry_after(struct authchain_call *call, uint32_t seconds)
{
	call->said.retry_after_s = seconds;
}

/* What may stand between the quotes of a parameter without escaping. */
static bool
is_plain(struct authchain_span value)
{
	for (size_t i = 0; i < value.len; i++) {
		char c = value.data[i];

		if (c < 0x20 || c > 0x7e || c == '"' || c == '\\')
			return false;
	}
	return true;
}

int
ac_service_challenge_parameter(struct authchain_call *call, const char *name,
    struct authchain_span value)
{
	if (call->stage != AUTHCHAIN_STAGE_CHALLENGE ||
	    call->parameter_count == AC_CALL_MAX_PARAMETERS ||
	    !ac_name_is_valid(ac_span_text(name)) || !is_plain(value) ||
	    value.len > AC_CALL_MAX_TEXT || strcmp(name, "error") == 0 ||
	    strcmp(name, "error_description") == 0 ||
	    find_pair(call->parameters, call->parameter_count, name) != NULL)
		return -1;
	return add_pair(call, &call->parameters, &call->parameter_count, name,
	    value);
}

/* Only then is it complete, or becomes so entry by entry. */
static bool
is_known(const struct authchain_call *call)
{
	return call->stage == AUTHCHAIN_STAGE_MAP ||
	       call->stage == AUTHCHAIN_STAGE_AUTHORIZE;
}

int
ac_service_has_scope(const struct authchain_call *call,
    struct authchain_span scope)
{
	return is_known(call) && ac_call_has_scope(&call->scopes, scope) ? 1
									 : 0;
}

struct authchain_span
ac_service_identity(const struct authchain_call *call, const char *name)
{
	const struct {
		const char *name;
		struct authchain_span value;
	} known[] = {
		{ "subject", call->subject },
		{ "issuer", call->issuer },
		{ "client-id", call->client_id },
		{ "provider",
		    ac_span_text(
			call->provider == NULL ? NULL : call->provider->name) },
	};

	for (size_t i = 0;
	     is_known(call) && i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].value;
	return ac_span(NULL, 0);
}

const struct authchain_summary *
ac_service_summary(const struct authchain_call *call)
{
	return &call->summary;
}
