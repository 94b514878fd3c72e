/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lanes: what threads would otherwise share on each request, several times
 * over.  A thread enters one for some hundred nanoseconds, never to wait in
 * it and never to call a plugin; two threads that run find two.
 *
 * A lane's state is odd while somebody is in it and never the same twice, so
 * that who has unlinked something can tell when nobody can still look at it.
 */
#ifndef AC_ENGINE_LANE_H
#define AC_ENGINE_LANE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AC_LANES       16
#define AC_LANE_BLOCKS 16   /* that one keeps for the next call */
#define AC_BLOCK_BYTES 4096 /* a call, or a decision, and most of its memory */

struct ac_block;

struct ac_lane {
	_Alignas(128) _Atomic uint32_t state;
	uint32_t number;
	/* whoever is in the lane */
	struct ac_block *blocks;
	uint32_t block_count;
	bool closed;
	int64_t wall_ahead_us, wall_read_us;
};

struct ac_lanes;

/* NULL when out of memory. */
struct ac_lanes *ac_lanes_new(void);
/* Nobody enters any more; blocks that are out may come back later. */
void ac_lanes_close(struct ac_lanes **lanes);

struct ac_lane *ac_lane_enter(struct ac_lanes *lanes);
/* The same, of who knows which lane it was in before. */
struct ac_lane *ac_lane_enter_near(struct ac_lanes *lanes, size_t number);
/* That very lane; for who visits all of them. */
struct ac_lane *ac_lane_enter_at(struct ac_lanes *lanes, size_t number);
void ac_lane_leave(struct ac_lane *lane);

/* AC_BLOCK_BYTES, so many of them zeroed; NULL: out of memory. */
void *ac_block_take(struct ac_lanes *lanes, struct ac_lane *lane,
    size_t zeroed);
/* It comes back, wiped of all that is secret; outside of any lane. */
void ac_block_give(struct ac_lanes *lanes, size_t near, void *block);
/* The same in two steps: in a lane, false when it is not kept; then, in none,
 * drop it. */
bool ac_block_put(struct ac_lane *lane, void *block);
void ac_block_drop(struct ac_lanes *lanes, void *block);

/* Milliseconds since 1970 at a monotonic moment that was just read, or the one
 * after them, never fewer; a step of the wall clock is seen a little later. */
int64_t ac_lane_wall_ms(struct ac_lane *lane, uint64_t monotonic_us);

/*
 * Could whoever was in a lane when the picture was taken still be there?
 * Take it after unlinking; what was unlinked may be freed once it is false.
 */
struct ac_lane_picture {
	uint32_t states[AC_LANES];
};
void ac_lanes_picture(struct ac_lanes *lanes, struct ac_lane_picture *picture);
bool ac_lanes_still(struct ac_lanes *lanes,
    const struct ac_lane_picture *picture);

#endif
