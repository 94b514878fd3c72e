/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that lives and dies together: what one call makes, and what one
 * decision hands out.  Bounded, so that no plugin can make a decision large.
 */
#ifndef AC_ENGINE_ARENA_H
#define AC_ENGINE_ARENA_H

#include "base/span.h"

#define AC_ARENA_MAX_BYTES (1u << 20)
#define AC_ARENA_MARGIN    96 /* what lent memory loses at most */
#define AC_ARENA_FEW       4  /* items that a list has room for at first */

struct ac_arena_chunk;

struct ac_arena {
	struct ac_arena_chunk *chunks;
	unsigned char *at, *end; /* room in the first of them */
	size_t total;
};

void ac_arena_init(struct ac_arena *arena);
/* For an arena that has nothing yet: memory to use first; never freed. */
void ac_arena_lend(struct ac_arena *arena, void *memory, size_t bytes);
/* Wipes what was used and frees what was not lent. */
void ac_arena_clear(struct ac_arena *arena);

/* Zeroed and aligned for anything; NULL when out of memory or bounds. */
void *ac_arena_new(struct ac_arena *arena, size_t bytes);
/* The same, not zeroed, where a new chunk may be needed. */
void *ac_arena_room_more(struct ac_arena *arena, size_t bytes);

/* The same, not zeroed. */
static inline void *
ac_arena_room(struct ac_arena *arena, size_t bytes)
{
	const size_t unit = sizeof(max_align_t);
	size_t rounded = (bytes + unit - 1) / unit * unit;
	void *at = arena->at;

	/* 0, or so many that they came round to 0, is the other's as well */
	if (rounded - 1 >= (size_t)(arena->end - arena->at))
		return ac_arena_room_more(arena, bytes);
	arena->at += rounded;
	return at;
}

/* A copy with a NUL behind it; data is NULL on failure only. */
struct authchain_span ac_arena_copy(struct ac_arena *arena,
    struct authchain_span bytes);
/*
 * Room for one more in a list of count items: the list, moved when it had to
 * grow, or NULL.
 */
void *ac_arena_grow(struct ac_arena *arena, void *list, size_t count,
    size_t item_bytes);

#endif
