/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A call's life and its small change: scopes, trace, what a step says.  The
 * token is copied once, so that it has a NUL behind it and can be wiped.
 */
#include "engine/call.h"

#include "base/clock.h"
#include "base/format.h"
#include "base/reason.h"
#include "engine/decide.h"
#include "engine/ticket.h"

#define TRACE_ROOM 4 /* steps, at first */

static void
give_all(struct ac_lanes *lanes, void *const blocks[2])
{
	for (size_t i = 0; i < 2; i++)
		if (blocks[i] != NULL)
			ac_block_give(lanes, i, blocks[i]);
}

void
ac_call_blocks(struct ac_lanes *lanes, struct ac_lane *lane, void *blocks[2])
{
	blocks[0] = ac_block_take(lanes, lane, sizeof(struct authchain_call));
	blocks[1] = ac_block_take(lanes, lane, sizeof(struct ac_result));
	if (blocks[1] != NULL)
		((struct ac_result *)blocks[1])->near = lane->number;
}

struct authchain_call *
ac_call_new(struct ac_generation **generation, void *const blocks[2],
    const struct ac_chain *chain, const struct authchain_request *request)
{
	struct authchain_call *call = blocks[0];
	struct ac_lanes *lanes = (*generation)->ac->lanes;
	uint32_t timeout = chain->deadline_ms;

	if (blocks[0] == NULL || blocks[1] == NULL) {
		give_all(lanes, blocks);
		ac_generation_unpin(generation, NULL);
		return NULL;
	}
	ac_arena_lend(&call->scratch, call + 1, AC_BLOCK_BYTES - sizeof(*call));
	call->result = ac_result_new(lanes, blocks[1]);
	/* the caller's struct may be an older, shorter one */
	ac_copy_sized(&call->given, sizeof(call->given), request,
	    request->size);
	if (call->given.timeout_ms != 0 && call->given.timeout_ms < timeout)
		timeout = call->given.timeout_ms;
	call->ac = (*generation)->ac;
	call->generation = *generation;
	*generation = NULL;
	call->chain = chain;
	call->request = &call->given;
	call->started_us = call->now_us = ac_clock_monotonic_us();
	call->deadline_ms = (int64_t)(call->started_us / 1000) + timeout;
	call->detail = "";
	return call;
}

void
ac_call_free(struct authchain_call **at)
{
	struct authchain_call *call = *at;
	struct ac_generation *generation;

	if (call == NULL)
		return;
	if (call->ticket != NULL)
		ac_ticket_unref(call->ticket);
	if (call->result != NULL) {
		struct authchain_decision *decision = &call->result->is;

		authchain_decision_free(&decision);
	}
	ac_arena_clear(&call->scratch);
	generation = call->generation;
	ac_generation_unpin(&generation, call);
	*at = NULL;
}

struct authchain_step *
ac_call_next_step(struct authchain_call *call)
{
	size_t room = call->trace_room == 0 ? TRACE_ROOM : 2 * call->trace_room;
	struct authchain_step *trace;

	if (call->trace_count == AC_CALL_MAX_TRACE)
		return NULL;
	if (call->trace_count == call->trace_room) {
		trace =
		    ac_arena_room(&call->result->arena, room * sizeof(*trace));
		if (trace == NULL)
			return NULL;
		if (call->trace_count > 0)
			memcpy(trace, call->trace,
			    call->trace_count * sizeof(*trace));
		call->trace = trace;
		call->trace_room = room;
	}
	return &call->trace[call->trace_count++];
}

static const char *
keep(struct authchain_call *call, const char *text)
{
	const char *copy =
	    ac_arena_copy(&call->result->arena, ac_span_text(text)).data;

	return copy == NULL ? "" : copy;
}

void
ac_call_look_at_clock(struct authchain_call *call)
{
	if (call->clock_stale)
		call->now_us = ac_clock_monotonic_us();
	call->clock_stale = false;
}

void
ac_call_trace(struct authchain_call *call, const char *outcome)
{
	struct authchain_step *step = ac_call_next_step(call);

	call->clock_stale = true;
	if (!call->said.untimed)
		ac_call_look_at_clock(call);
	if (step != NULL)
		*step = (struct authchain_step){
			.size = sizeof(*step),
			.entry = call->entry == NULL ? "" : call->entry->name,
			.stage = call->stage,
			.reason = call->said.reason,
			.outcome = outcome,
			.detail =
			    call->said.detail == NULL ? "" : call->said.detail,
			.microseconds = call->now_us - call->step_started_us,
			.cached = call->said.cached,
		};
	call->step_started_us = call->now_us;
}

void
ac_call_decide(struct authchain_call *call, uint32_t verdict, uint32_t reason,
    const char *detail)
{
	if (call->decided)
		return;
	call->decided = true;
	call->verdict = verdict;
	call->reason = reason;
	call->detail = detail == NULL ? "" : detail;
	call->retry_after_s = call->said.retry_after_s;
}

void
ac_call_refuse(struct authchain_call *call, uint32_t reason,
    const char *outcome)
{
	const struct ac_answer *answer = ac_answer_find(reason);

	call->said.reason = answer->reason;
	ac_call_decide(call, answer->verdict, answer->reason,
	    call->said.detail);
	ac_call_trace(call, outcome);
}

void
ac_call_vsay(struct authchain_call *call, uint32_t reason, const char *format,
    va_list ap)
{
	char text[AC_CALL_MAX_DETAIL + 1];
	size_t len = ac_format(text, sizeof(text), format, ap);

	if (ac_span_has_control(ac_span(text, len)))
		for (size_t i = 0; i < len; i++)
			if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
				text[i] = ' ';
	ac_call_blank(call, text);
	call->said.reason = reason;
	call->said.detail = keep(call, text);
}

void
ac_call_say_own(struct authchain_call *call, const struct authchain_span *parts,
    size_t count)
{
	size_t len = 0;
	char *joined;

	for (size_t i = 0; i < count; i++)
		len += parts[i].len;
	joined = ac_arena_room(&call->result->arena, len + 1);
	if (joined == NULL)
		return;
	call->said.detail = joined;
	for (size_t i = 0; i < count; i++) {
		memcpy(joined, parts[i].data, parts[i].len);
		joined += parts[i].len;
	}
	*joined = '\0';
}

void
ac_call_say(struct authchain_call *call, uint32_t reason, const char *format,
    ...)
{
	va_list ap;

	va_start(ap, format);
	ac_call_vsay(call, reason, format, ap);
	va_end(ap);
}
