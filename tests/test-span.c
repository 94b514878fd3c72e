/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include "base/span.h"

#define S(text) ac_span(text, sizeof(text) - 1)

static void
test_compare(void)
{
	static const struct {
		const char *name;
		struct authchain_span a, b;
		bool same, same_nocase;
	} rows[] = {
		{ "equal texts", { "abc", 3 }, { "abc", 3 }, true, true },
		{ "letters of the other case", { "aBz", 3 }, { "AbZ", 3 },
		    false, true },
		{ "a prefix", { "ab", 2 }, { "abc", 3 }, false, false },
		{ "bytes around the letters", { "@[", 2 }, { "`{", 2 }, false,
		    false },
		{ "a NUL is a byte like others", { "a\0b", 3 }, { "a\0c", 3 },
		    false, false },
		{ "bytes after a common NUL", { "a\0b", 3 }, { "a\0b", 3 },
		    true, true },
		{ "umlauts don't fold", { "\xc3\xa4", 2 }, { "\xc3\x84", 2 },
		    false, false },
		{ "two empty views", { "", 0 }, { NULL, 0 }, true, true },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ok(ac_span_is(rows[i].a, rows[i].b) == rows[i].same &&
			ac_span_is_secret(rows[i].a, rows[i].b) ==
			    rows[i].same &&
			ac_span_is_nocase(rows[i].a, rows[i].b) ==
			    rows[i].same_nocase,
		    rows[i].name);
	}
	ok(ac_span_is_text(S("abc"), "abc"), "a C string that is equal");
	ok(!ac_span_is_text(S("abc"), "ab"), "a C string that is shorter");
	ok(!ac_span_is_text(ac_span(NULL, 0), ""),
	    "no value is not the empty text");
	ok(ac_span_is_text(S(""), ""), "the empty text is");
	ok(ac_span_text(NULL).data == NULL, "no C string is no value");
}

static void
test_search(void)
{
	struct authchain_span text = S("a.b.c");

	ok(ac_span_find(text, '.', 0) == 1, "the first dot");
	ok(ac_span_find(text, '.', 2) == 3, "the next dot");
	ok(ac_span_find(text, '.', 4) == 5, "no further dot is the length");
	ok(ac_span_find(text, '.', 99) == 5, "from behind the end likewise");
	ok(ac_span_find(ac_span(NULL, 0), '.', 0) == 0, "in nothing");
	ok(ac_span_starts(text, S("a.b")), "a prefix");
	ok(ac_span_starts(text, S("")), "the empty prefix");
	ok(!ac_span_starts(text, S("a.c")), "another prefix");
	ok(!ac_span_starts(S("a"), text), "a prefix that is longer");
}

static void
test_cut(void)
{
	struct authchain_span text = S("abcdef");

	ok(ac_span_is_text(ac_span_cut(text, 1, 3), "bc"), "the middle");
	ok(ac_span_is_text(ac_span_cut(text, 4, 99), "ef"), "to past the end");
	ok(ac_span_is_text(ac_span_cut(text, 9, 99), ""), "all past the end");
	ok(ac_span_is_text(ac_span_cut(text, 4, 2), ""), "backwards is empty");
	ok(ac_span_cut(ac_span(NULL, 0), 0, 1).data == NULL,
	    "no value stays none");
	ok(ac_span_is_text(ac_span_trim(S(" \t a b\t ")), "a b"),
	    "spaces and tabs go from the ends");
	ok(ac_span_is_text(ac_span_trim(S(" \t ")), ""), "nothing but space");
	ok(ac_span_is_text(ac_span_trim(S("\na")), "\na"),
	    "a line break is no space");
}

static void
test_word(void)
{
	struct authchain_span rest = S("  one two   three "), word;

	ok(ac_span_word(&rest, &word) && ac_span_is_text(word, "one"),
	    "first word");
	ok(ac_span_word(&rest, &word) && ac_span_is_text(word, "two"),
	    "second word");
	ok(ac_span_word(&rest, &word) && ac_span_is_text(word, "three"),
	    "third word");
	ok(!ac_span_word(&rest, &word), "no fourth");
	rest = ac_span(NULL, 0);
	ok(!ac_span_word(&rest, &word), "no word in no value");
}

static void
test_control(void)
{
	ok(!ac_span_has_control(S("a ~\x80\xff")), "space to tilde, and above");
	ok(ac_span_has_control(S("a\x1f")), "the last of C0");
	ok(ac_span_has_control(S("a\0b")), "NUL");
	ok(ac_span_has_control(S("a\x7f")), "DEL");
	ok(ac_span_has_control(S("a\r\nb")), "a line break");
	ok(!ac_span_has_control(ac_span(NULL, 0)), "nothing has none");
}

static bool
is_of_scope(int byte)
{
	return byte > ' ' && byte <= '~' && byte != '"' && byte != '\\';
}

/* These look at several bytes at once, and not at the one behind the last. */
static void
test_each_byte(void)
{
	bool controls = true, scopes = true, secrets = true;
	char room[64], other[64];

	for (size_t len = 1; len <= sizeof(room); len++)
		for (size_t at = 0; at < len; at++)
			for (int byte = 0; byte < 256; byte++) {
				char *text = room + sizeof(room) - len;
				struct authchain_span a = ac_span(text, len);

				memset(room, 'x', sizeof(room));
				memset(other, 'x', sizeof(other));
				text[at] = (char)byte;
				controls = controls &&
					   ac_span_has_control(a) ==
					       (byte < 0x20 || byte == 0x7f);
				scopes = scopes && ac_span_is_scope(a) ==
						       is_of_scope(byte);
				secrets = secrets && ac_span_is_secret(a,
							 ac_span(other, len)) ==
							 (byte == 'x');
			}
	ok(controls, "a control byte is seen wherever it stands");
	ok(scopes, "so is what no scope may hold");
	ok(secrets, "a byte that differs is seen wherever it stands");
	ok(!ac_span_is_scope(ac_span("", 0)), "no bytes are no scope");
}

int
main(void)
{
	test_compare();
	test_search();
	test_cut();
	test_word();
	test_control();
	test_each_byte();
	return done();
}
