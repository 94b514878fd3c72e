/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hand-over between the thread that runs a chain and whoever answers for a
 * plugin.  Every state change happens under the ticket's lock; after DONE or
 * CANCELLED the ticket no longer touches the call.
 */
#include "engine/ticket.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

enum state {
	WAITING,
	RESUMED,
	DONE,
	CANCELLED
};

struct authchain_ticket {
	_Atomic size_t refs;
	pthread_mutex_t lock; /* everything below */
	pthread_cond_t done;
	struct authchain_call *call;
	struct authchain_entry *entry;
	struct authchain *ac;
	struct authchain_call *outer; /* the thread's call before resume */
	enum state state;
	bool armed; /* nobody runs the call: tell when it can go on */
	struct authchain_call *heir; /* a pool's thread works on the call */
	uint32_t outcome;
};

static int
init_lock(struct authchain_ticket *ticket)
{
	pthread_condattr_t attr;
	int r = -1;

	if (pthread_mutex_init(&ticket->lock, NULL) != 0)
		return -1;
	if (pthread_condattr_init(&attr) == 0) {
		pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
		r = pthread_cond_init(&ticket->done, &attr) == 0 ? 0 : -1;
		pthread_condattr_destroy(&attr);
	}
	if (r != 0)
		pthread_mutex_destroy(&ticket->lock);
	return r;
}

struct authchain_ticket *
ac_ticket_new(struct authchain_call *call)
{
	struct authchain_ticket *ticket;

	if (call->ticket != NULL) {
		ac_ticket_ref(call->ticket);
		return call->ticket;
	}
	if ((ticket = calloc(1, sizeof(*ticket))) == NULL)
		return NULL;
	if (init_lock(ticket) != 0) {
		free(ticket);
		return NULL;
	}
	ticket->refs = 2;
	ticket->call = call;
	ticket->entry = call->entry;
	ticket->ac = call->ac;
	call->ticket = ticket;
	return ticket;
}

void
ac_ticket_ref(struct authchain_ticket *ticket)
{
	atomic_fetch_add(&ticket->refs, 1);
}

void
ac_ticket_unref(struct authchain_ticket *ticket)
{
	if (ticket == NULL || atomic_fetch_sub(&ticket->refs, 1) != 1)
		return;
	ac_call_free(&ticket->heir);
	pthread_cond_destroy(&ticket->done);
	pthread_mutex_destroy(&ticket->lock);
	free(ticket);
}

struct authchain_call *
ac_ticket_resume(struct authchain_ticket *ticket)
{
	struct authchain_call *call = NULL;

	pthread_mutex_lock(&ticket->lock);
	if (ticket->state == WAITING) {
		ticket->state = RESUMED;
		call = ticket->call;
		ticket->outer = ac_call_set_current(call);
	}
	pthread_mutex_unlock(&ticket->lock);
	return call;
}

/* With the lock held: the call can go on. */
static void
settle(struct authchain_ticket *ticket, enum state state, uint32_t outcome)
{
	struct authchain_call *call = ticket->call;

	ticket->state = state;
	/* who waited already can't ask to be waited for */
	ticket->outcome = outcome == AUTHCHAIN_PENDING ? 0 : outcome;
	ticket->call = NULL;
	if (ticket->armed && call->done != NULL)
		ac_runtime_ready(ticket->ac, call);
	pthread_cond_broadcast(&ticket->done);
}

void
ac_ticket_complete(struct authchain_ticket *ticket, uint32_t outcome)
{
	bool twice = false;

	pthread_mutex_lock(&ticket->lock);
	if (ticket->state == RESUMED)
		ac_call_set_current(ticket->outer);
	if (ticket->state == WAITING || ticket->state == RESUMED)
		settle(ticket, DONE, outcome);
	else
		twice = ticket->state == DONE;
	pthread_mutex_unlock(&ticket->lock);
	if (twice)
		ac_log(&ticket->ac->log, AUTHCHAIN_LOG_ERROR, "plugin",
		    "a ticket was completed twice; the second outcome has no "
		    "effect; report this to the plugin's author");
}

int
ac_ticket_lend(struct authchain_ticket *ticket)
{
	ticket->heir = ac_call_heir(ticket->call);
	return ticket->heir == NULL ? -1 : 0;
}

bool
ac_ticket_return(struct authchain_ticket *ticket, uint32_t outcome)
{
	bool wanted;

	pthread_mutex_lock(&ticket->lock);
	wanted = ticket->state == WAITING;
	if (wanted)
		settle(ticket, DONE, outcome);
	pthread_mutex_unlock(&ticket->lock);
	return wanted;
}

static bool
is_settled(const struct authchain_ticket *ticket)
{
	return ticket->state == DONE || ticket->state == CANCELLED;
}

uint32_t
ac_ticket_poll(struct authchain_ticket *ticket)
{
	uint32_t outcome = AUTHCHAIN_PENDING;

	pthread_mutex_lock(&ticket->lock);
	if (is_settled(ticket))
		outcome = ticket->outcome;
	else
		ticket->armed = true;
	pthread_mutex_unlock(&ticket->lock);
	return outcome;
}

bool
ac_ticket_wait(struct authchain_ticket *ticket, int64_t until_ms)
{
	struct timespec until = {
		.tv_sec = (time_t)(until_ms / 1000),
		.tv_nsec = (long)(until_ms % 1000) * 1000000,
	};
	bool settled;
	int r = 0;

	pthread_mutex_lock(&ticket->lock);
	while (!is_settled(ticket) && r == 0)
		r = pthread_cond_timedwait(&ticket->done, &ticket->lock,
		    &until);
	settled = is_settled(ticket);
	pthread_mutex_unlock(&ticket->lock);
	return settled;
}

void
ac_ticket_void(struct authchain_ticket *ticket)
{
	pthread_mutex_lock(&ticket->lock);
	while (ticket->state == RESUMED)
		pthread_cond_wait(&ticket->done, &ticket->lock);
	if (ticket->state == WAITING)
		ticket->state = CANCELLED;
	ticket->call = NULL;
	pthread_mutex_unlock(&ticket->lock);
	ac_call_free(&ticket->heir); /* not needed; nobody else looks at it */
}

/* With the lock held and the state WAITING: the call to go on with. */
static struct authchain_call *
cancel(struct authchain_ticket *ticket)
{
	struct authchain_call *call =
	    ticket->heir == NULL ? ticket->call : ticket->heir;

	ticket->heir = NULL;
	call->gave_up = true;
	return call;
}

bool
ac_ticket_give_up(struct authchain_ticket *ticket, struct authchain_call **call)
{
	bool in_time;

	pthread_mutex_lock(&ticket->lock);
	while (ticket->state == RESUMED)
		pthread_cond_wait(&ticket->done, &ticket->lock);
	in_time = ticket->state == WAITING;
	if (in_time) {
		*call = cancel(ticket);
		ticket->state = CANCELLED;
		ticket->call = NULL;
	}
	pthread_mutex_unlock(&ticket->lock);
	return in_time;
}

void
ac_ticket_expire(struct authchain_ticket *ticket)
{
	struct authchain_call *old;

	pthread_mutex_lock(&ticket->lock);
	if (ticket->state == WAITING) {
		old = ticket->call;
		ticket->call = cancel(ticket);
		if (ticket->call != old)
			ac_runtime_forget(ticket->ac, old);
		settle(ticket, CANCELLED, AUTHCHAIN_UNAVAILABLE);
	}
	pthread_mutex_unlock(&ticket->lock);
}
