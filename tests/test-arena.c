/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory of a call, and its bound. */
#include <string.h>

#include "engine/call.h"
#include "tap.h"

/* A list that was emptied, or made elsewhere with room for a few, is gone on
 * with. */
static void
test_few(struct ac_arena *arena)
{
	int *list = ac_arena_grow(arena, NULL, 0, sizeof(*list)), *same;
	bool kept = list != NULL;

	for (size_t i = 0; i < AC_ARENA_FEW; i++)
		kept = kept &&
		       ac_arena_grow(arena, list, i, sizeof(*list)) == list;
	ok(kept, "a list has room for a few at once");
	same = ac_arena_grow(arena, list, AC_ARENA_FEW, sizeof(*list));
	ok(same != NULL && same != list, "for one more it moves");
}

static void
test_lists(struct ac_arena *arena)
{
	int *list = NULL;
	bool same = true;

	for (size_t i = 0; i < 1000; i++) {
		list = ac_arena_grow(arena, list, i, sizeof(*list));
		if (list == NULL)
			break;
		list[i] = (int)i;
	}
	for (size_t i = 0; list != NULL && i < 1000; i++)
		same = same && list[i] == (int)i;
	ok(list != NULL && same, "a list keeps what it held while it grows");
}

int
main(void)
{
	struct ac_arena arena;
	struct authchain_span copy;

	ac_arena_init(&arena);
	copy = ac_arena_copy(&arena, ac_span("a\0b", 3));
	ok(copy.len == 3 && memcmp(copy.data, "a\0b", 4) == 0,
	    "a copy has its bytes and a NUL");
	copy = ac_arena_copy(&arena, ac_span(NULL, 0));
	ok(copy.data != NULL && copy.data[0] == '\0',
	    "a copy of nothing is empty");
	test_lists(&arena);
	test_few(&arena);
	ok(ac_arena_new(&arena, AC_ARENA_MAX_BYTES) == NULL,
	    "no more than its bound, in all");
	ac_arena_clear(&arena);
	ok(ac_arena_new(&arena, AC_ARENA_MAX_BYTES) != NULL,
	    "exactly its bound");
	ok(ac_arena_new(&arena, 1) == NULL, "and not a byte over it");
	ac_arena_clear(&arena);
	return done();
}
