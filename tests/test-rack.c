/* SPDX-License-Identifier: BSD-2-Clause */
/* The rack: what is put can be taken once, nothing is lost and nothing is had
 * by two. */
#include "tap.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "jose/rack.h"

#define THREADS 4
#define TURNS   20000

struct thing {
	_Atomic int holders;
};

static _Atomic size_t made, dropped;

static void
drop(void *at)
{
	struct thing *thing = at;

	atomic_fetch_add(&dropped, 1);
	free(thing);
}

static struct thing *
make(void)
{
	struct thing *thing = calloc(1, sizeof(*thing));

	if (thing == NULL)
		abort();
	atomic_fetch_add(&made, 1);
	return thing;
}

static void
start_over(void)
{
	atomic_store(&made, 0);
	atomic_store(&dropped, 0);
}

static void
test_one_thread(void)
{
	struct ac_rack *rack = ac_rack_new(drop);
	struct thing *a = make();

	ok(ac_rack_take(rack) == NULL, "nothing lies in a new one");
	ac_rack_put(rack, a);
	ok(ac_rack_take(rack) == a, "what was put is taken");
	ok(ac_rack_take(rack) == NULL, "and only once");
	ac_rack_put(rack, a);
	ac_rack_free(&rack);
	ok(rack == NULL && dropped == 1, "what lies in it goes with it");
	ac_rack_free(&rack);
	ok(dropped == 1, "none is no rack to free");
}

static void
test_bound(void)
{
	struct ac_rack *rack = ac_rack_new(drop);
	size_t slots = ac_rack_slots(rack), i;
	void *taken[AC_RACK_MAX_SLOTS];
	bool all = true;

	start_over();
	ok(slots >= 1 && slots <= AC_RACK_MAX_SLOTS, "it has slots");
	for (i = 0; i < slots; i++)
		ac_rack_put(rack, make());
	ok(dropped == 0, "as many as there are slots are kept");
	ac_rack_put(rack, make());
	ok(dropped == 1, "one more is dropped");
	for (i = 0; i < slots; i++) {
		taken[i] = ac_rack_take(rack);
		all = all && taken[i] != NULL;
	}
	ok(all && ac_rack_take(rack) == NULL,
	    "and all that were kept can be taken");
	for (i = 0; i < slots; i++)
		ac_rack_put(rack, taken[i]);
	ac_rack_free(&rack);
	ok(made == dropped, "none is lost");
}

static void *
take_and_put(void *arg)
{
	struct ac_rack *rack = arg;
	size_t turn;

	for (turn = 0; turn < TURNS; turn++) {
		struct thing *thing = ac_rack_take(rack);

		if (thing == NULL)
			thing = make();
		if (atomic_fetch_add(&thing->holders, 1) != 0)
			return NULL;
		if (turn % 64 == 0)
			(void)sched_yield();
		atomic_fetch_sub(&thing->holders, 1);
		if (turn % 100 == 0)
			drop(thing);
		else
			ac_rack_put(rack, thing);
	}
	return arg;
}

static void
test_threads(void)
{
	struct ac_rack *rack = ac_rack_new(drop);
	pthread_t threads[THREADS];
	bool alone = true;
	size_t i;

	start_over();
	for (i = 0; i < THREADS; i++) {
		if (pthread_create(&threads[i], NULL, take_and_put, rack) != 0)
			abort();
	}
	for (i = 0; i < THREADS; i++) {
		void *result = NULL;

		(void)pthread_join(threads[i], &result);
		alone = alone && result != NULL;
	}
	ok(alone, "no thing is had by two threads");
	ok(made < THREADS * TURNS / 10, "and few have to be made");
	ac_rack_free(&rack);
	ok(made == dropped, "nor is one lost");
}

int
main(void)
{
	test_one_thread();
	test_bound();
	test_threads();
	return done();
}
