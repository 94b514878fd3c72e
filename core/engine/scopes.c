/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scopes: exact, whole tokens (RFC 6749 3.3), compared once, at the end, so
 * that one answer names everything that is needed.
 */
#include "engine/call.h"

bool
ac_call_has_scope(const struct ac_scopes *list, struct authchain_span scope)
{
	for (size_t i = 0; i < list->count; i++)
		if (ac_span_is(list->items[i], scope))
			return true;
	return false;
}

/* At the end of the list, which takes it as it is. */
static int
append(struct ac_arena *arena, struct ac_scopes *list,
    struct authchain_span scope)
{
	struct authchain_span *items =
	    ac_arena_grow(arena, list->items, list->count, sizeof(*items));

	if (items == NULL)
		return -1;
	items[list->count++] = scope;
	list->items = items;
	return 0;
}

int
ac_call_add_scope(struct authchain_call *call, struct ac_scopes *list,
    struct authchain_span scope)
{
	struct ac_arena *arena = &call->result->arena;
	struct authchain_span copy;

	if (!ac_span_is_scope(scope))
		return -1;
	if (ac_call_has_scope(list, scope))
		return 0;
	if (list->count == AC_CALL_MAX_SCOPES)
		return -1;
	copy = ac_arena_copy(arena, scope);
	return copy.data == NULL ? -1 : append(arena, list, copy);
}

/* All words are copied at once, and each gets its NUL in place of the space
 * behind it. */
int
ac_call_add_scopes(struct authchain_call *call, struct authchain_span words)
{
	struct ac_arena *arena = &call->result->arena;
	struct ac_scopes *list = &call->scopes;
	size_t at, end;
	char *text;

	if (words.len == 0)
		return 0;
	text = ac_arena_room(arena, words.len + 1);
	if (text == NULL)
		return -1;
	memcpy(text, words.data, words.len);
	for (at = 0; at < words.len && list->count < AC_CALL_MAX_SCOPES;
	     at = end + 1) {
		struct authchain_span word;

		end = ac_span_find(words, ' ', at);
		text[end] = '\0';
		word = ac_span(text + at, end - at);
		if (ac_span_is_scope(word) && !ac_call_has_scope(list, word) &&
		    append(arena, list, word) != 0)
			return -1;
	}
	return 0;
}

const char *
ac_call_join(struct authchain_call *call, const struct ac_scopes *list)
{
	size_t len = 0, at = 0;
	char *text;

	for (size_t i = 0; i < list->count; i++)
		len += list->items[i].len + 1;
	text = ac_arena_new(&call->result->arena, len + 1);
	if (text == NULL)
		return "";
	for (size_t i = 0; i < list->count; i++) {
		if (i > 0)
			text[at++] = ' ';
		memcpy(text + at, list->items[i].data, list->items[i].len);
		at += list->items[i].len;
	}
	return text;
}

static bool
has_needed(const struct authchain_call *call)
{
	for (size_t i = 0; i < call->needed.count; i++)
		if (!ac_call_has_scope(&call->scopes, call->needed.items[i]))
			return false;
	return true;
}

static bool
need_all(struct authchain_call *call, const struct ac_scopes *required)
{
	for (size_t i = 0; i < required->count; i++)
		if (ac_call_add_scope(call, &call->needed,
			required->items[i]) != 0)
			return false;
	return true;
}

static bool
holds_all(const struct authchain_call *call, const struct ac_scopes *required)
{
	for (size_t i = 0; i < required->count; i++)
		if (!ac_call_has_scope(&call->scopes, required->items[i]))
			return false;
	return true;
}

bool
ac_call_holds_required(const struct authchain_call *call)
{
	return holds_all(call, &call->chain->required_scopes) &&
	       (call->provider == NULL ||
		   holds_all(call, &call->provider->required_scopes));
}

/* Who came without a token may come again with one. */
static uint32_t
lack_of(const struct authchain_call *call)
{
	return call->token.data == NULL ? AUTHCHAIN_REASON_NO_CREDENTIALS
					: AUTHCHAIN_REASON_INSUFFICIENT_SCOPE;
}

void
ac_call_check_scopes(struct authchain_call *call)
{
	bool known;

	/* nobody asks what was needed */
	if (call->chain->audit_count == 0 && has_needed(call) &&
	    ac_call_holds_required(call))
		return;
	known = need_all(call, &call->chain->required_scopes) &&
		(call->provider == NULL ||
		    need_all(call, &call->provider->required_scopes));

	if (known && has_needed(call))
		return;
	call->entry = NULL;
	call->stage = AUTHCHAIN_STAGE_AUTHORIZE;
	call->said = (struct ac_said){ 0 };
	if (!known) {
		ac_call_refuse(call, AUTHCHAIN_REASON_OUT_OF_MEMORY,
		    "unavailable");
		return;
	}
	ac_call_say(call, lack_of(call), "needed: %s; held: %s",
	    ac_call_join(call, &call->needed),
	    call->scopes.count == 0 ? "none"
				    : ac_call_join(call, &call->scopes));
	ac_call_refuse(call, lack_of(call), "deny");
}
