/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Breaks no rule: tickets are completed from a thread of the plugin's own,
 * which start began and destroy joins.
 */
#include "plain.h"

#include <pthread.h>

#define MAX_WAITING 64

struct waiter {
	const struct authchain_host *host;
	pthread_t thread;
	int running;
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t changed;
	struct authchain_ticket *tickets[MAX_WAITING];
	size_t count;
	int stopped;
};

static void
finish(struct waiter *waiter, struct authchain_ticket *ticket)
{
	const struct authchain_host *host = waiter->host;
	struct authchain_call *call = host->resume(ticket);
	uint32_t outcome = AUTHCHAIN_UNAVAILABLE;

	if (call != NULL && host->set_subject(call, plain_text("late")) == 0)
		outcome = AUTHCHAIN_ACCEPT;
	host->complete(ticket, outcome);
	host->ticket_unref(ticket);
}

static void *
serve(void *arg)
{
	struct waiter *waiter = arg;

	(void)pthread_mutex_lock(&waiter->lock);
	while (!waiter->stopped || waiter->count > 0) {
		if (waiter->count == 0) {
			(void)pthread_cond_wait(&waiter->changed,
			    &waiter->lock);
			continue;
		}
		struct authchain_ticket *ticket =
		    waiter->tickets[--waiter->count];

		(void)pthread_mutex_unlock(&waiter->lock);
		finish(waiter, ticket);
		(void)pthread_mutex_lock(&waiter->lock);
	}
	(void)pthread_mutex_unlock(&waiter->lock);
	return NULL;
}

static int
create(const struct authchain_host *host, struct authchain_entry *entry,
    void **self)
{
	struct waiter *waiter = calloc(1, sizeof(*waiter));

	(void)entry;
	*self = waiter;
	if (waiter == NULL)
		return -1;
	waiter->host = host;
	(void)pthread_mutex_init(&waiter->lock, NULL);
	(void)pthread_cond_init(&waiter->changed, NULL);
	return 0;
}

static int
start(void *self)
{
	struct waiter *waiter = self;

	waiter->running =
	    pthread_create(&waiter->thread, NULL, serve, waiter) == 0;
	return waiter->running ? 0 : -1;
}

static void
destroy(void *self)
{
	struct waiter *waiter = self;

	(void)pthread_mutex_lock(&waiter->lock);
	waiter->stopped = 1;
	(void)pthread_cond_signal(&waiter->changed);
	(void)pthread_mutex_unlock(&waiter->lock);
	if (waiter->running)
		(void)pthread_join(waiter->thread, NULL);
	(void)pthread_cond_destroy(&waiter->changed);
	(void)pthread_mutex_destroy(&waiter->lock);
	free(waiter);
}

static uint32_t
verify(void *self, struct authchain_call *call)
{
	struct waiter *waiter = self;
	struct authchain_ticket *ticket;
	uint32_t outcome = AUTHCHAIN_UNAVAILABLE;

	(void)pthread_mutex_lock(&waiter->lock);
	if (waiter->count < MAX_WAITING &&
	    (ticket = waiter->host->defer(call)) != NULL) {
		waiter->tickets[waiter->count++] = ticket;
		outcome = AUTHCHAIN_PENDING;
	}
	(void)pthread_cond_signal(&waiter->changed);
	(void)pthread_mutex_unlock(&waiter->lock);
	return outcome;
}

static const struct authchain_plugin plugin = { PLAIN_PLUGIN,
	.name = "wait-thread", .create = create, .start = start,
	.destroy = destroy, .claim = plain_claim, .verify = verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
