/* SPDX-License-Identifier: BSD-2-Clause */
/* <authchain/authchain.h>: judging requests, waiting and not waiting. */
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/reason.h"
#include "engine/at-once.h"
#include "engine/decide.h"
#include "engine/ticket.h"

/* A decision for a chain that is not there. */
static struct authchain_decision *
no_chain(struct authchain *ac, const char *chain, void *block)
{
	struct ac_result *result = ac_result_new(ac->lanes, block);
	const struct ac_answer *answer =
	    ac_answer_find(AUTHCHAIN_REASON_NO_SUCH_CHAIN);
	struct ac_quote quote;

	ac_log(&ac->log, AUTHCHAIN_LOG_ERROR, "engine",
	    "a request names the chain %s, and there is none of that name",
	    ac_quote(&quote, ac_span_text(chain)));
	if (result == NULL)
		return NULL;
	result->is = (struct authchain_decision){
		.size = sizeof(result->is),
		.verdict = AUTHCHAIN_VERDICT_FAULT,
		.reason = answer->reason,
		.status = answer->status,
		.chain = "",
		.provider = "",
		.detail = "no such chain in the configuration",
		.error = answer->error,
		.error_description = answer->description,
		.www_authenticate = "",
		.dpop_nonce = "",
	};
	return &result->is;
}

static struct authchain_call *
begin(struct authchain *ac, const char *name,
    const struct authchain_request *request,
    struct authchain_decision **decision)
{
	struct ac_lane *lane = ac_lane_enter(ac->lanes);
	struct ac_generation *generation = atomic_load(&ac->generation);
	const struct ac_chain *chain =
	    name == NULL ? NULL : ac_generation_find(generation, name);
	void *blocks[2];

	*decision = chain == NULL
			? NULL
			: ac_decide_at_once(ac->lanes, lane, chain, request);
	if (*decision == NULL) {
		ac_generation_pin(generation, lane);
		ac_call_blocks(ac->lanes, lane, blocks);
	}
	ac_lane_leave(lane);
	if (*decision != NULL)
		return NULL;
	if (chain != NULL)
		return ac_call_new(&generation, blocks, chain, request);
	*decision = no_chain(ac, name, blocks[1]);
	ac_generation_unpin(&generation, blocks[0]);
	return NULL;
}

/* Sleep for the plugin; at the deadline go on without it. */
static void
wait_for(struct authchain_call **call)
{
	struct authchain_ticket *ticket = (*call)->ticket;

	ac_ticket_ref(ticket);
	if (!ac_ticket_wait(ticket, (*call)->deadline_ms))
		ac_ticket_give_up(ticket, call);
	ac_ticket_unref(ticket);
}

enum authchain_verdict
authchain_check(struct authchain *ac, const char *chain,
    const struct authchain_request *request,
    struct authchain_decision **decision)
{
	struct authchain_call *call = begin(ac, chain, request, decision);

	while (call != NULL && !ac_chain_run(call))
		wait_for(&call);
	if (call != NULL)
		*decision = ac_call_finish(call);
	ac_call_free(&call);
	return *decision == NULL ? AUTHCHAIN_VERDICT_UNAVAILABLE
				 : (*decision)->verdict;
}

static void
deliver(struct authchain_call *call)
{
	void (*done)(void *, struct authchain_decision *) = call->done;
	void *arg = call->done_arg;
	struct authchain_decision *decision = ac_call_finish(call);

	ac_call_free(&call);
	done(arg, decision);
}

void
authchain_submit(struct authchain *ac, const char *chain,
    const struct authchain_request *request,
    void (*done)(void *arg, struct authchain_decision *decision), void *arg)
{
	struct authchain_decision *decision;
	struct authchain_call *call = begin(ac, chain, request, &decision);

	if (call == NULL) {
		done(arg, decision);
		return;
	}
	call->done = done;
	call->done_arg = arg;
	if (ac_chain_run(call))
		deliver(call);
}

static struct authchain_call *
take_ready(struct authchain *ac)
{
	struct authchain_call *call;
	uint64_t count;

	pthread_mutex_lock(&ac->lock);
	call = ac->ready;
	if (call != NULL && (ac->ready = call->next_ready) == NULL)
		ac->ready_tail = &ac->ready;
	if (ac->ready == NULL && read(ac->wake_fd, &count, sizeof(count)) < 0)
		count = 0; /* it was not raised */
	pthread_mutex_unlock(&ac->lock);
	return call;
}

size_t
authchain_dispatch(struct authchain *ac)
{
	struct authchain_call *call;
	size_t delivered = 0;

	while ((call = take_ready(ac)) != NULL)
		if (ac_chain_run(call)) {
			deliver(call);
			delivered++;
		}
	return delivered;
}

void
ac_runtime_end_waiting(struct authchain *ac)
{
	struct authchain_ticket *ticket;
	struct pollfd ready = { .fd = ac->wake_fd, .events = POLLIN };

	for (;;) {
		authchain_dispatch(ac);
		pthread_mutex_lock(&ac->lock);
		ticket = ac->waiting == NULL ? NULL : ac->waiting->ticket;
		if (ticket != NULL)
			ac_ticket_ref(ticket);
		pthread_mutex_unlock(&ac->lock);
		if (ticket == NULL)
			return;
		ac_ticket_expire(ticket);
		ac_ticket_unref(ticket);
		poll(&ready, 1, -1); /* it, or its plugin, is about to end */
	}
}

const char *
authchain_reason_name(uint32_t reason)
{
	const char *name = ac_reason_name(reason);

	return name == NULL ? "unknown" : name;
}

const char *
authchain_verdict_name(uint32_t verdict)
{
	const char *name = ac_verdict_name(verdict);

	return name == NULL ? "unknown" : name;
}

const char *
authchain_stage_name(uint32_t stage)
{
	const char *name = ac_stage_name(stage);

	return name == NULL ? "unknown" : name;
}

const char *
authchain_reason_help(uint32_t reason)
{
	const char *help = ac_reason_help(reason);

	return help == NULL ? "" : help;
}
