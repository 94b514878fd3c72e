/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A lane is a lock that nobody waits for: who finds it taken tries the next.
 * Entering, and what pictures are compared with, is sequentially consistent
 * with the links that readers follow: a reader that a picture does not show
 * sees what was unlinked before it.
 */
#ifdef HAVE_CONFIG_H
#include "config.h" /* sched_getcpu */
#endif

#include "engine/lane.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define WALL_FRESH_US 50000 /* between looks at both clocks */

/* A sanitizer that knows freed memory must see it freed. */
#if defined(__SANITIZE_ADDRESS__)
#define KEPT_BLOCKS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEPT_BLOCKS 0
#endif
#endif
#ifndef KEPT_BLOCKS
#define KEPT_BLOCKS AC_LANE_BLOCKS
#endif

struct ac_block {
	struct ac_block *next;
};

struct ac_lanes {
	struct ac_lane lanes[AC_LANES];
	_Atomic size_t holders; /* blocks there are, and who made the lanes */
};

static void
let_go(struct ac_lanes *lanes)
{
	if (atomic_fetch_sub(&lanes->holders, 1) == 1)
		free(lanes);
}

struct ac_lanes *
ac_lanes_new(void)
{
	struct ac_lanes *lanes =
	    aligned_alloc(_Alignof(struct ac_lanes), sizeof(*lanes));

	if (lanes == NULL)
		return NULL;
	memset(lanes, 0, sizeof(*lanes));
	lanes->holders = 1;
	for (uint32_t i = 0; i < AC_LANES; i++)
		lanes->lanes[i].number = i;
	return lanes;
}

void
ac_lanes_close(struct ac_lanes **at)
{
	struct ac_lanes *lanes = *at;

	if (lanes == NULL)
		return;
	for (size_t i = 0; i < AC_LANES; i++) {
		struct ac_lane *lane = ac_lane_enter_at(lanes, i);

		lane->closed = true;
		while (lane->blocks != NULL) {
			struct ac_block *block = lane->blocks;

			lane->blocks = block->next;
			free(block);
			atomic_fetch_sub(&lanes->holders, 1);
		}
		ac_lane_leave(lane);
	}
	let_go(lanes);
	*at = NULL;
}

static bool
try_enter(struct ac_lane *lane)
{
	uint32_t state =
	    atomic_load_explicit(&lane->state, memory_order_relaxed);

	return (state & 1) == 0 &&
	       atomic_compare_exchange_strong(&lane->state, &state, state + 1);
}

/* Any number will do; threads on one processor take turns anyway. */
static size_t
hint(void)
{
#ifdef HAVE_SCHED_GETCPU
	return (size_t)sched_getcpu();
#else
	return 0;
#endif
}

struct ac_lane *
ac_lane_enter_near(struct ac_lanes *lanes, size_t number)
{
	for (size_t i = 0;; i++) {
		struct ac_lane *lane = &lanes->lanes[(number + i) % AC_LANES];

		if (try_enter(lane))
			return lane;
		if (i % AC_LANES == AC_LANES - 1)
			(void)sched_yield();
	}
}

struct ac_lane *
ac_lane_enter(struct ac_lanes *lanes)
{
	return ac_lane_enter_near(lanes, hint());
}

struct ac_lane *
ac_lane_enter_at(struct ac_lanes *lanes, size_t number)
{
	while (!try_enter(&lanes->lanes[number]))
		(void)sched_yield();
	return &lanes->lanes[number];
}

void
ac_lane_leave(struct ac_lane *lane)
{
	uint32_t state =
	    atomic_load_explicit(&lane->state, memory_order_relaxed);

	atomic_store_explicit(&lane->state, state + 1, memory_order_release);
}

void *
ac_block_take(struct ac_lanes *lanes, struct ac_lane *lane, size_t zeroed)
{
	struct ac_block *block = lane->blocks;

	if (block != NULL) {
		lane->blocks = block->next;
		lane->block_count--;
	} else {
		block = malloc(AC_BLOCK_BYTES);
		if (block == NULL)
			return NULL;
		(void)atomic_fetch_add(&lanes->holders, 1);
	}
	return memset(block, 0, zeroed);
}

bool
ac_block_put(struct ac_lane *lane, void *memory)
{
	struct ac_block *block = memory;

	if (lane->closed || lane->block_count + 1 > KEPT_BLOCKS)
		return false;
	block->next = lane->blocks;
	lane->blocks = block;
	lane->block_count++;
	return true;
}

void
ac_block_drop(struct ac_lanes *lanes, void *block)
{
	free(block);
	let_go(lanes);
}

void
ac_block_give(struct ac_lanes *lanes, size_t near, void *block)
{
	struct ac_lane *lane = ac_lane_enter_near(lanes, near);
	bool kept = ac_block_put(lane, block);

	ac_lane_leave(lane);
	if (!kept)
		ac_block_drop(lanes, block);
}

int64_t
ac_lane_wall_ms(struct ac_lane *lane, uint64_t monotonic_us)
{
	int64_t now_us = (int64_t)monotonic_us;

	if (now_us - lane->wall_read_us > WALL_FRESH_US ||
	    lane->wall_read_us == 0) {
		lane->wall_read_us = (int64_t)ac_clock_monotonic_us();
		/* up to the next millisecond: nothing may live longer */
		lane->wall_ahead_us =
		    (ac_clock_wall_ms() + 1) * 1000 - lane->wall_read_us;
	}
	return (now_us + lane->wall_ahead_us) / 1000;
}

void
ac_lanes_picture(struct ac_lanes *lanes, struct ac_lane_picture *picture)
{
	for (size_t i = 0; i < AC_LANES; i++)
		picture->states[i] = atomic_load(&lanes->lanes[i].state);
}

bool
ac_lanes_still(struct ac_lanes *lanes, const struct ac_lane_picture *picture)
{
	for (size_t i = 0; i < AC_LANES; i++)
		if ((picture->states[i] & 1) != 0 &&
		    atomic_load(&lanes->lanes[i].state) == picture->states[i])
			return true;
	return false;
}
