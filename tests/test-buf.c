/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include <stdlib.h>

#include "base/buf.h"

static void
test_grow(void)
{
	struct ac_buf buf;
	bool right = true;
	size_t i;

	ac_buf_init(&buf, 1000);
	ok(ac_span_is_text(ac_buf_span(&buf), ""), "an empty buffer is \"\"");
	for (i = 0; i < 1000; i++) {
		ac_buf_byte(&buf, (char)('a' + i % 26));
		right = right && !buf.failed && buf.data[buf.len] == '\0';
	}
	ok(right && buf.len == 1000, "grows up to its bound, NUL behind");
	ac_buf_byte(&buf, 'x');
	ok(buf.failed && buf.len == 1000, "one more byte fails");
	ac_buf_text(&buf, "");
	ok(buf.failed, "a failure sticks");
	ok(ac_buf_take(&buf) == NULL, "nothing is taken from a failed buffer");
	ac_buf_text(&buf, "again");
	ok(!buf.failed && ac_span_is_text(ac_buf_span(&buf), "again"),
	    "taking makes it fresh");
	ac_buf_wipe(&buf);
	ok(buf.data == NULL && buf.len == 0 && buf.max == 1000,
	    "wiping keeps the bound alone");
}

static void
test_bounds(void)
{
	struct ac_buf buf;
	char *text;

	ac_buf_init(&buf, 4);
	ac_buf_format(&buf, "%d", 12345);
	ok(buf.failed && buf.len == 0, "a format over the bound adds nothing");
	ac_buf_clear(&buf);
	ac_buf_format(&buf, "%d", 1234);
	ok(!buf.failed && ac_span_is_text(ac_buf_span(&buf), "1234"),
	    "a format that just fits");
	ac_buf_clear(&buf);
	ac_buf_init(&buf, 0);
	ac_buf_text(&buf, "");
	text = ac_buf_take(&buf);
	ok(text != NULL && text[0] == '\0', "an empty text can be taken");
	free(text);
	ac_buf_init(&buf, SIZE_MAX);
	ac_buf_text(&buf, "abc");
	ac_buf_add(&buf, ac_span("x", SIZE_MAX - 3));
	ok(buf.failed, "a sum that runs over fails");
	ac_buf_clear(&buf);
	ac_buf_add(&buf, ac_span(NULL, 0));
	ok(!buf.failed && buf.len == 0, "no value adds nothing");
	ac_buf_clear(&buf);
}

static void
test_json(void)
{
	static const struct {
		const char *name;
		struct authchain_span in;
		const char *out;
	} rows[] = {
		{ "plain text", { "ab", 2 }, "ab" },
		{ "quotes and backslashes", { "\"\\", 2 }, "\\\"\\\\" },
		{ "short escapes", { "\b\f\n\r\t", 5 }, "\\b\\f\\n\\r\\t" },
		{ "NUL and the rest of C0", { "\0\x1f", 2 }, "\\u0000\\u001f" },
		{ "DEL", { "\x7f", 1 }, "\\u007f" },
		{ "two, three and four bytes",
		    { "\xc2\x80\xe0\xa0\x80\xf0\x90\x80\x80", 9 },
		    "\xc2\x80\xe0\xa0\x80\xf0\x90\x80\x80" },
		{ "the last code point", { "\xf4\x8f\xbf\xbf", 4 },
		    "\xf4\x8f\xbf\xbf" },
		{ "one past the last", { "\xf4\x90", 2 },
		    "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "an over-long slash", { "\xc0\xaf", 2 },
		    "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "over-long in three bytes", { "\xe0\x9f\xbf", 3 },
		    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "over-long in four bytes", { "\xf0\x8f", 2 },
		    "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "a surrogate", { "\xed\xa0\x80", 3 },
		    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "the last before the surrogates", { "\xed\x9f\xbf", 3 },
		    "\xed\x9f\xbf" },
		{ "cut short at the end", { "a\xe2\x82", 3 },
		    "a\xef\xbf\xbd\xef\xbf\xbd" },
		{ "a bad byte, then text", { "\xff\"", 2 },
		    "\xef\xbf\xbd\\\"" },
		{ "a lone continuation", { "\x80", 1 }, "\xef\xbf\xbd" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ac_buf buf;

		ac_buf_init(&buf, 100);
		ac_buf_json(&buf, rows[i].in);
		ok(ac_span_is_text(ac_buf_span(&buf), rows[i].out),
		    rows[i].name);
		ac_buf_clear(&buf);
	}
}

int
main(void)
{
	test_grow();
	test_bounds();
	test_json();
	return done();
}
