/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include "base/error.h"

static void
test_first_wins(void)
{
	struct authchain_error err = { 0 };
	size_t i;

	ok(ac_error(&err, AUTHCHAIN_ERROR_SYSTEM, "%s %d", "first", 1) == -1 &&
		err.code == AUTHCHAIN_ERROR_SYSTEM &&
		strcmp(err.text, "first 1") == 0,
	    "an error is set");
	ok(ac_error_memory(&err) == -1 && err.code == AUTHCHAIN_ERROR_SYSTEM &&
		strcmp(err.text, "first 1") == 0,
	    "the first one wins");
	ac_error_clear(&err);
	ok(err.code == AUTHCHAIN_ERROR_NONE && err.text[0] == '\0',
	    "it can be cleared");
	ok(ac_error(NULL, AUTHCHAIN_ERROR_USAGE, "x") == -1,
	    "nobody need listen");
	ac_error_clear(NULL);
	(void)ac_error(&err, AUTHCHAIN_ERROR_USAGE, "%2000s", "x");
	for (i = 0; err.text[i] != '\0'; i++)
		;
	ok(i == sizeof(err.text) - 1, "a text too long is cut");
}

static void
test_quote(void)
{
	static const struct {
		const char *name;
		struct authchain_span in;
		const char *out;
	} rows[] = {
		{ "plain text", { "a b", 3 }, "\"a b\"" },
		{ "the empty text", { "", 0 }, "\"\"" },
		{ "no value", { NULL, 0 }, "(none)" },
		{ "quotes and backslashes", { "\"\\", 2 }, "\"\\\"\\\\\"" },
		{ "line breaks, NUL, DEL", { "\r\n\0\x7f", 4 },
		    "\"\\x0d\\x0a\\x00\\x7f\"" },
		{ "what is not ASCII", { "\xc3\xa4\xff", 3 },
		    "\"\\xc3\\xa4\\xff\"" },
		{ "an escape sequence", { "\x1b[2J", 4 }, "\"\\x1b[2J\"" },
		{ "conversions stay as they are", { "%s%n", 4 }, "\"%s%n\"" },
	};
	char longest[AC_QUOTE_BYTES + 1];
	struct ac_quote quote;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ok(strcmp(ac_quote(&quote, rows[i].in), rows[i].out) == 0,
		    rows[i].name);
	memset(longest, 1, sizeof(longest));
	(void)ac_quote(&quote, ac_span(longest, AC_QUOTE_BYTES));
	ok(strlen(quote.text) == 4 * AC_QUOTE_BYTES + 2,
	    "as many bytes as are shown, each the longest way");
	(void)ac_quote(&quote, ac_span(longest, AC_QUOTE_BYTES + 1));
	ok(strlen(quote.text) == 4 * AC_QUOTE_BYTES + 5 &&
		strcmp(quote.text + 4 * AC_QUOTE_BYTES + 1, "\"...") == 0,
	    "one more is cut, and that shows");
}

int
main(void)
{
	test_first_wins();
	test_quote();
	return done();
}
