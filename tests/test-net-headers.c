/* SPDX-License-Identifier: BSD-2-Clause */
/* Header lines of an answer, as a server may send them. */
#include "net/headers.h"

#include "tap.h"

#include <stdlib.h>

#define STATUS "HTTP/1.1 200 OK\r\n"

struct row {
	const char *name;
	const char *line;
	size_t len;                /* 0: as long as the text is */
	const char *field, *value; /* NULL: refused; "": not kept */
};

static const struct row rows[] = {
	{ "a header", "Name: value\r\n", 0, "name", "value" },
	{ "LF alone", "Name: value\n", 0, "name", "value" },
	{ "no line end", "Name: value", 0, "name", "value" },
	{ "no space", "Name:value\r\n", 0, "name", "value" },
	{ "much space", "Name: \t  value \t \r\n", 0, "name", "value" },
	{ "space within", "Name: a  b\r\n", 0, "name", "a  b" },
	{ "a tab within", "Name: a\tb\r\n", 0, "name", "a\tb" },
	{ "no value", "Name:\r\n", 0, "name", "" },
	{ "a colon in the value", "Name: a:b\r\n", 0, "name", "a:b" },
	{ "capitals in the value", "NAME: VALUE\r\n", 0, "name", "VALUE" },
	{ "marks in the name", "X-a.b_c!: v\r\n", 0, "x-a.b_c!", "v" },
	{ "bytes over ASCII in the value", "N: \xc3\xbc\r\n", 0, "n",
	    "\xc3\xbc" },
	{ "identity", "Content-Encoding: identity\r\n", 0, "content-encoding",
	    "identity" },
	{ "chunked", "Transfer-Encoding: CHUNKED\r\n", 0, "transfer-encoding",
	    "CHUNKED" },
	{ "the end", "\r\n", 0, "", "" },

	{ "no colon", "Name value\r\n", 0, NULL, NULL },
	{ "a name alone", "Name\r\n", 0, NULL, NULL },
	{ "no name", ": value\r\n", 0, NULL, NULL },
	{ "a space before the colon", "Name : value\r\n", 0, NULL, NULL },
	{ "a space before the name", " Name: value\r\n", 0, NULL, NULL },
	{ "a folded line", "\tvalue\r\n", 0, NULL, NULL },
	{ "a NUL in the name", "Na\0me: value\r\n", 14, NULL, NULL },
	{ "a NUL in the value", "Name: val\0ue\r\n", 14, NULL, NULL },
	{ "a CR in the value", "Name: val\rue\r\n", 0, NULL, NULL },
	{ "an escape in the value", "Name: \x1b[2J\r\n", 0, NULL, NULL },
	{ "a DEL in the value", "Name: \x7f\r\n", 0, NULL, NULL },
	{ "bytes over ASCII in the name", "N\xc3: v\r\n", 0, NULL, NULL },
	{ "gzip", "Content-Encoding: gzip\r\n", 0, NULL, NULL },
	{ "br", "content-encoding: br\r\n", 0, NULL, NULL },
	{ "an empty coding", "Content-Encoding:\r\n", 0, NULL, NULL },
	{ "identity and gzip", "Content-Encoding: identity, gzip\r\n", 0, NULL,
	    NULL },
	{ "a packed transfer", "Transfer-Encoding: gzip, chunked\r\n", 0, NULL,
	    NULL },
	{ "a status line among headers", STATUS, 0, NULL, NULL },
};

static int
add(struct ac_headers *headers, const char *text)
{
	return ac_headers_add(headers, ac_span_text(text), NULL);
}

static void
test_rows(void)
{
	static struct ac_headers headers;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		size_t len = row->len == 0 ? strlen(row->line) : row->len;
		struct authchain_error err = { 0 };
		const struct authchain_pair *pairs;
		int r;

		ac_headers_init(&headers);
		(void)add(&headers, STATUS);
		r = ac_headers_add(&headers, ac_span(row->line, len), &err);
		pairs = ac_headers_pairs(&headers);
		if (row->field == NULL)
			ok(r == -1 && err.text[0] != '\0' && headers.count == 0,
			    row->name);
		else if (row->field[0] == '\0')
			ok(r == 0 && headers.count == 0, row->name);
		else
			ok(r == 0 && headers.count == 1 &&
				strcmp(pairs[0].name.data, row->field) == 0 &&
				strcmp(pairs[0].value.data, row->value) == 0,
			    row->name);
		ac_headers_clear(&headers);
	}
}

static void
test_answers(void)
{
	static struct ac_headers headers;
	const struct authchain_pair *pairs;

	ac_headers_init(&headers);
	ok(add(&headers, "Early: 1\r\n") == 0 && headers.count == 0,
	    "what comes before a status line is not kept");
	(void)add(&headers, "HTTP/1.1 103 Early Hints\r\n");
	(void)add(&headers, "A: 1\r\n");
	(void)add(&headers, "\r\n");
	(void)add(&headers, STATUS);
	(void)add(&headers, "B: 2\r\n");
	(void)add(&headers, "C: 3\r\n");
	(void)add(&headers, "\r\n");
	(void)add(&headers, "Trailer: 4\r\n");
	pairs = ac_headers_pairs(&headers);
	ok(headers.count == 2 && strcmp(pairs[0].name.data, "b") == 0 &&
		strcmp(pairs[1].value.data, "3") == 0,
	    "the last answer's alone, without trailers");
	ac_headers_clear(&headers);
}

static void
test_bounds(void)
{
	static struct ac_headers headers;
	size_t max = AC_IO_MAX_HEADER_BYTES - strlen(STATUS);
	char *line = malloc(max + 2);
	int r = 0;

	if (line == NULL)
		abort();
	ac_headers_init(&headers);
	(void)add(&headers, STATUS);
	for (int i = 0; i < AC_IO_MAX_HEADERS; i++)
		r += add(&headers, "A: b\r\n");
	ok(r == 0, "128 lines");
	ok(add(&headers, "A: b\r\n") == -1, "129 lines");
	ac_headers_clear(&headers);

	memset(line, 'v', max + 1);
	memcpy(line, "a: ", 3);
	(void)add(&headers, STATUS);
	ok(ac_headers_add(&headers, ac_span(line, max), NULL) == 0,
	    "65536 bytes");
	ok(ac_headers_pairs(&headers)[0].value.len == max - 3, "all of them");
	ok(add(&headers, "\n") == -1, "and one more");
	ac_headers_clear(&headers);
	(void)add(&headers, STATUS);
	ok(ac_headers_add(&headers, ac_span(line, max + 1), NULL) == -1,
	    "65537 bytes");
	ac_headers_clear(&headers);
	free(line);
}

int
main(void)
{
	test_rows();
	test_answers();
	test_bounds();
	return done();
}
