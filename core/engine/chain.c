/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The chain: the one loop that decides.  Read its last paragraph first.
 */
#include "engine/chain.h"

#include "base/clock.h"
#include "engine/issuers.h"
#include "engine/recall.h"
#include "engine/step.h"

static bool
is_late(struct authchain_call *call)
{
	if (call->ticket != NULL || call->gave_up ||
	    (int64_t)(call->now_us / 1000) < call->deadline_ms)
		return false;
	call->said = (struct ac_said){ 0 };
	ac_call_say(call, AUTHCHAIN_REASON_DEADLINE,
	    "the time for the request was up before this step");
	ac_call_refuse(call, AUTHCHAIN_REASON_DEADLINE, "unavailable");
	return true;
}

/* Before anybody is asked about the token: was its verdict remembered? */
static bool
is_settled(struct authchain_call *call, const struct ac_step *step)
{
	return is_late(call) || ac_call_recall(call, step);
}

/* Rules are asked about who is who they seem to be, and about nobody else. */
static bool
is_unproved(struct authchain_call *call, const struct ac_step *step)
{
	if (step->stage == AUTHCHAIN_STAGE_AUTHORIZE)
		ac_call_check_bonds(call);
	return call->decided;
}

/* Is this step one of many that the token can't be of?  Then go to the next
 * that may be asked. */
static bool
is_passed(struct authchain_call *call, const struct ac_step *step)
{
	size_t next;

	if (step->stage != AUTHCHAIN_STAGE_IDENTITY || call->ticket != NULL ||
	    call->gave_up)
		return false;
	next = ac_issuers_next(call);
	if (next == call->at)
		return false;
	call->at = next - 1;
	call->entry = NULL;
	call->stage = AUTHCHAIN_STAGE_IDENTITY;
	call->said = (struct ac_said){ .detail = "these claim other issuers" };
	ac_call_trace(call, "not-mine");
	return true;
}

bool
ac_chain_run(struct authchain_call *call)
{
	const struct ac_chain *chain = call->chain;

	if (!call->admitted)
		ac_call_admit(call);
	for (; !call->decided && call->at < chain->step_count; call->at++) {
		const struct ac_step *step = &chain->steps[call->at];
		uint32_t outcome;

		if (!ac_step_wanted(call, step) || is_unproved(call, step) ||
		    is_settled(call, step) || is_passed(call, step))
			continue;
		outcome = ac_step_run(call, step);
		if (outcome == AUTHCHAIN_PENDING)
			return false;
		ac_step_settle(call, step, outcome);
	}

	/* Fail closed: only who is known, holds the token's key where it has
	 * one, and each scope, is let in. */
	if (!call->decided && !call->identified)
		ac_call_unidentified(call);
	if (!call->decided)
		ac_call_check_bonds(call);
	if (!call->decided)
		ac_call_check_scopes(call);
	if (!call->decided)
		ac_call_decide(call, AUTHCHAIN_VERDICT_ALLOW,
		    AUTHCHAIN_REASON_NONE, "");
	return true;
}
