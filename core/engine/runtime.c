/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which generation is current, which calls wait for a callback, and which of
 * them can go on.
 */
#include "engine/runtime.h"

#include <stdint.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/call.h"

struct ac_generation *
ac_runtime_acquire(struct authchain *ac)
{
	struct ac_lane *lane = ac_lane_enter(ac->lanes);
	struct ac_generation *generation = atomic_load(&ac->generation);

	ac_generation_pin(generation, lane);
	ac_lane_leave(lane);
	return generation;
}

static void
link_waiting(struct authchain *ac, struct authchain_call *call)
{
	call->next_waiting = ac->waiting;
	call->waiting_at = &ac->waiting;
	if (ac->waiting != NULL)
		ac->waiting->waiting_at = &call->next_waiting;
	ac->waiting = call;
}

static void
unlink_waiting(struct authchain_call *call)
{
	if (call->waiting_at == NULL)
		return;
	*call->waiting_at = call->next_waiting;
	if (call->next_waiting != NULL)
		call->next_waiting->waiting_at = call->waiting_at;
	call->waiting_at = NULL;
}

void
ac_runtime_wait(struct authchain *ac, struct authchain_call *call)
{
	int64_t left = call->deadline_ms - ac_clock_monotonic_ms();

	if (call->done == NULL)
		return;
	pthread_mutex_lock(&ac->lock);
	link_waiting(ac, call);
	pthread_mutex_unlock(&ac->lock);
	call->expiry =
	    ac_runtime_expire(ac, call->ticket, left <= 0 ? 0 : (uint64_t)left);
}

void
ac_runtime_waited(struct authchain *ac, struct authchain_call *call)
{
	if (call->done == NULL)
		return;
	pthread_mutex_lock(&ac->lock);
	unlink_waiting(call);
	pthread_mutex_unlock(&ac->lock);
	ac_runtime_expire_cancel(ac, call->ticket, call->expiry);
	call->expiry = 0;
}

void
ac_runtime_forget(struct authchain *ac, struct authchain_call *call)
{
	pthread_mutex_lock(&ac->lock);
	unlink_waiting(call);
	pthread_mutex_unlock(&ac->lock);
}

void
ac_runtime_ready(struct authchain *ac, struct authchain_call *call)
{
	const uint64_t one = 1;

	pthread_mutex_lock(&ac->lock);
	call->next_ready = NULL;
	*ac->ready_tail = call;
	ac->ready_tail = &call->next_ready;
	pthread_mutex_unlock(&ac->lock);
	if (write(ac->wake_fd, &one, sizeof(one)) < 0)
		return; /* the counter is full: it is readable already */
}
