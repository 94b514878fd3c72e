/* SPDX-License-Identifier: BSD-2-Clause */
/* What leaves for the server is what was given, and nothing from elsewhere. */
#include "fetching.h"

#include <stdbool.h>
#include <stddef.h>

#define S(text)                                                                \
	{                                                                      \
		text, sizeof(text) - 1                                         \
	}

struct row {
	const char *name;
	const char *method;
	struct authchain_span body;
	struct authchain_pair header;
	const char *seen[3];   /* pieces of what the server saw, or NULL */
	const char *unseen[3]; /* and of what it did not */
};

static const struct row rows[] = {
	{ "GET without a method", NULL, { NULL, 0 },
	    { { NULL, 0 }, { NULL, 0 } },
	    { "\"method\": \"GET\"", "\"Accept-Encoding\": \"identity\"",
		"\"User-Agent\": \"authchain\"" },
	    { "Cookie", "Authorization", "Content-Type" } },
	{ "POST where there is a body", NULL, S("a=b"),
	    { { NULL, 0 }, { NULL, 0 } },
	    { "\"method\": \"POST\"", "\"body\": \"a=b\"",
		"\"Content-Length\": \"3\"" },
	    { "Expect", "Content-Type", "Transfer-Encoding" } },
	{ "POST with an empty body", NULL, S(""), { { NULL, 0 }, { NULL, 0 } },
	    { "\"method\": \"POST\"", "\"Content-Length\": \"0\"", NULL },
	    { "Content-Type", NULL, NULL } },
	{ "POST without a body", "POST", { NULL, 0 },
	    { { NULL, 0 }, { NULL, 0 } },
	    { "\"method\": \"POST\"", "\"Content-Length\": \"0\"", NULL },
	    { "Content-Type", NULL, NULL } },
	{ "a NUL in the body", NULL, S("a\0b"), { { NULL, 0 }, { NULL, 0 } },
	    { "\"body\": \"a\\u0000b\"", "\"Content-Length\": \"3\"", NULL },
	    { NULL, NULL, NULL } },
	{ "PUT with a body", "PUT", S("x"), { { NULL, 0 }, { NULL, 0 } },
	    { "\"method\": \"PUT\"", "\"body\": \"x\"", NULL },
	    { NULL, NULL, NULL } },
	{ "PATCH", "PATCH", S("x"), { { NULL, 0 }, { NULL, 0 } },
	    { "\"method\": \"PATCH\"", NULL, NULL }, { NULL, NULL, NULL } },
	{ "DELETE", "DELETE", { NULL, 0 }, { { NULL, 0 }, { NULL, 0 } },
	    { "\"method\": \"DELETE\"", NULL, NULL }, { NULL, NULL, NULL } },
	{ "a header", NULL, { NULL, 0 },
	    { S("Authorization"), S("Basic YQ==") },
	    { "\"Authorization\": \"Basic YQ==\"", NULL, NULL },
	    { NULL, NULL, NULL } },
	{ "a header that curl sets too", NULL, { NULL, 0 },
	    { S("Accept"), S("application/json") },
	    { "\"Accept\": \"application/json\"", NULL, NULL },
	    { "*/*", NULL, NULL } },
	{ "a type for the body", NULL, S("{}"),
	    { S("content-TYPE"), S("application/json") },
	    { "\"content-TYPE\": \"application/json\"", NULL, NULL },
	    { "form-urlencoded", NULL, NULL } },
	{ "a header without a value", NULL, { NULL, 0 },
	    { S("X-Empty"), S("") }, { "\"X-Empty\": \"\"", NULL, NULL },
	    { NULL, NULL, NULL } },
	{ "a header of white space", NULL, { NULL, 0 },
	    { S("User-Agent"), S(" \t ") },
	    { "\"User-Agent\": \"\"", NULL, NULL },
	    { "authchain", NULL, NULL } },
	{ "a semicolon at the end", NULL, { NULL, 0 }, { S("X"), S("a;") },
	    { "\"X\": \"a;\"", NULL, NULL }, { NULL, NULL, NULL } },
	{ "bytes over ASCII in a value", NULL, { NULL, 0 },
	    { S("X"), S("\xc3\xbc") }, { "\"X\": ", NULL, NULL },
	    { NULL, NULL, NULL } },
};

static bool
has(const char *text, const char *const pieces[3], bool wanted)
{
	for (size_t i = 0; i < 3; i++)
		if (pieces[i] != NULL &&
		    (strstr(text, pieces[i]) != NULL) != wanted)
			return false;
	return true;
}

static void
test_rows(struct ac_io *io, const struct keyserver *server)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct authchain_fetch request = { .size = sizeof(request),
			.url = url_of(server, "/ok"),
			.method = row->method,
			.body = row->body,
			.headers = &row->header,
			.header_count = row->header.name.data != NULL,
			.flags = HTTP };
		struct result result;
		const char *seen;
		bool good;

		(void)keyserver_ask(server, "POST", "/_reset", "");
		keyserver_rule(server,
		    "{\"path\": \"/ok\", \"headers\": {\"Set-Cookie\": "
		    "\"a=b\", \"X-Seen\": \"yes\"}, \"body\": \"\"}");
		good =
		    fetch(io, &request, &result) == 0 && result.status == 200;
		seen = keyserver_ask(server, "GET", "/_requests", "");
		good = good && has(seen, row->seen, true) &&
		       has(seen, row->unseen, false);
		ok(good, row->name);
		if (!good)
			printf("# %s%s\n", result.error, seen);
		result_clear(&result);
	}
}

struct refusal {
	const char *name;
	struct authchain_pair header;
	const char *why;
};

static const struct refusal refusals[] = {
	{ "a line feed in a value", { S("X"), S("a\nY: b") }, "control byte" },
	{ "CR LF in a value", { S("X"), S("a\r\nY: b") }, "control byte" },
	{ "CR at a value's end", { S("X"), S("a\r") }, "control byte" },
	{ "a NUL in a value", { S("X"), S("a\0b") }, "control byte" },
	{ "DEL in a value", { S("X"), S("a\x7f") }, "control byte" },
	{ "no name", { S(""), S("a") }, "not a header name" },
	{ "a colon in a name", { S("X:"), S("a") }, "not a header name" },
	{ "a space in a name", { S("X "), S("a") }, "not a header name" },
	{ "a line feed in a name", { S("X\nY"), S("a") }, "not a header name" },
	{ "a NUL in a name", { S("X\0"), S("a") }, "not a header name" },
	{ "a name over ASCII", { S("\xfc"), S("a") }, "not a header name" },
	{ "Host", { S("Host"), S("a") }, "not for callers" },
	{ "host", { S("host"), S("a") }, "not for callers" },
	{ "Content-Length", { S("Content-Length"), S("0") },
	    "not for callers" },
	{ "Transfer-Encoding", { S("Transfer-Encoding"), S("chunked") },
	    "not for callers" },
	{ "Connection", { S("Connection"), S("close") }, "not for callers" },
	{ "Expect", { S("Expect"), S("100-continue") }, "not for callers" },
	{ "Accept-Encoding", { S("Accept-Encoding"), S("gzip") },
	    "not for callers" },
	{ "Upgrade", { S("Upgrade"), S("h2c") }, "not for callers" },
};

static bool
is_refused(struct ac_io *io, struct authchain_fetch *request, const char *why)
{
	struct result result;
	int r = fetch(io, request, &result);
	bool good = r == -1 && strstr(result.error, why) != NULL;

	if (!good)
		printf("# %d %s\n", r, result.error);
	result_clear(&result);
	return good;
}

static void
test_refusals(struct ac_io *io, const struct keyserver *server)
{
	struct authchain_fetch request = { .size = sizeof(request),
		.url = url_of(server, "/refused"),
		.flags = HTTP };
	static const char *const methods[] = { "", "get", "HEAD", "CONNECT",
		"TRACE", "GET ", "GET / HTTP/1.1\r\nX: y", "POSTX" };
	char name[128];

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		request.headers = &refusals[i].header;
		request.header_count = 1;
		(void)snprintf(name, sizeof(name), "header refused: %s",
		    refusals[i].name);
		ok(is_refused(io, &request, refusals[i].why), name);
	}
	request.headers = NULL;
	ok(is_refused(io, &request, "no headers"),
	    "refused: a count of headers without headers");
	request.header_count = 0;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		request.method = methods[i];
		ok(is_refused(io, &request, "method"), "method refused");
	}
	request.method = NULL;
	request.flags = 0;
	ok(is_refused(io, &request, "https"), "refused: http without the flag");
	request.url = NULL;
	ok(is_refused(io, &request, "no URL"), "refused: no URL");
	request.size = 0;
	request.url = url_of(server, "/refused");
	ok(is_refused(io, &request, "no URL"), "refused: a struct of no size");
	ok(keyserver_count(server, "/refused") == 0,
	    "what is refused is not sent");
}

static void
test_bounds(struct ac_io *io, const struct keyserver *server)
{
	struct authchain_pair pairs[AC_IO_MAX_HEADERS + 1];
	struct authchain_fetch request = { .size = sizeof(request),
		.url = url_of(server, "/ok"),
		.flags = HTTP };
	char *bytes = calloc(1, AC_IO_MAX_BODY + 1);
	struct result result;

	if (bytes == NULL)
		abort();
	memset(bytes, 'x', AC_IO_MAX_BODY);
	request.body = ac_span(bytes, AC_IO_MAX_BODY);
	ok(fetch(io, &request, &result) == 0 && result.status == 200,
	    "a request body of 1 MiB");
	result_clear(&result);
	request.body.len++;
	ok(is_refused(io, &request, "body is larger"), "and one byte more");
	request.body = ac_span(NULL, 0);
	for (size_t i = 0; i < AC_IO_MAX_HEADERS + 1; i++)
		pairs[i] = (struct authchain_pair){ S("X"), S("y") };
	request.headers = pairs;
	request.header_count = AC_IO_MAX_HEADERS + 1;
	ok(is_refused(io, &request, "headers"), "129 headers");
	request.header_count = 1;
	pairs[0].value = ac_span(bytes, AC_IO_MAX_HEADER_BYTES);
	ok(is_refused(io, &request, "headers"), "65537 bytes of headers");
	request.header_count = 0;
	request.max_bytes = (64u << 20) + 1;
	ok(is_refused(io, &request, "of answer"), "64 MiB and 1 of answer");
	free(bytes);
}

static void
test_path(struct ac_io *io, const struct keyserver *server)
{
	struct authchain_fetch request = { .size = sizeof(request),
		.url = url_of(server, "/a/../b/./c?d=/../e"),
		.flags = HTTP };
	struct result result;

	(void)keyserver_ask(server, "POST", "/_reset", "");
	(void)fetch(io, &request, &result);
	ok(keyserver_count(server, "/a/../b/./c") == 1,
	    "the path goes as it is written");
	result_clear(&result);
}

static void
test_answer(struct ac_io *io, const struct keyserver *server)
{
	/* as a plugin built with a header that ended there would pass it */
	struct authchain_fetch request = {
		.size = offsetof(struct authchain_fetch, timeout_ms),
		.url = url_of(server, "/ok"),
		.flags = HTTP,
		.timeout_ms = 1,
		.max_bytes = 1
	};
	struct result result;

	keyserver_rule(server,
	    "{\"path\": \"/ok\", \"headers\": [[\"X-Seen\", \" yes \"], "
	    "[\"x-SEEN\", \"\"]], \"body\": \"body\", \"delay_ms\": 20}");
	ok(fetch(io, &request, &result) == 0 && result.status == 200 &&
		strcmp(result.body, "body") == 0,
	    "members beyond the struct's size are not read");
	ok(strstr(result.headers, "\nx-seen: yes\nx-seen: \n") != NULL,
	    "header names come in lower case, values trimmed, twice if twice");
	ok(strstr(result.headers, "content-length: 4\n") != NULL,
	    "all headers come");
	result_clear(&result);
}

/* What libcurl would take from the environment. */
static void
set_environment(char *home)
{
	char path[256];
	FILE *netrc;

	if (mkdtemp(home) == NULL)
		abort();
	(void)snprintf(path, sizeof(path), "%s/.netrc", home);
	netrc = fopen(path, "w");
	if (netrc == NULL)
		abort();
	(void)fputs("machine 127.0.0.1 login user password secret\n", netrc);
	(void)fclose(netrc);
	(void)setenv("HOME", home, 1);
	(void)setenv("http_proxy", "http://127.0.0.1:9", 1);
	(void)setenv("https_proxy", "http://127.0.0.1:9", 1);
	(void)setenv("all_proxy", "socks5h://127.0.0.1:9", 1);
}

static void
clear_environment(const char *home)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/.netrc", home);
	(void)unlink(path);
	(void)rmdir(home);
}

int
main(void)
{
	char home[] = "/tmp/test-request-XX"
		      "XX"
		      "XX";
	struct keyserver server;
	struct ac_io *io;

	keyserver_start(&server, NULL);
	set_environment(home);
	io = io_started(NULL);
	test_rows(io, &server);
	test_refusals(io, &server);
	test_bounds(io, &server);
	test_path(io, &server);
	test_answer(io, &server);
	ac_io_free(&io);
	keyserver_stop(&server);
	clear_environment(home);
	return done();
}
