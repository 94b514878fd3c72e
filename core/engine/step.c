/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asks plugins.  A claim is answered here and now; everything else may wait,
 * by a ticket of the plugin's or by one of ours while the pool runs it.
 */
#include "engine/step.h"

#include <stdlib.h>

#include "engine/pool.h"
#include "engine/recall.h"
#include "engine/ticket.h"

typedef uint32_t (*callback)(void *self, struct authchain_call *call);

struct job {
	struct authchain_call *call;
	struct authchain_ticket *ticket;
	struct authchain_entry *entry;
	callback run;
};

bool
ac_step_wanted(const struct authchain_call *call, const struct ac_step *step)
{
	if (step->stage == AUTHCHAIN_STAGE_IDENTITY)
		return call->token.data != NULL && !call->identified;
	return step->stage == AUTHCHAIN_STAGE_GUARD || call->identified;
}

/* Could this token be one that the entry told us it claims? */
static bool
may_claim(struct authchain_call *call, const struct authchain_entry *entry)
{
	const struct authchain_peek *peek;

	if (entry->claim_count == 0)
		return true;
	for (size_t i = 0; i < entry->claim_count; i++) {
		const struct ac_claimed *claimed = &entry->claims[i];
		struct authchain_span text =
		    ac_span(claimed->text, claimed->len);

		if (claimed->is_prefix) {
			if (ac_span_starts(call->token, text))
				return true;
			continue;
		}
		if ((peek = ac_call_peek(call)) == NULL)
			continue;
		if (peek->iss.type == AUTHCHAIN_TYPE_ABSENT
			? claimed->len == 0
			: peek->iss.type == AUTHCHAIN_TYPE_STRING &&
			      claimed->len > 0 &&
			      ac_span_is(peek->iss.text, text))
			return true;
	}
	return false;
}

static uint32_t
ask(struct authchain_call *call, struct authchain_entry *entry, callback run)
{
	bool serial = (entry->plugin->is.flags & AUTHCHAIN_PLUGIN_SERIAL) != 0;
	struct authchain_call *before = ac_call_set_current(call);
	uint32_t outcome;

	if (serial)
		pthread_mutex_lock(&entry->serial);
	outcome = run(entry->self, call);
	if (serial)
		pthread_mutex_unlock(&entry->serial);
	ac_call_set_current(before);
	return outcome;
}

static void
run_job(void *arg)
{
	struct job *job = arg;
	uint32_t outcome = ask(job->call, job->entry, job->run);

	if (!ac_ticket_return(job->ticket, outcome))
		ac_call_free(&job->call);
	ac_ticket_unref(job->ticket);
	free(job);
}

static uint32_t
ask_on_pool(struct authchain_call *call, struct authchain_entry *entry,
    callback run)
{
	struct job *job = calloc(1, sizeof(*job));
	bool lent = job != NULL && ac_call_own_request(call) == 0 &&
		    (job->ticket = ac_ticket_new(call)) != NULL &&
		    ac_ticket_lend(job->ticket) == 0;

	if (lent) {
		job->call = call;
		job->entry = entry;
		job->run = run;
		if (ac_pool_submit(call->ac->pool, run_job, job) == 0)
			return AUTHCHAIN_PENDING;
	}
	if (job != NULL && job->ticket != NULL) {
		ac_ticket_unref(job->ticket);
		ac_ticket_unref(call->ticket);
		call->ticket = NULL;
	}
	free(job);
	ac_call_say(call,
	    lent ? AUTHCHAIN_REASON_BUSY : AUTHCHAIN_REASON_OUT_OF_MEMORY, "%s",
	    lent ? "the pool for blocking plugins is full, or not started"
		 : "");
	return AUTHCHAIN_UNAVAILABLE;
}

static callback
callback_of(const struct ac_step *step)
{
	const struct authchain_plugin *is = &step->entry->plugin->is;

	switch (step->stage) {
	case AUTHCHAIN_STAGE_GUARD:
		return is->guard;
	case AUTHCHAIN_STAGE_IDENTITY:
		return is->verify;
	case AUTHCHAIN_STAGE_MAP:
		return is->map;
	default:
		return is->authorize;
	}
}

/* MINE and NOT_MINE are claim's words: of all others they are no outcome, so
 * that whoever has claimed can't decline any more. */
static uint32_t
not_a_claim(uint32_t outcome)
{
	return outcome == AUTHCHAIN_MINE || outcome == AUTHCHAIN_NOT_MINE
		   ? 0
		   : outcome;
}

/* MINE, NOT_MINE, UNAVAILABLE, or 0 for what is none of claim's words. */
static uint32_t
claim(struct authchain_call *call, struct authchain_entry *entry)
{
	uint32_t outcome = AUTHCHAIN_NOT_MINE;

	if (may_claim(call, entry))
		outcome = ask(call, entry, entry->plugin->is.claim);
	/* a token that could not be read may be anybody's: let no other
	 * provider take it for an opaque one */
	if (call->peek_reason == AUTHCHAIN_REASON_OUT_OF_MEMORY) {
		ac_call_say(call, AUTHCHAIN_REASON_OUT_OF_MEMORY,
		    "no memory to read the token");
		return AUTHCHAIN_UNAVAILABLE;
	}
	return outcome == AUTHCHAIN_MINE || outcome == AUTHCHAIN_NOT_MINE
		   ? outcome
		   : 0;
}

static uint32_t
begin(struct authchain_call *call, const struct ac_step *step)
{
	struct authchain_entry *entry = step->entry;
	callback run = callback_of(step);
	uint32_t outcome;

	if (step->stage == AUTHCHAIN_STAGE_IDENTITY) {
		outcome = claim(call, entry);
		if (outcome != AUTHCHAIN_MINE)
			return outcome;
		ac_call_forget_identity(call);
		ac_call_note_stamp(call, entry);
	}
	if ((entry->plugin->is.flags & AUTHCHAIN_PLUGIN_BLOCKS) != 0)
		return ask_on_pool(call, entry, run);
	return not_a_claim(ask(call, entry, run));
}

static void
drop_ticket(struct authchain_call *call)
{
	if (call->ticket == NULL)
		return;
	ac_runtime_waited(call->ac, call);
	ac_ticket_void(call->ticket);
	ac_ticket_unref(call->ticket);
	call->ticket = NULL;
}

/* Nobody answered in time: tell the plugin, whose work is now for nothing. */
static uint32_t
give_up(struct authchain_call *call, struct authchain_entry *entry)
{
	call->gave_up = false;
	call->said = (struct ac_said){ 0 };
	if (call->ticket != NULL && entry->plugin->is.cancel != NULL)
		entry->plugin->is.cancel(entry->self, call->ticket);
	drop_ticket(call);
	ac_call_say(call, AUTHCHAIN_REASON_DEADLINE,
	    "it did not answer in the time that there was");
	return AUTHCHAIN_UNAVAILABLE;
}

/* Who did not get to see a claim that is there has not judged by it. */
static uint32_t
unless_lost(struct authchain_call *call, uint32_t outcome)
{
	if (!call->claim_lost)
		return outcome;
	call->claim_lost = false;
	ac_call_say(call, AUTHCHAIN_REASON_OUT_OF_MEMORY,
	    "no memory to look up a claim");
	return AUTHCHAIN_UNAVAILABLE;
}

uint32_t
ac_step_run(struct authchain_call *call, const struct ac_step *step)
{
	uint32_t outcome = AUTHCHAIN_PENDING;

	if (call->gave_up)
		return give_up(call, step->entry);
	if (call->ticket == NULL) {
		call->entry = step->entry;
		call->stage = step->stage;
		call->said = (struct ac_said){ 0 };
		outcome = begin(call, step);
		if (outcome == AUTHCHAIN_PENDING && call->ticket == NULL)
			return 0; /* nobody would ever complete it */
		if (outcome == AUTHCHAIN_PENDING)
			ac_runtime_wait(call->ac, call);
	}
	if (outcome == AUTHCHAIN_PENDING) {
		outcome = not_a_claim(ac_ticket_poll(call->ticket));
		if (outcome == AUTHCHAIN_PENDING)
			return outcome;
	}
	drop_ticket(call);
	return unless_lost(call, outcome);
}
