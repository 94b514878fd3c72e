/* SPDX-License-Identifier: BSD-2-Clause */
/* A binary heap by (due, id): timers due at the same time fire in the order in
 * which they were added. */
#include "net/timer.h"

#include "net/io.h"

#include <stdlib.h>

#define TIMER_FIRST 16

static bool
is_before(const struct ac_timer *a, const struct ac_timer *b)
{
	return a->due_ms != b->due_ms ? a->due_ms < b->due_ms : a->id < b->id;
}

static void
swap(struct ac_timer *a, struct ac_timer *b)
{
	struct ac_timer held = *a;

	*a = *b;
	*b = held;
}

static void
move_up(struct ac_timers *timers, size_t at)
{
	struct ac_timer *heap = timers->heap;

	while (at > 0 && is_before(&heap[at], &heap[(at - 1) / 2])) {
		swap(&heap[at], &heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
}

static void
move_down(struct ac_timers *timers, size_t at)
{
	struct ac_timer *heap = timers->heap;

	for (;;) {
		size_t first = at, child = 2 * at + 1;

		if (child < timers->count &&
		    is_before(&heap[child], &heap[first]))
			first = child;
		if (child + 1 < timers->count &&
		    is_before(&heap[child + 1], &heap[first]))
			first = child + 1;
		if (first == at)
			return;
		swap(&heap[at], &heap[first]);
		at = first;
	}
}

static void
remove_at(struct ac_timers *timers, size_t at)
{
	timers->count--;
	if (at == timers->count)
		return;
	timers->heap[at] = timers->heap[timers->count];
	move_down(timers, at);
	move_up(timers, at);
}

static bool
reserve(struct ac_timers *timers)
{
	size_t cap = timers->cap == 0 ? TIMER_FIRST : 2 * timers->cap;
	struct ac_timer *grown;

	if (timers->count < timers->cap)
		return true;
	if (timers->count == AC_IO_MAX_TIMERS)
		return false;
	if (cap > AC_IO_MAX_TIMERS)
		cap = AC_IO_MAX_TIMERS;
	grown = realloc(timers->heap, cap * sizeof(*grown));
	if (grown == NULL)
		return false;
	timers->heap = grown;
	timers->cap = cap;
	return true;
}

void
ac_timer_clear(struct ac_timers *timers)
{
	free(timers->heap);
	timers->heap = NULL;
	timers->count = timers->cap = 0;
}

uint64_t
ac_timer_add(struct ac_timers *timers, const struct ac_timer *timer)
{
	struct ac_timer *added;

	if (!reserve(timers))
		return 0;
	added = &timers->heap[timers->count];
	*added = *timer;
	added->id = ++timers->last_id;
	move_up(timers, timers->count++);
	return timers->last_id;
}

bool
ac_timer_remove(struct ac_timers *timers, const void *owner, uint64_t id)
{
	for (size_t i = 0; i < timers->count; i++) {
		if (timers->heap[i].id == id &&
		    timers->heap[i].owner == owner) {
			remove_at(timers, i);
			return true;
		}
	}
	return false;
}

void
ac_timer_drop(struct ac_timers *timers, const void *owner)
{
	size_t kept = 0;

	for (size_t i = 0; i < timers->count; i++)
		if (timers->heap[i].owner != owner)
			timers->heap[kept++] = timers->heap[i];
	timers->count = kept;
	for (size_t i = kept / 2; i-- > 0;)
		move_down(timers, i);
}

bool
ac_timer_take(struct ac_timers *timers, int64_t now_ms, uint64_t last_id,
    struct ac_timer *timer)
{
	if (timers->count == 0 || timers->heap[0].due_ms > now_ms ||
	    timers->heap[0].id > last_id)
		return false;
	*timer = timers->heap[0];
	remove_at(timers, 0);
	return true;
}

int
ac_timer_wait(const struct ac_timers *timers, int64_t now_ms, int most_ms)
{
	int64_t left;

	if (timers->count == 0)
		return most_ms;
	left = timers->heap[0].due_ms - now_ms;
	if (left < 0)
		return 0;
	return left < most_ms ? (int)left : most_ms;
}
