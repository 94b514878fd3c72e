/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"

static bool
parses(struct authchain_span text)
{
	json_t *root = ac_json_parse(text, &ac_json_token, NULL);
	bool good = root != NULL;

	json_decref(root);
	return good;
}

static void
test_strict(void)
{
	static const struct {
		const char *name;
		const char *text;
		bool good;
		const char *words; /* of the refusal */
	} rows[] = {
		{ "an object", "{\"a\":1}", true, NULL },
		{ "an empty object", " {}\n", true, NULL },
		{ "escapes", "{\"\\u00e4\":\"\\ud83d\\ude00\"}", true, NULL },
		{ "nothing", "", false, "ends too early" },
		{ "a list", "[1]", false, "not a JSON object" },
		{ "a text", "\"a\"", false, "not well-formed" },
		{ "null", "null", false, "not well-formed" },
		{ "a member twice", "{\"a\":1,\"a\":1}", false, "twice" },
		{ "a member twice, once with an escape",
		    "{\"a\":1,\"\\u0061\":1}", false, "twice" },
		{ "a member twice deeper in", "{\"b\":[{\"a\":1,\"a\":2}]}",
		    false, "twice" },
		{ "two documents", "{}{}", false, "follows the end" },
		{ "a comma at the end", "{\"a\":1,}", false,
		    "not well-formed" },
		{ "a bracket of the other kind", "{\"a\":[1}}", false,
		    "not well-formed" },
		{ "a comment", "{/**/}", false, "not well-formed" },
		{ "NaN", "{\"a\":NaN}", false, "not well-formed" },
		{ "single quotes", "{'a':1}", false, "not well-formed" },
		{ "a leading zero", "{\"a\":01}", false, "not well-formed" },
		{ "a number out of range", "{\"a\":1e400}", false,
		    "out of range" },
		{ "an integer out of range", "{\"a\":9223372036854775808}",
		    false, "out of range" },
		{ "NUL in a text", "{\"a\":\"\\u0000\"}", false, "NUL" },
		{ "NUL in a name", "{\"\\u0000\":1}", false, "NUL" },
		{ "half a surrogate pair", "{\"a\":\"\\ud800\"}", false,
		    "not well-formed" },
		{ "not UTF-8", "{\"a\":\"\xff\"}", false, "not UTF-8" },
		{ "a byte order mark", "\xef\xbb\xbf{}", false,
		    "not well-formed" },
		{ "a line break in a text", "{\"a\":\"\n\"}", false,
		    "not well-formed" },
		{ "it ends in a text", "{\"a", false, "ends too early" },
		{ "it ends behind a backslash", "{\"a\\", false,
		    "not well-formed" },
		{ "brackets in a text don't count", "{\"a\":\"[[[{{{,,,\"}",
		    true, NULL },
		{ "nor behind an escaped quote", "{\"a\":\"\\\"[{\"}", true,
		    NULL },
		{ "a closing bracket first", "}{", false, "not well-formed" },
		{ "commas alone", ",,,", false, "not well-formed" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct authchain_error err = { 0 };
		json_t *root = ac_json_parse(ac_span_text(rows[i].text),
		    &ac_json_token, &err);
		bool right =
		    (root != NULL) == rows[i].good &&
		    (rows[i].good || strstr(err.text, rows[i].words) != NULL);

		ok(right, rows[i].name);
		if (!right)
			printf("# %s\n", err.text);
		json_decref(root);
	}
	ok(!parses(ac_span("{}\0", 3)), "a NUL behind the end");
	ok(!parses(ac_span("{\"a\":\"\0\"}", 9)), "a bare NUL in a text");
	ok(!parses(ac_span("{\"a\":1\0}", 8)), "a NUL behind a number");
	ok(!parses(ac_span("{\"a\":true\0}", 11)), "a NUL behind a word");
	ok(!parses(ac_span("{\"a\":1.5\0,\"b\":2}", 16)),
	    "a NUL behind a real, and more");
	ok(!parses(ac_span(NULL, 0)), "no value");
}

/* {"z":X} where X is n times open, then n times close */
static bool
nested(size_t n, const char *open, const char *close, const char *inner)
{
	struct ac_buf buf;
	bool good;
	size_t i;

	ac_buf_init(&buf, 1u << 20);
	ac_buf_text(&buf, "{\"z\":");
	for (i = 0; i < n; i++)
		ac_buf_text(&buf, open);
	ac_buf_text(&buf, inner);
	for (i = 0; i < n; i++)
		ac_buf_text(&buf, close);
	ac_buf_text(&buf, "}");
	good = parses(ac_buf_span(&buf));
	ac_buf_clear(&buf);
	return good;
}

/* An object of n members, or a list of n items in an object. */
static bool
wide(size_t n, bool object, const struct ac_json_limits *limits)
{
	struct ac_buf buf;
	json_t *root;
	bool good;
	size_t i;

	ac_buf_init(&buf, 1u << 21);
	ac_buf_text(&buf, object ? "{" : "{\"a\":[");
	for (i = 0; i < n; i++)
		ac_buf_format(&buf, object ? "%s\"%zu\":1" : "%s%zu",
		    i == 0 ? "" : ",", i);
	ac_buf_text(&buf, object ? "}" : "]}");
	root = ac_json_parse(ac_buf_span(&buf), limits, NULL);
	good = root != NULL;
	json_decref(root);
	ac_buf_clear(&buf);
	return good;
}

static void
test_bounds(void)
{
	struct ac_json_limits limits = { 10, 2, 2, 2 };
	json_t *root;

	ok(nested(AC_JSON_MAX_DEPTH - 1, "[", "]", "1"),
	    "as many lists as are allowed");
	ok(!nested(AC_JSON_MAX_DEPTH, "[", "]", "1"), "one more");
	ok(nested(AC_JSON_MAX_DEPTH - 1, "{\"a\":", "}", "1"),
	    "as many objects as are allowed");
	ok(!nested(AC_JSON_MAX_DEPTH, "{\"a\":", "}", "1"), "one more");
	ok(!nested(4000, "[", "]", ""), "a tower of lists");
	ok(nested(1, "\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "\"", ""),
	    "brackets behind an escaped quote are text");
	ok(!nested(1, "[\"\\\\\",[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
	       "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", ""),
	    "behind an escaped backslash and a quote they are not");
	ok(wide(AC_JSON_MAX_MEMBERS, true, &ac_json_token),
	    "as many members as are allowed");
	ok(!wide(AC_JSON_MAX_MEMBERS + 1, true, &ac_json_token), "one more");
	ok(wide(ac_json_token.max_items, false, &ac_json_token),
	    "as many items as are allowed");
	ok(!wide(ac_json_token.max_items + 1, false, &ac_json_token),
	    "one more");
	ok(wide(ac_json_document.max_items, false, &ac_json_document) &&
		!wide(ac_json_document.max_items + 1, false, &ac_json_document),
	    "a document may have more");
	root = ac_json_parse(ac_span_text("{\"a\":1   }"), &limits, NULL);
	ok(root != NULL, "as many bytes as are allowed");
	json_decref(root);
	ok(ac_json_parse(ac_span_text("{\"a\":1    }"), &limits, NULL) == NULL,
	    "one more");
	limits.max_bytes = 100;
	root = ac_json_parse(ac_span_text("{\"a\":[1,2],\"b\":[3,4]}"), &limits,
	    NULL);
	ok(root != NULL, "each list is counted for itself");
	json_decref(root);
	ok(ac_json_parse(ac_span_text("{\"a\":[[1]]}"), &limits, NULL) == NULL,
	    "a bound of two levels is not three");
	limits.max_depth = 1000;
	ok(ac_json_parse(ac_span_text("{\"a\":[1,2,3]}"), &limits, NULL) ==
		NULL,
	    "a bound of three is over two");
}

/* No refusal shows what the text holds: it may be a token. */
static void
test_silent(void)
{
	static const char *const texts[] = { "{\"a\":hunter2}",
		"{\"hunter2\":1,\"hunter2\":2}", "{\"a\":\"hunter2", "hunter2",
		"{} hunter2", "{\"a\":\"hunter2\\u0000\"}" };
	bool silent = true;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct authchain_error err = { 0 };
		json_t *root =
		    ac_json_parse(ac_span_text(texts[i]), &ac_json_token, &err);

		silent = silent && root == NULL && err.text[0] != '\0' &&
			 strstr(err.text, "hunter2") == NULL;
		json_decref(root);
	}
	ok(silent, "a refusal does not quote the text");
}

static void
test_values(void)
{
	struct authchain_value value;
	json_t *root = ac_json_parse(
	    ac_span_text("{\"s\":\"x\",\"i\":-7,\"r\":1.5,\"t\":true,\"f\":"
			 "false,\"n\":null,\"l\":[1,2],\"o\":{\"a\":1}}"),
	    &ac_json_token, NULL);

	ac_json_value(json_object_get(root, "s"), &value);
	ok(value.type == AUTHCHAIN_TYPE_STRING &&
		ac_span_is_text(value.text, "x"),
	    "a text");
	ac_json_value(json_object_get(root, "i"), &value);
	ok(value.type == AUTHCHAIN_TYPE_INTEGER && value.integer == -7 &&
		value.real == -7.0,
	    "an integer, as a real too");
	ac_json_value(json_object_get(root, "r"), &value);
	ok(value.type == AUTHCHAIN_TYPE_REAL && value.real == 1.5, "a real");
	ac_json_value(json_object_get(root, "t"), &value);
	ok(value.type == AUTHCHAIN_TYPE_BOOL && value.integer == 1, "true");
	ac_json_value(json_object_get(root, "f"), &value);
	ok(value.type == AUTHCHAIN_TYPE_BOOL && value.integer == 0, "false");
	ac_json_value(json_object_get(root, "n"), &value);
	ok(value.type == AUTHCHAIN_TYPE_NULL, "null");
	ac_json_value(json_object_get(root, "l"), &value);
	ok(value.type == AUTHCHAIN_TYPE_LIST && value.count == 2, "a list");
	ac_json_value(json_object_get(root, "o"), &value);
	ok(value.type == AUTHCHAIN_TYPE_OBJECT && value.count == 1,
	    "an object");
	ac_json_value(NULL, &value);
	ok(value.type == AUTHCHAIN_TYPE_ABSENT && value.text.data == NULL,
	    "nothing");
	ok(ac_span_is_text(ac_json_string(root, "s"), "x"), "a text by name");
	ok(ac_json_string(root, "i").data == NULL &&
		ac_json_string(root, "x").data == NULL &&
		ac_json_string(NULL, "x").data == NULL,
	    "what is no text is no value");
	json_decref(root);
}

static void
test_pointer(void)
{
	/* RFC 6901 5, and what it calls an error */
	static const struct {
		const char *pointer;
		int want; /* -1: none */
	} rows[] = {
		{ "/", 0 },
		{ "/a~1b", 1 },
		{ "/c%d", 2 },
		{ "/m~0n", 8 },
		{ "/~01", 9 },
		{ "/foo/0", 10 },
		{ "/foo/1/x", 11 },
		{ "a", -1 },
		{ "/none", -1 },
		{ "/foo/2", -1 },
		{ "/foo/00", -1 },
		{ "/foo/-", -1 },
		{ "/foo/-1", -1 },
		{ "/foo/", -1 },
		{ "/foo/1e0", -1 },
		{ "/foo/18446744073709551616", -1 },
		{ "/foo/0/x", -1 },
		{ "/m~n", -1 },
		{ "/m~", -1 },
		{ "/m~2n", -1 },
		{ "/foo/1/x/", -1 },
	};
	json_t *root =
	    ac_json_parse(ac_span_text(
			      "{\"\":0,\"a/b\":1,\"c%d\":2,\"m~n\":8,\"~1\":9,"
			      "\"foo\":[10,{\"x\":11}]}"),
		&ac_json_token, NULL);
	char longest[600];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const json_t *value = ac_json_pointer(root, rows[i].pointer);

		ok(value == NULL ? rows[i].want == -1
				 : json_integer_value(value) == rows[i].want,
		    rows[i].pointer);
	}
	ok(ac_json_pointer(root, "") == root, "the empty pointer is the whole");
	memset(longest, 'a', sizeof(longest));
	longest[0] = '/';
	longest[sizeof(longest) - 1] = '\0';
	ok(ac_json_pointer(root, longest) == NULL, "a name that is too long");
	ok(ac_json_pointer(NULL, "/a") == NULL, "in nothing");
	json_decref(root);
}

int
main(void)
{
	test_strict();
	test_bounds();
	test_silent();
	test_values();
	test_pointer();
	return done();
}
