/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A claim of scopes taken over: the same words, in the same order, as one who
 * takes them off one by one finds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/call.h"
#include "tap.h"

#define LONGEST 64
#define MANY    (2 * AC_CALL_MAX_SCOPES)

static struct ac_result result;
static struct authchain_call call;

static void
begin(void)
{
	memset(&call, 0, sizeof(call));
	ac_arena_clear(&result.arena);
	call.result = &result;
}

/* A second opinion: each word asked by itself. */
static size_t
expected(struct authchain_span words, struct authchain_span *out)
{
	struct authchain_span word;
	size_t count = 0, i;

	while (ac_span_word(&words, &word)) {
		for (i = 0; i < count && !ac_span_is(out[i], word); i++)
			continue;
		if (i == count && count < AC_CALL_MAX_SCOPES &&
		    ac_span_is_scope(word))
			out[count++] = word;
	}
	return count;
}

/* Are they those, each with a NUL behind it and none of them the claim's? */
static bool
holds(struct authchain_span words, const struct authchain_span *wanted,
    size_t count)
{
	if (call.scopes.count != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct authchain_span item = call.scopes.items[i];

		if (!ac_span_is(item, wanted[i]) ||
		    item.data[item.len] != '\0' ||
		    (item.data >= words.data &&
			item.data < words.data + words.len))
			return false;
	}
	return true;
}

static bool
agrees(struct authchain_span words)
{
	struct authchain_span wanted[AC_CALL_MAX_SCOPES];

	begin();
	return ac_call_add_scopes(&call, words) == 0 &&
	       holds(words, wanted, expected(words, wanted));
}

static void
test_rows(void)
{
	static const struct {
		const char *name, *words;
		size_t count;
	} rows[] = {
		{ "none", "", 0 },
		{ "a space alone", " ", 0 },
		{ "one", "read", 1 },
		{ "two", "read write", 2 },
		{ "spaces around and between", "  read   write  ", 2 },
		{ "one that comes twice", "read write read", 2 },
		{ "the beginning of another", "read readonly", 2 },
		{ "a tab is no space", "read\twrite", 0 },
		{ "a quote spoils its word alone", "re\"ad write", 1 },
		{ "so does a backslash", "read wri\\te", 1 },
		{ "and a byte of UTF-8", "r\xc3\xa9 write", 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ok(agrees(ac_span_text(rows[i].words)) &&
			call.scopes.count == rows[i].count,
		    rows[i].name);
	begin();
	ok(ac_call_add_scopes(&call, ac_span(NULL, 0)) == 0 &&
		call.scopes.count == 0,
	    "what is no text has none");
}

/* Each byte at each place of words of each length, alone and between two. */
static void
test_bytes(void)
{
	char text[LONGEST + 5];
	bool same = true;

	for (size_t len = 0; len <= LONGEST; len++)
		for (size_t at = 0; at < len; at++)
			for (unsigned byte = 0; byte < 256; byte++) {
				memset(text, 'a', sizeof(text));
				text[1] = text[len + 2] = ' ';
				text[2 + at] = (char)byte;
				same = same && agrees(ac_span(text + 2, len)) &&
				       agrees(ac_span(text, len + 4));
			}
	ok(same, "each byte at each place of up to 64");
}

static void
test_bounds(void)
{
	static char text[8 * MANY];
	size_t at = 0;

	for (unsigned i = 0; i < AC_CALL_MAX_SCOPES; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "s%u ", i);
	ok(agrees(ac_span(text, at)) && call.scopes.count == AC_CALL_MAX_SCOPES,
	    "as many as there is room for");
	at += (size_t)snprintf(text + at, sizeof(text) - at, "more");
	ok(agrees(ac_span(text, at)) &&
		call.scopes.count == AC_CALL_MAX_SCOPES &&
		!ac_call_has_scope(&call.scopes, ac_span_text("more")),
	    "one more is left out");
	ok(ac_call_add_scopes(&call, ac_span_text("again")) == 0 &&
		call.scopes.count == AC_CALL_MAX_SCOPES,
	    "so is what another claim would add");
}

/* As the items of a list, which are taken in turn. */
static void
test_list(void)
{
	begin();
	ok(ac_call_add_scopes(&call, ac_span_text("read write")) == 0 &&
		ac_call_add_scopes(&call, ac_span_text("write admin")) == 0 &&
		call.scopes.count == 3 &&
		ac_span_is_text(call.scopes.items[0], "read") &&
		ac_span_is_text(call.scopes.items[1], "write") &&
		ac_span_is_text(call.scopes.items[2], "admin"),
	    "a second claim's follow, once each");
}

static void
test_memory(void)
{
	char *much = malloc(AC_ARENA_MAX_BYTES);

	if (much == NULL)
		exit(99);
	memset(much, 'a', AC_ARENA_MAX_BYTES);
	begin();
	ok(ac_call_add_scopes(&call, ac_span(much, AC_ARENA_MAX_BYTES)) == -1 &&
		call.scopes.count == 0,
	    "more than a decision may hold is refused");
	free(much);
	ac_arena_clear(&result.arena);
}

int
main(void)
{
	ac_arena_init(&result.arena);
	test_rows();
	test_bytes();
	test_bounds();
	test_list();
	test_memory();
	done();
}
