/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory of a call, its bound, and the blanking of token bytes. */
#include <stdio.h>
#include <string.h>

#include "engine/call.h"
#include "tap.h"

static const struct {
	const char *name, *token, *text, *blanked;
} rows[] = {
	{ "text without a piece of the token stays", "abcdefghijklmnop",
	    "nothing here", "nothing here" },
	{ "seven bytes of it stay", "abcdefghijklmnop", "<abcdefg>",
	    "<abcdefg>" },
	{ "eight bytes of it go", "abcdefghijklmnop", "<abcdefgh>",
	    "<********>" },
	{ "all of it goes", "abcdefghijklmnop", "x abcdefghijklmnop y",
	    "x **************** y" },
	{ "the end of it goes", "abcdefghijklmnop", "hijklmnop", "*********" },
	{ "two pieces go", "abcdefghijklmnop", "abcdefghX ijklmnop",
	    "********X ********" },
	{ "pieces that touch go", "abcdefghijklmnop", "ijklmnopabcdefgh",
	    "****************" },
	{ "a token shorter than a piece blanks nothing", "abcdefg",
	    "abcdefg abcdefg", "abcdefg abcdefg" },
	{ "no token blanks nothing", "", "abcdefghijklmnop",
	    "abcdefghijklmnop" },
};

static void
test_blank(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct authchain_call call = { .token = ac_span_text(
						   rows[i].token) };
		char text[64];

		snprintf(text, sizeof(text), "%s", rows[i].text);
		ac_call_blank(&call, text);
		ok(strcmp(text, rows[i].blanked) == 0, rows[i].name);
	}
}

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
	test_blank();
	return done();
}
