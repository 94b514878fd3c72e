/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an outcome means (doc/chain.md).  Whatever is not one of the stage's own
 * outcomes is a fault; there is no default that lets anybody in.
 */
#include "base/reason.h"
#include "engine/decide.h"
#include "engine/recall.h"
#include "engine/step.h"

static void
fault(struct authchain_call *call, const char *what, uint32_t outcome)
{
	ac_call_say(call, AUTHCHAIN_REASON_PLUGIN_FAULT,
	    "plugin %s broke its contract: %s (0x%08x)",
	    call->entry->plugin->is.name, what, outcome);
	ac_log(&call->ac->log, AUTHCHAIN_LOG_ERROR, call->entry->name,
	    "%s; the request was refused with 500", call->said.detail);
	ac_call_refuse(call, AUTHCHAIN_REASON_PLUGIN_FAULT, "fault");
}

/* The reason given, when its row is of that verdict (a reason without one has
 * the row of a fault); else what is said when a plugin gives none. */
static uint32_t
reason_of(const struct authchain_call *call, uint32_t verdict, uint32_t unsaid)
{
	uint32_t reason = call->said.reason;

	if (reason != AUTHCHAIN_REASON_NONE &&
	    ac_answer_find(reason)->verdict == verdict)
		return reason;
	return unsaid;
}

static void
deny(struct authchain_call *call, uint32_t unsaid, const char *outcome)
{
	ac_call_refuse(call, reason_of(call, AUTHCHAIN_VERDICT_DENY, unsaid),
	    outcome);
}

static void
unavailable(struct authchain_call *call)
{
	ac_call_refuse(call,
	    reason_of(call, AUTHCHAIN_VERDICT_UNAVAILABLE,
		AUTHCHAIN_REASON_DEPENDENCY_UNAVAILABLE),
	    "unavailable");
}

static void
settle_identity(struct authchain_call *call, uint32_t outcome)
{
	const struct authchain_entry *entry = call->entry;

	if (outcome == AUTHCHAIN_NOT_MINE) {
		call->said.untimed = true;
		ac_call_trace(call, "not-mine");
		return;
	}
	if (outcome == AUTHCHAIN_REJECT && entry->on_unknown_token_next &&
	    call->said.reason == AUTHCHAIN_REASON_UNKNOWN_TOKEN) {
		ac_call_passed_over(call);
		ac_call_trace(call, "unknown-token");
		return;
	}
	call->provider = entry;
	if (outcome == AUTHCHAIN_ACCEPT && !call->said.subject_set) {
		fault(call, "it accepted and set no subject", outcome);
	} else if (outcome == AUTHCHAIN_ACCEPT) {
		call->identified = true;
		ac_call_remember(call, true, AUTHCHAIN_REASON_NONE);
		ac_call_trace(call, "accept");
	} else if (outcome == AUTHCHAIN_REJECT) {
		ac_call_remember(call, false,
		    reason_of(call, AUTHCHAIN_VERDICT_DENY,
			AUTHCHAIN_REASON_REJECTED));
		deny(call, AUTHCHAIN_REASON_REJECTED, "reject");
	} else if (outcome == AUTHCHAIN_UNAVAILABLE) {
		unavailable(call);
	} else {
		fault(call, "that is no outcome of claim or verify", outcome);
	}
}

static void
settle_rule(struct authchain_call *call, uint32_t outcome)
{
	if (outcome == AUTHCHAIN_ALLOW) {
		ac_call_trace(call, "allow");
	} else if (outcome == AUTHCHAIN_DENY) {
		deny(call, AUTHCHAIN_REASON_FORBIDDEN, "deny");
	} else if (outcome == AUTHCHAIN_UNAVAILABLE &&
		   call->entry->on_unavailable_allow) {
		ac_call_trace(call, AC_STEP_PASSED);
	} else if (outcome == AUTHCHAIN_UNAVAILABLE) {
		unavailable(call);
	} else {
		fault(call, "that is no outcome of guard, map or authorize",
		    outcome);
	}
}

void
ac_step_settle(struct authchain_call *call, const struct ac_step *step,
    uint32_t outcome)
{
	if (step->stage == AUTHCHAIN_STAGE_IDENTITY)
		settle_identity(call, outcome);
	else
		settle_rule(call, outcome);
}
