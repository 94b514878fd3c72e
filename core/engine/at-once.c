/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A verdict that is remembered, in a chain that asks nobody besides: answered
 * in one lane, without a call.  The decision is the one that the chain loop
 * comes to; where that would say more than yes, it is left to the loop.
 */
#include "engine/at-once.h"

#include "base/clock.h"
#include "engine/unpack.h"

#define ALIGNMENT sizeof(max_align_t)

/* The one step of the trace, and then what was unpacked. */
struct memory {
	struct authchain_step step;
	_Alignas(ALIGNMENT) char unpacked[];
};

bool
ac_chain_is_at_once(const struct ac_chain *chain)
{
	for (size_t i = 0; i < chain->step_count; i++)
		if (chain->steps[i].stage != AUTHCHAIN_STAGE_IDENTITY)
			return false;
	return chain->cache != NULL && chain->step_count > 0 &&
	       chain->audit_count == 0 && chain->proof_algorithms == NULL;
}

/* Is there room in a result's own block? */
static bool
is_small(const struct ac_verdict *verdict)
{
	return ac_unpacked_bytes(verdict) <=
	       AC_BLOCK_BYTES - sizeof(struct ac_result) -
		   sizeof(struct memory) - AC_ARENA_MARGIN;
}

static void
fill(struct authchain_decision *is, const struct ac_unpacked *from,
    const struct ac_verdict *verdict)
{
	is->size = sizeof(*is);
	is->verdict = AUTHCHAIN_VERDICT_ALLOW;
	is->status = 200;
	is->cached = 1;
	is->chain = from->texts[AC_VERDICT_CHAIN].data;
	is->provider = from->texts[AC_VERDICT_PROVIDER].data;
	is->detail = is->error = is->error_description = is->www_authenticate =
	    "";
	is->subject = from->texts[AC_VERDICT_SUBJECT];
	is->issuer = from->texts[AC_VERDICT_ISSUER];
	is->client_id = from->texts[AC_VERDICT_CLIENT_ID];
	is->claims = from->texts[AC_VERDICT_CLAIMS];
	is->scopes = from->scopes;
	is->scope_count = from->scope_count;
	is->attributes = from->attributes;
	is->attribute_count = from->attribute_count;
	is->expires_s = verdict->expires_s;
	is->anonymous = verdict->anonymous;
}

static struct authchain_decision *
decide(struct ac_lanes *lanes, struct ac_lane *lane,
    const struct ac_verdict *verdict)
{
	struct ac_result *result = ac_result_new(lanes,
	    ac_block_take(lanes, lane, sizeof(struct ac_result)));
	struct ac_unpacked from;
	struct memory *memory;

	if (result == NULL)
		return NULL;
	result->near = lane->number;
	memory = ac_arena_room(&result->arena,
	    sizeof(*memory) + ac_unpacked_bytes(verdict));
	ac_unpack(verdict, memory->unpacked, &from);
	fill(&result->is, &from, verdict);
	memory->step = (struct authchain_step){
		.size = sizeof(memory->step),
		.entry = result->is.provider,
		.stage = AUTHCHAIN_STAGE_IDENTITY,
		.reason = verdict->reason,
		.outcome = "accept",
		.detail = from.texts[AC_VERDICT_DETAIL].data == NULL
			      ? ""
			      : from.texts[AC_VERDICT_DETAIL].data,
		.cached = 1,
	};
	result->is.trace = &memory->step;
	result->is.trace_count = 1;
	return &result->is;
}

struct authchain_decision *
ac_decide_at_once(struct ac_lanes *lanes, struct ac_lane *lane,
    const struct ac_chain *chain, const struct authchain_request *request)
{
	struct authchain_span token;
	struct authchain_decision *is;
	struct ac_verdict *verdict;
	struct ac_cache_key key;
	struct ac_moment now;
	uint64_t now_us;

	if (!chain->at_once || request->size < sizeof(*request))
		return NULL;
	token = ac_credential_bearer(request);
	if (token.len == 0 || token.len > AC_CALL_MAX_TOKEN)
		return NULL;
	ac_cache_key_init(chain->cache, &key, token);
	now_us = ac_clock_monotonic_us();
	now.monotonic_ms = (int64_t)(now_us / 1000);
	now.wall_ms = ac_lane_wall_ms(lane, now_us);
	verdict = ac_cache_look(chain->cache, &key, &now);
	if (verdict == NULL || !verdict->suffices || !is_small(verdict))
		return NULL;
	is = decide(lanes, lane, verdict);
	if (is != NULL)
		ac_cache_count_hit(chain->cache, lane, verdict);
	return is;
}
