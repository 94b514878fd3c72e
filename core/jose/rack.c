/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A rack: slots that hold a thing or nothing, each on a cache line of its own.
 * A thread looks at its processor's slot first, so that threads seldom meet.
 * The exchange alone decides who has a thing; the looks before it only save
 * exchanges.
 */
#ifdef HAVE_CONFIG_H
#include "config.h" /* sched_getcpu */
#endif

#include "jose/rack.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#define LINE_BYTES 64

struct slot {
	_Atomic(void *) thing;
	char padding[LINE_BYTES - sizeof(_Atomic(void *))];
};

/* Wherever it begins, things a line apart are on two lines. */
struct ac_rack {
	void (*drop)(void *thing);
	size_t count;
	char padding[LINE_BYTES];
	struct slot slots[];
};

static size_t
processors(void)
{
	cpu_set_t mine;
	int count;

	if (sched_getaffinity(0, sizeof(mine), &mine) != 0)
		return AC_RACK_MAX_SLOTS; /* more than the set can tell */
	count = CPU_COUNT(&mine);
	if (count < 1)
		return 1;
	return count > AC_RACK_MAX_SLOTS ? AC_RACK_MAX_SLOTS : (size_t)count;
}

struct ac_rack *
ac_rack_new(void (*drop)(void *thing))
{
	size_t count = processors(), i;
	struct ac_rack *rack =
	    malloc(sizeof(*rack) + (count + 1) * sizeof(struct slot));

	if (rack == NULL)
		return NULL;
	rack->drop = drop;
	rack->count = count;
	for (i = 0; i < count; i++)
		atomic_init(&rack->slots[i].thing, NULL);
	return rack;
}

void
ac_rack_free(struct ac_rack **rack)
{
	size_t i;

	if (*rack == NULL)
		return;
	for (i = 0; i < (*rack)->count; i++) {
		void *thing = atomic_load(&(*rack)->slots[i].thing);

		if (thing != NULL)
			(*rack)->drop(thing);
	}
	free(*rack);
	*rack = NULL;
}

/* Where this thread begins to look: any slot would do. */
static size_t
first(const struct ac_rack *rack)
{
	int processor = sched_getcpu();

	return processor < 0 ? 0 : (size_t)processor % rack->count;
}

void *
ac_rack_take(struct ac_rack *rack)
{
	size_t at = first(rack), i;

	for (i = 0; i < rack->count; i++) {
		_Atomic(void *) *slot = &rack->slots[at].thing;
		void *thing = atomic_load_explicit(slot, memory_order_relaxed);

		if (thing != NULL)
			thing = atomic_exchange_explicit(slot, NULL,
			    memory_order_acquire);
		if (thing != NULL)
			return thing;
		at = at + 1 == rack->count ? 0 : at + 1;
	}
	return NULL;
}

void
ac_rack_put(struct ac_rack *rack, void *thing)
{
	size_t at = first(rack), i;

	for (i = 0; i < rack->count; i++) {
		_Atomic(void *) *slot = &rack->slots[at].thing;
		void *there = atomic_load_explicit(slot, memory_order_relaxed);

		if (there == NULL &&
		    atomic_compare_exchange_strong_explicit(slot, &there, thing,
			memory_order_release, memory_order_relaxed))
			return;
		at = at + 1 == rack->count ? 0 : at + 1;
	}
	rack->drop(thing);
}

size_t
ac_rack_slots(const struct ac_rack *rack)
{
	return rack->count;
}
