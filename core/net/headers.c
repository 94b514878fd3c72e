/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Header lines by RFC 9110 5 and RFC 9112 5, strictly: no folding, no space
 * before the colon, no control bytes.  What an answer's peer may make us keep
 * is bounded in bytes and in lines.
 */
#include "net/headers.h"

#include <ctype.h>

/* They belong to the one who makes the connection, or would change where a
 * body ends and how it is packed. */
static const char *const reserved[] = { "accept-encoding", "connection",
	"content-length", "expect", "host", "keep-alive", "proxy-authorization",
	"proxy-connection", "te", "trailer", "transfer-encoding", "upgrade" };

static bool
is_token(struct authchain_span text)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if (c == '\0' || (!isalnum(c) && strchr(marks, c) == NULL) ||
		    c >= 0x80)
			return false;
	}
	return text.len > 0;
}

/* Control bytes but the tab may stand in no value. */
static bool
is_value(struct authchain_span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static int
check_pair(const struct authchain_pair *pair, struct authchain_error *err)
{
	struct ac_quote quote;

	if (!is_token(pair->name))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "request header refused: %s is not a header name",
		    ac_quote(&quote, pair->name));
	if (!is_value(pair->value))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "request header %s refused: a control byte in its value",
		    ac_quote(&quote, pair->name));
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (ac_span_is_nocase(pair->name, ac_span_text(reserved[i])))
			return ac_error(err, AUTHCHAIN_ERROR_USAGE,
			    "request header %s refused: it is not for "
			    "callers to set",
			    ac_quote(&quote, pair->name));
	return 0;
}

int
ac_headers_check(const struct authchain_pair *pairs, size_t count,
    struct authchain_error *err)
{
	size_t bytes = 0;

	if (count > AC_IO_MAX_HEADERS)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "request refused: more than %d headers", AC_IO_MAX_HEADERS);
	for (size_t i = 0; i < count; i++) {
		if (__builtin_add_overflow(bytes, pairs[i].name.len, &bytes) ||
		    __builtin_add_overflow(bytes, pairs[i].value.len, &bytes) ||
		    bytes > AC_IO_MAX_HEADER_BYTES)
			return ac_error(err, AUTHCHAIN_ERROR_USAGE,
			    "request refused: more than %u bytes of headers",
			    AC_IO_MAX_HEADER_BYTES);
		if (check_pair(&pairs[i], err) != 0)
			return -1;
	}
	return 0;
}

void
ac_headers_init(struct ac_headers *headers)
{
	ac_buf_init(&headers->text,
	    AC_IO_MAX_HEADER_BYTES + 2 * (size_t)AC_IO_MAX_HEADERS);
	headers->count = 0;
	headers->bytes = 0;
	headers->in_progress = false;
}

void
ac_headers_clear(struct ac_headers *headers)
{
	ac_buf_wipe(&headers->text);
	ac_headers_init(headers);
}

static int
malformed(struct authchain_error *err)
{
	return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
	    "malformed header line in the answer");
}

/* The answer was asked for as it is; a packed one could unpack to anything. */
static int
check_coding(struct authchain_span name, struct authchain_span value,
    struct authchain_error *err)
{
	struct ac_quote quote;
	const char *plain;

	if (ac_span_is_nocase(name, ac_span_text("content-encoding")))
		plain = "identity";
	else if (ac_span_is_nocase(name, ac_span_text("transfer-encoding")))
		plain = "chunked";
	else
		return 0;
	if (ac_span_is_nocase(value, ac_span_text(plain)))
		return 0;
	return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
	    "body is coded as %s, which was not asked for",
	    ac_quote(&quote, value));
}

/* ASCII alone, whatever the locale. */
static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static int
keep(struct ac_headers *headers, struct authchain_span name,
    struct authchain_span value, struct authchain_error *err)
{
	struct authchain_pair *pair;

	if (headers->count == AC_IO_MAX_HEADERS)
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "more than %d header lines in the answer",
		    AC_IO_MAX_HEADERS);
	for (size_t i = 0; i < name.len; i++)
		ac_buf_byte(&headers->text, lower(name.data[i]));
	ac_buf_byte(&headers->text, '\0');
	ac_buf_add(&headers->text, value);
	ac_buf_byte(&headers->text, '\0');
	if (headers->text.failed)
		return ac_error_memory(err);
	pair = &headers->pairs[headers->count++];
	pair->name = ac_span(NULL, name.len);
	pair->value = ac_span(NULL, value.len);
	return 0;
}

static void
start_answer(struct ac_headers *headers)
{
	ac_buf_wipe(&headers->text);
	headers->count = 0;
	headers->in_progress = true;
}

int
ac_headers_add(struct ac_headers *headers, struct authchain_span line,
    struct authchain_error *err)
{
	struct authchain_span name, value;
	size_t colon;

	headers->bytes += line.len;
	if (headers->bytes > AC_IO_MAX_HEADER_BYTES)
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "more than %u bytes of headers in the answer",
		    AC_IO_MAX_HEADER_BYTES);
	if (line.len > 0 && line.data[line.len - 1] == '\n')
		line.len--;
	if (line.len > 0 && line.data[line.len - 1] == '\r')
		line.len--;
	if (!headers->in_progress &&
	    ac_span_starts(line, ac_span_text("HTTP/"))) {
		start_answer(headers);
		return 0;
	}
	if (line.len == 0)
		headers->in_progress = false;
	if (!headers->in_progress)
		return 0; /* a trailer of a chunked body says nothing here */
	colon = ac_span_find(line, ':', 0);
	name = ac_span_cut(line, 0, colon);
	value = ac_span_trim(ac_span_cut(line, colon + 1, line.len));
	if (colon == line.len || !is_token(name) || !is_value(value))
		return malformed(err);
	if (check_coding(name, value, err) != 0)
		return -1;
	return keep(headers, name, value, err);
}

const struct authchain_pair *
ac_headers_pairs(struct ac_headers *headers)
{
	const char *at = headers->text.data;

	for (size_t i = 0; i < headers->count; i++) {
		struct authchain_pair *pair = &headers->pairs[i];

		pair->name.data = at;
		pair->value.data = at + pair->name.len + 1;
		at = pair->value.data + pair->value.len + 1;
	}
	return headers->pairs;
}
