/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What verify left in a call, packed into a verdict and back.
 */
#include "engine/recall.h"

#include "engine/unpack.h"

/* A span's length, or the mark of none. */
static uint32_t
length_of(struct authchain_span text)
{
	return text.data == NULL ? AC_VERDICT_NULL : (uint32_t)text.len;
}

/* Bytes that it takes among the texts. */
static size_t
room_of(uint32_t length)
{
	return length == AC_VERDICT_NULL ? 0 : (size_t)length + 1;
}

/* ---- packing ----------------------------------------------------------- */

struct packer {
	uint32_t *lengths;
	char *texts;
};

static void
pack(struct packer *packer, struct authchain_span text)
{
	*packer->lengths++ = length_of(text);
	if (text.data == NULL)
		return;
	memcpy(packer->texts, text.data, text.len);
	packer->texts[text.len] = '\0';
	packer->texts += text.len + 1;
}

/* The spans of a call that a verdict holds, in its order. */
static void
fixed_texts(const struct authchain_call *call, bool accepted,
    struct authchain_span out[AC_VERDICT_TEXTS])
{
	memset(out, 0, AC_VERDICT_TEXTS * sizeof(*out));
	if (accepted) {
		out[AC_VERDICT_SUBJECT] = call->subject;
		out[AC_VERDICT_ISSUER] = call->issuer;
		out[AC_VERDICT_CLIENT_ID] = call->client_id;
		out[AC_VERDICT_CLAIMS] = call->claims;
	}
	out[AC_VERDICT_DETAIL] = ac_span_text(call->said.detail);
	out[AC_VERDICT_CHAIN] = ac_span_text(call->chain->name);
	out[AC_VERDICT_PROVIDER] = ac_span_text(call->entry->name);
}

static size_t
sum_texts(const struct authchain_call *call,
    const struct authchain_span fixed[AC_VERDICT_TEXTS], bool accepted)
{
	size_t bytes = 0;

	for (size_t i = 0; i < AC_VERDICT_TEXTS; i++)
		bytes += room_of(length_of(fixed[i]));
	for (size_t i = 0; accepted && i < call->scopes.count; i++)
		bytes += room_of(length_of(call->scopes.items[i]));
	for (size_t i = 0; accepted && i < call->attribute_count; i++)
		bytes += room_of(length_of(call->attributes[i].name)) +
			 room_of(length_of(call->attributes[i].value));
	return bytes;
}

static struct ac_verdict *
pack_call(const struct authchain_call *call, bool accepted)
{
	struct authchain_span fixed[AC_VERDICT_TEXTS];
	size_t scopes = accepted ? call->scopes.count : 0;
	size_t attributes = accepted ? call->attribute_count : 0;
	size_t lengths = AC_VERDICT_TEXTS + scopes + 2 * attributes;
	struct ac_verdict *verdict;
	struct packer packer;
	size_t texts;

	fixed_texts(call, accepted, fixed);
	texts = sum_texts(call, fixed, accepted);
	verdict = ac_verdict_new(lengths * sizeof(uint32_t) + texts);
	if (verdict == NULL)
		return NULL;
	verdict->scope_count = (uint32_t)scopes;
	verdict->attribute_count = (uint32_t)attributes;
	packer.lengths = verdict->lengths;
	packer.texts = (char *)(verdict->lengths + lengths);
	for (size_t i = 0; i < AC_VERDICT_TEXTS; i++)
		pack(&packer, fixed[i]);
	for (size_t i = 0; i < scopes; i++)
		pack(&packer, call->scopes.items[i]);
	for (size_t i = 0; i < attributes; i++) {
		pack(&packer, call->attributes[i].name);
		pack(&packer, call->attributes[i].value);
	}
	return verdict;
}

/* ---- remembering ------------------------------------------------------- */

void
ac_call_note_stamp(struct authchain_call *call,
    const struct authchain_entry *entry)
{
	if (call->chain->cache != NULL)
		call->stamp = ac_entry_stamp(entry);
}

void
ac_call_passed_over(struct authchain_call *call)
{
	if (!call->passed_over || call->said.remember_s < call->passed_s)
		call->passed_s = call->said.remember_s;
	call->passed_over = true;
}

static uint32_t
life_s(const struct authchain_call *call, bool accepted)
{
	uint32_t most = accepted ? AC_CACHE_MAX_S : AC_CACHE_REJECT_MAX_S;
	uint32_t life = call->said.remember_s;

	if (call->passed_over && call->passed_s < life)
		life = call->passed_s;
	return life < most ? life : most;
}

void
ac_call_remember(struct authchain_call *call, bool accepted, uint32_t reason)
{
	struct ac_cache *cache = call->chain->cache;
	uint32_t life = life_s(call, accepted);
	struct ac_moment now;
	struct ac_verdict *verdict;
	struct ac_lane *lane;

	if (cache == NULL || life == 0 || !call->looked)
		return;
	verdict = pack_call(call, accepted);
	if (verdict == NULL)
		return;
	lane = ac_lane_enter_near(call->ac->lanes, call->result->near);
	now.monotonic_ms = (int64_t)(call->now_us / 1000);
	now.wall_ms = ac_lane_wall_ms(lane, call->now_us);
	ac_lane_leave(lane);
	verdict->accepted = accepted;
	verdict->anonymous = accepted && call->anonymous;
	verdict->suffices =
	    accepted && !call->bound && ac_call_holds_required(call);
	verdict->passed_over = call->passed_over;
	verdict->bound = call->bound;
	/* from the moment before it was asked */
	verdict->dies_ms =
	    (int64_t)(call->step_started_us / 1000) + INT64_C(1000) * life;
	verdict->expires_s = call->expires_s;
	verdict->stamp = call->passed_over ? call->chain_stamp : call->stamp;
	verdict->entry = call->entry;
	verdict->chain = call->chain;
	verdict->reason = accepted ? call->said.reason : reason;
	verdict->retry_after_s = call->said.retry_after_s;
	ac_cache_store(cache, &call->key, verdict, &now);
}

/* ---- recalling --------------------------------------------------------- */

static bool
unpack_call(struct authchain_call *call, const struct ac_verdict *verdict)
{
	void *memory =
	    ac_arena_room(&call->result->arena, ac_unpacked_bytes(verdict));
	struct ac_unpacked from;

	if (memory == NULL)
		return false;
	ac_unpack(verdict, memory, &from);
	call->subject = from.texts[AC_VERDICT_SUBJECT];
	call->issuer = from.texts[AC_VERDICT_ISSUER];
	call->client_id = from.texts[AC_VERDICT_CLIENT_ID];
	call->claims = from.texts[AC_VERDICT_CLAIMS];
	call->said.detail = from.texts[AC_VERDICT_DETAIL].data;
	call->scopes.items = from.scopes;
	call->scopes.count = from.scope_count;
	call->attributes = from.attributes;
	call->attribute_count = from.attribute_count;
	call->said.reason = verdict->reason;
	call->said.retry_after_s = verdict->retry_after_s;
	call->said.cached = true;
	call->said.untimed = true;
	call->expires_s = verdict->expires_s;
	call->anonymous = verdict->anonymous;
	call->bound = verdict->bound;
	call->entry = verdict->entry;
	call->provider = verdict->entry;
	call->identified = verdict->accepted;
	return true;
}

static bool
find(struct authchain_call *call)
{
	const struct ac_verdict *verdict;
	struct ac_moment now;
	struct ac_lane *lane;
	bool found;

	ac_cache_key_init(call->chain->cache, &call->key, call->token);
	lane = ac_lane_enter_near(call->ac->lanes, call->result->near);
	now.monotonic_ms = (int64_t)(call->now_us / 1000);
	now.wall_ms = ac_lane_wall_ms(lane, call->now_us);
	verdict = ac_cache_find(call->chain->cache, lane, &call->key, &now);
	found = verdict != NULL && unpack_call(call, verdict);
	ac_lane_leave(lane);
	return found;
}

bool
ac_call_recall(struct authchain_call *call, const struct ac_step *step)
{
	if (call->chain->cache == NULL || call->looked ||
	    step->stage != AUTHCHAIN_STAGE_IDENTITY)
		return false;
	call->looked = true;
	if (call->chain->may_pass_over)
		call->chain_stamp = ac_chain_stamp(call->chain);
	call->stage = step->stage;
	call->said = (struct ac_said){ 0 };
	if (!find(call))
		return !call->token_checked && !ac_call_check_token(call);
	call->cached = true;
	if (call->identified)
		ac_call_trace(call, "accept");
	else
		ac_call_refuse(call, call->said.reason, "reject");
	return true;
}
