/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A list of chunks, filled from the front.  Chunks are wiped when they go,
 * since a call keeps its token here.
 */
#include "engine/arena.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"

#define CHUNK_BYTES 4000
#define ALIGNMENT   sizeof(max_align_t)

struct ac_arena_chunk {
	struct ac_arena_chunk *next;
	size_t used; /* of those that are not the first */
	bool lent;
	_Alignas(max_align_t) unsigned char bytes[];
};

void
ac_arena_init(struct ac_arena *arena)
{
	*arena = (struct ac_arena){ NULL, NULL, NULL, 0 };
}

void
ac_arena_lend(struct ac_arena *arena, void *memory, size_t bytes)
{
	size_t off = (uintptr_t)memory % ALIGNMENT;
	size_t skip = off == 0 ? 0 : ALIGNMENT - off;
	struct ac_arena_chunk *chunk = (void *)((char *)memory + skip);
	size_t size = bytes - skip - sizeof(*chunk);

	*chunk = (struct ac_arena_chunk){ .lent = true };
	arena->chunks = chunk;
	arena->total = size - size % ALIGNMENT;
	arena->at = chunk->bytes;
	arena->end = arena->at + arena->total;
}

/* The first one is about not to be it any more. */
static void
close_chunk(struct ac_arena *arena)
{
	if (arena->chunks != NULL)
		arena->chunks->used =
		    (size_t)(arena->at - arena->chunks->bytes);
}

void
ac_arena_clear(struct ac_arena *arena)
{
	struct ac_arena_chunk *chunk = arena->chunks;

	close_chunk(arena);
	while (chunk != NULL) {
		struct ac_arena_chunk *next = chunk->next;

		ac_memory_wipe(chunk->bytes, chunk->used);
		if (!chunk->lent)
			free(chunk);
		chunk = next;
	}
	ac_arena_init(arena);
}

static int
open_chunk(struct ac_arena *arena, size_t bytes)
{
	size_t size = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
	struct ac_arena_chunk *chunk;

	if (size > AC_ARENA_MAX_BYTES - arena->total ||
	    (chunk = malloc(sizeof(*chunk) + size)) == NULL)
		return -1;
	close_chunk(arena);
	chunk->lent = false;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	arena->total += size;
	arena->at = chunk->bytes;
	arena->end = arena->at + size;
	return 0;
}

void *
ac_arena_room_more(struct ac_arena *arena, size_t bytes)
{
	if (bytes == 0)
		bytes = 1;
	if (bytes > AC_ARENA_MAX_BYTES)
		return NULL;
	bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if ((size_t)(arena->end - arena->at) < bytes &&
	    open_chunk(arena, bytes) != 0)
		return NULL;
	arena->at += bytes;
	return arena->at - bytes;
}

void *
ac_arena_new(struct ac_arena *arena, size_t bytes)
{
	void *at = ac_arena_room(arena, bytes);

	return at == NULL ? NULL : memset(at, 0, bytes);
}

struct authchain_span
ac_arena_copy(struct ac_arena *arena, struct authchain_span bytes)
{
	char *copy;

	if (bytes.len >= AC_ARENA_MAX_BYTES)
		return ac_span(NULL, 0);
	copy = ac_arena_room(arena, bytes.len + 1);
	if (copy == NULL)
		return ac_span(NULL, 0);
	copy[bytes.len] = '\0';
	if (bytes.len > 0)
		memcpy(copy, bytes.data, bytes.len);
	return ac_span(copy, bytes.len);
}

/* From the first few on, lists grow by powers of two: count is full when it is
 * one. */
void *
ac_arena_grow(struct ac_arena *arena, void *list, size_t count,
    size_t item_bytes)
{
	void *moved;

	if (list != NULL &&
	    (count < AC_ARENA_FEW || (count & (count - 1)) != 0))
		return list;
	if (count > AC_ARENA_MAX_BYTES / 2 / item_bytes)
		return NULL;
	moved = ac_arena_new(arena,
	    (list == NULL ? AC_ARENA_FEW : 2 * count) * item_bytes);
	if (moved != NULL && list != NULL)
		memcpy(moved, list, count * item_bytes);
	return moved;
}
