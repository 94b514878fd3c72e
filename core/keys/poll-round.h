/* SPDX-License-Identifier: BSD-2-Clause */
/* The inside of a poller, for poll.c and poll-round.c alone. */
#ifndef AC_KEYS_POLL_ROUND_H
#define AC_KEYS_POLL_ROUND_H

#include "base/buf.h"
#include "keys/poll.h"

#include <pthread.h>
#include <stdatomic.h>

struct ac_poll_waiter {
	struct ac_poll_waiter *next;
	void (*wake)(void *arg);
	void *arg;
	int64_t due_ms; /* INT64_MAX: no limit */
};

/*
 * `running' is what makes a round single: who sets it owns the round's fields
 * until he clears it, and the round holds a reference, so that an answer that
 * comes late finds memory that is still there.  The host is never asked to
 * fetch, and nobody is woken, under the lock.
 */
struct ac_poll {
	const struct authchain_host *host;
	struct authchain_entry *entry;
	struct ac_poll_client client;
	struct ac_poll_rules rules;
	_Atomic int64_t ok_ms;

	/* who takes the lock is not felt by who reads the above */
	char padding[64];
	pthread_mutex_t lock; /* guards these: */
	unsigned int refs;
	bool started, stopped, running;
	unsigned int failures;
	uint64_t rounds;
	int64_t asked_ms, failed_ms, next_ms;
	uint64_t round_timer, patience_timer;
	int64_t patience_ms; /* when patience_timer fires */
	struct ac_poll_waiter *waiters;
	size_t waiter_count;
	char error[AC_POLL_ERROR_BYTES];

	/* the round's own */
	char *url;
	unsigned int steps;
	struct ac_buf trouble;
	char *etag, *etag_url;
};

/* Claim the next round; then ac_poll_round_begin is due, without the lock. */
void ac_poll_claim(struct ac_poll *poll); /* under the lock, not running */
void ac_poll_round_begin(struct ac_poll *poll);

void ac_poll_unref(struct ac_poll *poll);
void ac_poll_wake_all(struct ac_poll_waiter *list);

#endif
