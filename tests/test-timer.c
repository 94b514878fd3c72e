/* SPDX-License-Identifier: BSD-2-Clause */
/* The heap of timers, without a thread and without a clock. */
#include "net/io.h"
#include "net/timer.h"

#include "tap.h"

#include <stdlib.h>

static const int owner_a, owner_b;

static uint64_t
add(struct ac_timers *timers, const void *owner, int64_t due_ms)
{
	struct ac_timer timer = { .owner = owner, .due_ms = due_ms };

	return ac_timer_add(timers, &timer);
}

static void
test_order(void)
{
	struct ac_timers timers = { 0 };
	struct ac_timer timer = { 0 };
	int64_t last_due = 0;
	uint64_t last_id = 0;
	bool sorted = true;
	size_t count = 0;

	srand(1);
	for (int i = 0; i < 1000; i++)
		(void)add(&timers, &owner_a, rand() % 50);
	while (ac_timer_take(&timers, 50, UINT64_MAX, &timer)) {
		if (timer.due_ms < last_due ||
		    (timer.due_ms == last_due && timer.id < last_id))
			sorted = false;
		last_due = timer.due_ms;
		last_id = timer.id;
		count++;
	}
	ok(sorted && count == 1000, "by time, then in the order of adding");
	ac_timer_clear(&timers);
}

static void
test_due(void)
{
	struct ac_timers timers = { 0 };
	struct ac_timer timer;

	ok(!ac_timer_take(&timers, INT64_MAX, UINT64_MAX, &timer),
	    "nothing is due where nothing is");
	ok(ac_timer_wait(&timers, 0, 60) == 60, "nothing to wait for");
	(void)add(&timers, &owner_a, 100);
	ok(!ac_timer_take(&timers, 99, UINT64_MAX, &timer),
	    "not a millisecond early");
	ok(ac_timer_wait(&timers, 40, 1000) == 60, "the time that is left");
	ok(ac_timer_wait(&timers, 40, 59) == 59, "at most so long");
	ok(ac_timer_wait(&timers, 100, 60) == 0 &&
		ac_timer_wait(&timers, INT64_MAX, 60) == 0,
	    "no time is left");
	(void)add(&timers, &owner_a, INT64_MAX);
	ok(!ac_timer_take(&timers, 100, 0, &timer),
	    "not one that was added after the mark");
	ok(ac_timer_take(&timers, 100, 1, &timer) && timer.id == 1,
	    "due to the millisecond");
	ok(ac_timer_wait(&timers, 0, 60) == 60, "the far future");
	ac_timer_clear(&timers);
	ok(add(&timers, &owner_a, 1) == 3, "an id is never used again");
	ac_timer_clear(&timers);
}

static void
test_remove(void)
{
	struct ac_timers timers = { 0 };
	struct ac_timer timer = { 0 };
	bool sorted = true;
	int64_t last = 0;
	size_t count = 0;

	srand(2);
	for (int i = 0; i < 500; i++)
		(void)add(&timers, i % 2 ? &owner_a : &owner_b, rand() % 1000);
	ok(!ac_timer_remove(&timers, &owner_a, 1), "not another owner's");
	ok(ac_timer_remove(&timers, &owner_b, 1), "remove");
	ok(!ac_timer_remove(&timers, &owner_b, 1), "not twice");
	ok(!ac_timer_remove(&timers, &owner_b, 0) &&
		!ac_timer_remove(&timers, &owner_b, 501),
	    "not what never was");
	for (uint64_t id = 3; id <= 500; id += 6)
		(void)ac_timer_remove(&timers, &owner_b, id);
	ac_timer_drop(&timers, &owner_a);
	ok(timers.count == 250 - 1 - 83, "drop leaves the others'");
	while (ac_timer_take(&timers, 1000, UINT64_MAX, &timer)) {
		sorted =
		    sorted && timer.due_ms >= last && timer.owner == &owner_b;
		last = timer.due_ms;
		count++;
	}
	ok(sorted && count == 166, "and their order");
	ac_timer_drop(&timers, &owner_a);
	ok(timers.count == 0, "drop of nothing");
	ac_timer_clear(&timers);
}

static void
test_remove_order(void)
{
	struct ac_timers timers = { 0 };
	struct ac_timer timer = { 0 };
	bool sorted = true;

	srand(3);
	for (int round = 0; round < 100; round++) {
		int64_t last = 0;
		uint64_t first = timers.last_id + 1;

		for (int i = 0; i < 40; i++)
			(void)add(&timers, &owner_a, rand() % 1000);
		for (int i = 0; i < 20; i++)
			(void)ac_timer_remove(&timers, &owner_a,
			    first + (uint64_t)(rand() % 40));
		while (ac_timer_take(&timers, 1000, UINT64_MAX, &timer)) {
			sorted = sorted && timer.due_ms >= last;
			last = timer.due_ms;
		}
	}
	ok(sorted, "whatever is removed, the rest stays in order");
	ac_timer_clear(&timers);
}

static void
test_bound(void)
{
	struct ac_timers timers = { 0 };
	struct ac_timer timer;
	size_t added = 0;

	for (int i = 0; i < AC_IO_MAX_TIMERS; i++)
		added += add(&timers, &owner_a, i) != 0;
	ok(added == AC_IO_MAX_TIMERS, "as many as may be");
	ok(add(&timers, &owner_a, 0) == 0, "and not one more");
	ok(ac_timer_take(&timers, 0, UINT64_MAX, &timer) &&
		add(&timers, &owner_a, 0) != 0,
	    "one for one");
	ac_timer_clear(&timers);
}

int
main(void)
{
	test_order();
	test_due();
	test_remove();
	test_remove_order();
	test_bound();
	return done();
}
