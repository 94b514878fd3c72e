/* SPDX-License-Identifier: BSD-2-Clause */
/* A poller from outside: made, asked, waited for, read, given back. */
#include "keys/poll-round.h"

#include <stdio.h>
#include <stdlib.h>

void
ac_poll_unref(struct ac_poll *poll)
{
	bool last;

	(void)pthread_mutex_lock(&poll->lock);
	last = --poll->refs == 0;
	(void)pthread_mutex_unlock(&poll->lock);
	if (!last)
		return;
	(void)pthread_mutex_destroy(&poll->lock);
	ac_buf_clear(&poll->trouble);
	free(poll->url);
	free(poll->etag);
	free(poll->etag_url);
	free(poll);
}

void
ac_poll_wake_all(struct ac_poll_waiter *list)
{
	while (list != NULL) {
		struct ac_poll_waiter *next = list->next;

		list->wake(list->arg);
		free(list);
		list = next;
	}
}

struct ac_poll *
ac_poll_new(const struct authchain_host *host, struct authchain_entry *entry,
    const struct ac_poll_client *client, const struct ac_poll_rules *rules,
    struct authchain_error *err)
{
	struct ac_poll *poll = calloc(1, sizeof(*poll));

	if (poll == NULL || pthread_mutex_init(&poll->lock, NULL) != 0) {
		(void)ac_error_memory(err);
		free(poll);
		return NULL;
	}
	poll->host = host;
	poll->entry = entry;
	poll->client = *client;
	poll->rules = *rules;
	poll->refs = 1;
	poll->ok_ms = AC_POLL_NEVER;
	poll->asked_ms = AC_POLL_NEVER;
	poll->failed_ms = AC_POLL_NEVER;
	poll->next_ms = AC_POLL_NEVER;
	ac_buf_init(&poll->trouble, AC_POLL_ERROR_BYTES - 1);
	return poll;
}

void
ac_poll_start(struct ac_poll *poll)
{
	bool first;

	(void)pthread_mutex_lock(&poll->lock);
	first = !poll->started && !poll->running && !poll->stopped;
	poll->started = true;
	if (first)
		ac_poll_claim(poll);
	(void)pthread_mutex_unlock(&poll->lock);
	if (first)
		ac_poll_round_begin(poll);
}

void
ac_poll_free(struct ac_poll **at)
{
	struct ac_poll *poll = *at;
	struct ac_poll_waiter *waiters;

	*at = NULL;
	if (poll == NULL)
		return;
	(void)pthread_mutex_lock(&poll->lock);
	poll->stopped = true;
	if (poll->round_timer != 0)
		(void)poll->host->timer_cancel(poll->entry, poll->round_timer);
	if (poll->patience_timer != 0)
		(void)poll->host->timer_cancel(poll->entry,
		    poll->patience_timer);
	waiters = poll->waiters;
	poll->waiters = NULL;
	poll->waiter_count = 0;
	(void)pthread_mutex_unlock(&poll->lock);
	ac_poll_wake_all(waiters);
	ac_poll_unref(poll);
}

/* Under the lock: may one who asks begin a round now? */
static bool
cooled_down(const struct ac_poll *poll, int64_t now_ms)
{
	return poll->started && !poll->stopped &&
	       (poll->asked_ms == AC_POLL_NEVER ||
		   now_ms - poll->asked_ms >= poll->rules.cooldown_ms);
}

/* Under the lock. */
static enum ac_poll_ask
answer_now(const struct ac_poll *poll, enum ac_poll_ask running)
{
	if (poll->running)
		return poll->waiter_count < AC_POLL_MAX_WAITERS ? running
								: AC_POLL_BUSY;
	return poll->failures > 0 || poll->ok_ms == AC_POLL_NEVER
		   ? AC_POLL_DOWN
		   : AC_POLL_FRESH;
}

enum ac_poll_ask
ac_poll_ask(struct ac_poll *poll, bool begin)
{
	int64_t now_ms = poll->host->monotonic_ms();
	enum ac_poll_ask answer;

	(void)pthread_mutex_lock(&poll->lock);
	begin = begin && !poll->running && cooled_down(poll, now_ms);
	if (begin) {
		poll->asked_ms = now_ms;
		ac_poll_claim(poll);
	}
	answer = answer_now(poll, AC_POLL_JOINED);
	(void)pthread_mutex_unlock(&poll->lock);
	if (!begin)
		return answer;

	ac_poll_round_begin(poll);
	/* it has ended already when the host refused it */
	(void)pthread_mutex_lock(&poll->lock);
	answer = answer_now(poll, AC_POLL_BEGUN);
	(void)pthread_mutex_unlock(&poll->lock);
	return answer;
}

/* Under the lock: those whose time is up, off the list. */
static struct ac_poll_waiter *
take_due(struct ac_poll *poll, int64_t now_ms, int64_t *next_ms)
{
	struct ac_poll_waiter **at = &poll->waiters, *due = NULL;

	*next_ms = INT64_MAX;
	while (*at != NULL) {
		struct ac_poll_waiter *waiter = *at;

		if (waiter->due_ms > now_ms) {
			if (waiter->due_ms < *next_ms)
				*next_ms = waiter->due_ms;
			at = &waiter->next;
			continue;
		}
		*at = waiter->next;
		waiter->next = due;
		due = waiter;
		poll->waiter_count--;
	}
	return due;
}

static void patience_over(void *arg);

/* Under the lock: fire no later than due_ms.  false: out of memory. */
static bool
set_patience(struct ac_poll *poll, int64_t now_ms, int64_t due_ms)
{
	int64_t delay_ms = due_ms > now_ms ? due_ms - now_ms : 0;

	if (poll->patience_timer != 0 && poll->patience_ms <= due_ms)
		return true;
	if (poll->patience_timer != 0)
		(void)poll->host->timer_cancel(poll->entry,
		    poll->patience_timer);
	poll->patience_ms = due_ms;
	poll->patience_timer = poll->host->timer(poll->entry,
	    (uint64_t)delay_ms, patience_over, poll);
	return poll->patience_timer != 0;
}

static void
patience_over(void *arg)
{
	struct ac_poll *poll = arg;
	int64_t now_ms = poll->host->monotonic_ms(), next_ms;
	struct ac_poll_waiter *due;

	(void)pthread_mutex_lock(&poll->lock);
	poll->patience_timer = 0;
	due = take_due(poll, now_ms, &next_ms);
	if (next_ms != INT64_MAX)
		(void)set_patience(poll, now_ms, next_ms);
	(void)pthread_mutex_unlock(&poll->lock);
	ac_poll_wake_all(due);
}

int
ac_poll_wait(struct ac_poll *poll, uint64_t limit_ms, void (*wake)(void *arg),
    void *arg)
{
	int64_t now_ms = poll->host->monotonic_ms();
	struct ac_poll_waiter *waiter = calloc(1, sizeof(*waiter));
	bool kept = true;

	if (waiter == NULL)
		return -1;
	waiter->wake = wake;
	waiter->arg = arg;
	waiter->due_ms = limit_ms == 0 || limit_ms > INT32_MAX
			     ? INT64_MAX
			     : now_ms + (int64_t)limit_ms;
	(void)pthread_mutex_lock(&poll->lock);
	if (!poll->running)
		waiter->due_ms = now_ms; /* it has ended in the meantime */
	if (waiter->due_ms != INT64_MAX)
		kept = set_patience(poll, now_ms, waiter->due_ms);
	if (kept) {
		waiter->next = poll->waiters;
		poll->waiters = waiter;
		poll->waiter_count++;
	}
	(void)pthread_mutex_unlock(&poll->lock);
	if (!kept)
		free(waiter);
	return kept ? 0 : -1;
}

int64_t
ac_poll_ok_ms(const struct ac_poll *poll)
{
	return poll->ok_ms;
}

void
ac_poll_set_ok_ms(struct ac_poll *poll, int64_t ok_ms)
{
	poll->ok_ms = ok_ms;
}

void
ac_poll_read(struct ac_poll *poll, struct ac_poll_state *state)
{
	(void)pthread_mutex_lock(&poll->lock);
	state->ok_ms = poll->ok_ms;
	state->failed_ms = poll->failed_ms;
	state->next_ms = poll->next_ms;
	state->failures = poll->failures;
	state->rounds = poll->rounds;
	state->running = poll->running;
	(void)snprintf(state->error, sizeof(state->error), "%s", poll->error);
	(void)pthread_mutex_unlock(&poll->lock);
}

bool
ac_poll_answered(const struct authchain_answer *answer,
    struct authchain_error *err)
{
	if (answer->status == 200)
		return true;
	if (answer->status == 0)
		(void)ac_error(err, AUTHCHAIN_ERROR_SYSTEM, "no answer: %.300s",
		    answer->error);
	else
		(void)ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "answered with status %u instead of 200%s", answer->status,
		    answer->status / 100 == 3 ? "; redirects are not followed"
					      : "");
	return false;
}
