/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A call that goes on without the plugin that keeps another.  Whatever the next
 * steps and the last rules of the chain look at has to be here: what is
 * forgotten is what nobody asks for any more.
 */
#include "engine/call.h"

static bool
inherit_text(struct authchain_call *heir, struct authchain_span *to,
    struct authchain_span from)
{
	if (from.data == NULL)
		return true;
	*to = ac_arena_copy(&heir->result->arena, from);
	return to->data != NULL;
}

static bool
inherit_scopes(struct authchain_call *heir, struct ac_scopes *to,
    const struct ac_scopes *from)
{
	for (size_t i = 0; i < from->count; i++) {
		if (ac_call_add_scope(heir, to, from->items[i]) != 0)
			return false;
	}
	return true;
}

static bool
inherit_attributes(struct authchain_call *heir,
    const struct authchain_call *call)
{
	for (size_t i = 0; i < call->attribute_count; i++) {
		struct authchain_pair *list =
		    ac_arena_grow(&heir->result->arena, heir->attributes,
			heir->attribute_count, sizeof(*list));

		if (list == NULL)
			return false;
		heir->attributes = list;
		list[i] = (struct authchain_pair){ { NULL, 0 }, { NULL, 0 } };
		if (!inherit_text(heir, &list[i].name,
			call->attributes[i].name) ||
		    !inherit_text(heir, &list[i].value,
			call->attributes[i].value))
			return false;
		heir->attribute_count++;
	}
	return true;
}

/* Who it is, and what is needed; claims as text, which is read again at need. */
static bool
inherit_identity(struct authchain_call *heir, const struct authchain_call *call)
{
	struct authchain_span nonce = { NULL, 0 };

	heir->identified = call->identified;
	heir->anonymous = call->anonymous;
	heir->provider = call->provider;
	heir->expires_s = call->expires_s;
	heir->cached = call->cached;
	heir->dpop = call->dpop;
	heir->bound = call->bound;
	heir->confirmed = call->confirmed;
	if (call->nonce != NULL &&
	    !inherit_text(heir, &nonce, ac_span_text(call->nonce)))
		return false;
	heir->nonce = nonce.data;
	return inherit_text(heir, &heir->subject, call->subject) &&
	       inherit_text(heir, &heir->issuer, call->issuer) &&
	       inherit_text(heir, &heir->client_id, call->client_id) &&
	       inherit_text(heir, &heir->claims, call->claims) &&
	       inherit_scopes(heir, &heir->scopes, &call->scopes) &&
	       inherit_scopes(heir, &heir->needed, &call->needed) &&
	       inherit_attributes(heir, call);
}

static bool
inherit_trace(struct authchain_call *heir, const struct authchain_call *call)
{
	for (size_t i = 0; i < call->trace_count; i++) {
		struct authchain_step *step = ac_call_next_step(heir);
		struct authchain_span detail = { NULL, 0 };

		if (step == NULL)
			return false;
		*step = call->trace[i];
		if (!inherit_text(heir, &detail, ac_span_text(step->detail)))
			return false;
		step->detail = detail.data;
	}
	return true;
}

static void
inherit_place(struct authchain_call *heir, const struct authchain_call *call)
{
	heir->started_us = call->started_us;
	heir->deadline_ms = call->deadline_ms;
	heir->at = call->at;
	heir->admitted = call->admitted;
	heir->token_checked = call->token_checked;
	heir->looked = call->looked;
	heir->entry = call->entry;
	heir->stage = call->stage;
	heir->step_started_us = call->step_started_us;
	heir->done = call->done;
	heir->done_arg = call->done_arg;
}

struct authchain_call *
ac_call_heir(const struct authchain_call *call)
{
	struct ac_generation *generation = call->generation;
	struct ac_lane *lane = ac_lane_enter(call->ac->lanes);
	struct authchain_call *heir;
	void *blocks[2];

	ac_call_blocks(call->ac->lanes, lane, blocks);
	ac_lane_leave(lane);
	ac_generation_ref(generation);
	heir = ac_call_new(&generation, blocks, call->chain, &call->given);
	if (heir == NULL)
		return NULL;
	inherit_place(heir, call);
	if (call->token.data != NULL)
		heir->token = ac_arena_copy(&heir->scratch, call->token);
	if ((call->token.data != NULL && heir->token.data == NULL) ||
	    !inherit_identity(heir, call) || !inherit_trace(heir, call))
		ac_call_free(&heir);
	return heir;
}
