/* SPDX-License-Identifier: BSD-2-Clause */
/* One request at a time against a server that fails on demand. */
#include "fetching.h"

#include <stdbool.h>

struct row {
	const char *name;
	const char *rule;     /* of /p, JSON without the braces */
	uint32_t status;      /* 0: an error */
	const char *expected; /* the body, or a piece of the error */
	uint32_t timeout_ms;
	uint64_t max_bytes;
};

static const struct row rows[] = {
	{ "a body", "'body': 'hello'", 200, "hello", 0, 0 },
	{ "a chunked body", "'mode': 'chunked', 'body': 'hello'", 200, "hello",
	    0, 0 },
	{ "an empty body", "'mode': 'empty'", 200, "", 0, 0 },
	{ "another status", "'status': 203, 'body': 'x'", 203, "x", 0, 0 },
	{ "no content", "'mode': 'empty', 'status': 204", 204, "", 0, 0 },
	{ "not found", "'status': 404, 'body': 'no'", 404, "no", 0, 0 },
	{ "a server's error", "'mode': '500', 'body': 'oops'", 500, "oops", 0,
	    0 },
	{ "unavailable", "'mode': '503', 'body': ''", 503, "", 0, 0 },
	{ "a redirect is an answer", "'mode': 'redirect'", 302, NULL, 0, 0 },
	{ "308 is an answer", "'mode': 'redirect', 'status': 308", 308, NULL, 0,
	    0 },
	{ "a slow body in time", "'mode': 'drip', 'ms': 1, 'body': 'drip'", 200,
	    "drip", 0, 0 },
	{ "103 before the answer", "'mode': 'interim', 'count': 3, 'body': 'x'",
	    200, "x", 0, 0 },
	{ "a body at the caller's cap", "'mode': 'huge', 'bytes': 100", 200,
	    NULL, 0, 100 },
	{ "a chunked body at the caller's cap",
	    "'mode': 'huge-chunked', 'bytes': 100", 200, NULL, 0, 100 },
	{ "a body at the default cap", "'mode': 'huge', 'bytes': 1048576", 200,
	    NULL, 0, 0 },
	{ "a chunked body at the default cap",
	    "'mode': 'huge-chunked', 'bytes': 1048576", 200, NULL, 0, 0 },
	{ "a plain coding that is named",
	    "'body': 'x', 'headers': {'Content-Encoding': 'Identity'}", 200,
	    "x", 0, 0 },

	{ "closed without an answer", "'mode': 'down'", 0,
	    "connection closed without an answer", 0, 0 },
	{ "reset", "'mode': 'reset'", 0, "connection broken", 0, 0 },
	{ "no answer", "'mode': 'stall'", 0, "no answer in 200ms", 200, 0 },
	{ "half an answer", "'mode': 'stall-body', 'body': 'abcdef'", 0,
	    "answer not complete in ", 1000, 0 },
	{ "an answer byte by byte",
	    "'mode': 'drip', 'ms': 5000, 'body': 'abcdefghijk'", 0,
	    "answer not complete in ", 1000, 0 },
	{ "an answer cut short", "'mode': 'truncated', 'body': 'x'", 0,
	    "answer cut short", 0, 0 },
	{ "not HTTP", "'mode': 'junk'", 0, "the answer is not HTTP", 0, 0 },
	{ "a body over the caller's cap", "'mode': 'huge', 'bytes': 101", 0,
	    "body larger than 100 bytes", 0, 100 },
	{ "a chunked body over the caller's cap",
	    "'mode': 'huge-chunked', 'bytes': 101", 0,
	    "body larger than 100 bytes", 0, 100 },
	{ "a body over a cap of KiB", "'mode': 'huge', 'bytes': 2049", 0,
	    "body larger than 2 KiB", 0, 2048 },
	{ "a body over the default cap", "'mode': 'huge', 'bytes': 1048577", 0,
	    "body larger than 1 MiB", 0, 0 },
	{ "a chunked body over the default cap",
	    "'mode': 'huge-chunked', 'bytes': 1048577", 0,
	    "body larger than 1 MiB", 0, 0 },
	{ "100 MiB", "'mode': 'huge'", 0, "body larger than 1 MiB", 0, 0 },
	{ "100 MiB, chunked", "'mode': 'huge-chunked'", 0,
	    "body larger than 1 MiB", 0, 0 },
	{ "a gzip bomb", "'mode': 'gzip', 'bytes': 16777216", 0,
	    "coded as \"gzip\"", 0, 0 },
	{ "a small gzip body", "'mode': 'gzip', 'bytes': 10", 0,
	    "coded as \"gzip\"", 0, 0 },
	{ "an unknown coding",
	    "'body': 'x', 'headers': {'Content-Encoding': 'x, gzip'}", 0,
	    "coded as \"x, gzip\"", 0, 0 },
	{ "a packed transfer",
	    "'body': 'x', 'headers': {'Transfer-Encoding': 'gzip, chunked'}", 0,
	    "coded as \"gzip, chunked\"", 0, 0 },
	{ "many header lines", "'mode': 'flood', 'count': 200, 'bytes': 1", 0,
	    "more than 128 header lines", 0, 0 },
	{ "large header lines", "'mode': 'flood', 'count': 100, 'bytes': 1000",
	    0, "more than 65536 bytes of headers", 0, 0 },
	{ "one enormous header line",
	    "'mode': 'flood', 'count': 1, 'bytes': 99000", 0, "", 0, 0 },
	{ "endless 103", "'mode': 'interim', 'count': 100000, 'body': 'x'", 0,
	    "more than 65536 bytes of headers", 0, 0 },
};

/* The rule of a row as JSON. */
static void
set_rule(const struct keyserver *server, const char *rule)
{
	char json[1024];

	(void)snprintf(json, sizeof(json), "{'path': '/p', %s}", rule);
	for (char *at = json; *at != '\0'; at++)
		if (*at == '\'')
			*at = '"';
	keyserver_rule(server, json);
}

static bool
is_as_expected(const struct row *row, const struct result *result)
{
	if (result->status != row->status)
		return false;
	if (row->status == 0)
		return result->error[0] != '\0' && result->body_len == 0 &&
		       result->header_count == 0 &&
		       strstr(result->error, row->expected) != NULL;
	return result->error[0] == '\0' &&
	       (row->expected == NULL ||
		   strcmp(result->body, row->expected) == 0) &&
	       (row->max_bytes == 0 || result->body_len == row->max_bytes);
}

/* Where the answer has to begin in time and a machine is busy: with more of
 * it. */
static bool
fetch_row(struct ac_io *io, const struct keyserver *server,
    const struct row *row, struct result *result)
{
	struct authchain_fetch request = { .size = sizeof(request),
		.url = url_of(server, "/p"),
		.flags = HTTP,
		.timeout_ms = row->timeout_ms,
		.max_bytes = row->max_bytes };
	bool good;

	set_rule(server, row->rule);
	good = fetch(io, &request, result) == 0 && is_as_expected(row, result);
	while (
	    !good && request.timeout_ms >= 1000 && request.timeout_ms < 30000) {
		request.timeout_ms *= 3;
		result_clear(result);
		good = fetch(io, &request, result) == 0 &&
		       is_as_expected(row, result);
	}
	return good;
}

static void
test_rows(struct ac_io *io, const struct keyserver *server)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct result result;
		bool good = fetch_row(io, server, row, &result);

		ok(good, row->name);
		if (!good)
			printf("# %u, %zu bytes, %s\n", result.status,
			    result.body_len, result.error);
		result_clear(&result);
	}
	ok(keyserver_count(server, "/redirected") == 0,
	    "no redirect was followed");
}

int
main(void)
{
	struct keyserver server;
	struct ac_io *io;

	keyserver_start(&server, NULL);
	io = io_started(NULL);
	test_rows(io, &server);
	ac_io_free(&io);
	keyserver_stop(&server);
	return done();
}
