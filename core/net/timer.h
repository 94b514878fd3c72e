/* SPDX-License-Identifier: BSD-2-Clause */
/* Timers in the order in which they are due: a heap, capped.  No lock and no
 * clock of its own. */
#ifndef AC_NET_TIMER_H
#define AC_NET_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ac_timer {
	int64_t due_ms;
	uint64_t id; /* from 1, in the order in which they were added */
	const void *owner;
	void (*fire)(void *arg);
	void *arg;
};

struct ac_timers {
	struct ac_timer *heap;
	size_t count, cap;
	uint64_t last_id;
};

/* All zero is empty. */
void ac_timer_clear(struct ac_timers *timers);
/* The new timer's id, or 0 when full (AC_IO_MAX_TIMERS) or out of memory.
 * timer->id is ignored. */
uint64_t ac_timer_add(struct ac_timers *timers, const struct ac_timer *timer);
/* False: no such timer of that owner. */
bool ac_timer_remove(struct ac_timers *timers, const void *owner, uint64_t id);
void ac_timer_drop(struct ac_timers *timers, const void *owner);
/* Take the first timer out when it is due and its id is at most last_id. */
bool ac_timer_take(struct ac_timers *timers, int64_t now_ms, uint64_t last_id,
    struct ac_timer *timer);
/* Milliseconds until the first is due, 0 .. most_ms. */
int ac_timer_wait(const struct ac_timers *timers, int64_t now_ms, int most_ms);

#endif
