/* SPDX-License-Identifier: BSD-2-Clause */
/* Read strictly, repair nothing. */
#include "path.h"

#include "base/base64url.h"
#include "base/target.h"
#include "utf8.h"

/* The path of it, or of "http://host/path", as some proxies tell it. */
static struct authchain_span
path_of(struct authchain_span uri)
{
	static const char *const schemes[] = { "https://", "http://" };
	struct authchain_span path =
	    ac_span_cut(uri, 0, ac_span_find(uri, '?', 0));

	for (size_t i = 0; i < 2; i++) {
		size_t len = strlen(schemes[i]);

		if (!ac_span_is_nocase(ac_span_cut(uri, 0, len),
			ac_span_text(schemes[i])))
			continue;
		path =
		    ac_span_cut(path, ac_target_authority_end(path), path.len);
		return path.len == 0 ? ac_span_text("/") : path;
	}
	return path;
}

/* A byte that stands for itself in a target (RFC 3986 3.3). */
static const char *
plain_fault(char c)
{
	if (c <= ' ' || c > '~')
		return "a byte that a path can't have";
	if (c == '\\')
		return "a backslash, which some servers take for a slash";
	return NULL;
}

/* A byte as it is meant. */
static const char *
meant_fault(char c, bool encoded)
{
	if (((unsigned char)c < ' ') || c == 0x7f)
		return "an encoded control byte";
	if (c == ';')
		return "a semicolon, behind which some servers see nothing";
	if (encoded && (c == '/' || c == '\\'))
		return "an encoded slash or backslash";
	if (encoded && c == '%')
		return "an encoded percent sign, which would be decoded twice";
	return NULL;
}

/* Decode text[*at] and go on behind it. */
static const char *
take(struct authchain_span text, size_t *at, char *out)
{
	bool encoded = text.data[*at] == '%';
	const char *fault = plain_fault(text.data[*at]);
	unsigned char byte;

	if (fault != NULL)
		return fault;
	*out = text.data[*at];
	if (encoded) {
		if (text.len - *at < 3 ||
		    !ac_hex_decode(ac_span_cut(text, *at + 1, *at + 3), &byte))
			return "a percent sign without two digits";
		*out = (char)byte;
		*at += 2;
	}
	++*at;
	return meant_fault(*out, encoded);
}

/* Take the next segment off *rest, which begins with its slash. */
static bool
next_segment(struct authchain_span *rest, struct authchain_span *segment)
{
	size_t end;

	if (rest->len == 0)
		return false;
	end = ac_span_find(*rest, '/', 1);
	*segment = ac_span_cut(*rest, 1, end);
	*rest = ac_span_cut(*rest, end, rest->len);
	return true;
}

static const char *
segments_fault(struct authchain_span path)
{
	struct authchain_span segment;

	while (next_segment(&path, &segment)) {
		if (ac_span_is_text(segment, ".") ||
		    ac_span_is_text(segment, ".."))
			return "a dot segment";
		if (segment.len == 0)
			return "two slashes in a row";
	}
	return NULL;
}

const char *
path_read(struct authchain_span uri, struct path *path)
{
	struct authchain_span text = path_of(uri);
	const char *fault;

	path->len = 0;
	if (ac_span_find(uri, '#', 0) < uri.len)
		return "a fragment";
	if (text.len == 0 || text.data[0] != '/')
		return "it does not begin with a slash";
	for (size_t at = 0; at < text.len;) {
		if (path->len == sizeof(path->text))
			return "it is too long";
		fault = take(text, &at, &path->text[path->len++]);
		if (fault != NULL)
			return fault;
	}
	if (!utf8_is_valid(ac_span(path->text, path->len)))
		return "it is not UTF-8";
	if (path->len == 1)
		return NULL;
	if (path->text[path->len - 1] == '/')
		path->len--;
	return segments_fault(ac_span(path->text, path->len));
}

static bool
is_any(struct authchain_span segment)
{
	return ac_span_is_text(segment, "*");
}

static bool
is_rest(struct authchain_span segment)
{
	return ac_span_is_text(segment, "**");
}

const char *
path_pattern_fault(struct authchain_span pattern)
{
	struct authchain_span rest = pattern, segment;
	struct path path;
	const char *fault = path_read(pattern, &path);

	if (fault != NULL)
		return fault;
	if (!ac_span_is(pattern, ac_span(path.text, path.len)))
		return "write it decoded, without a query and without a slash "
		       "at the end";
	while (next_segment(&rest, &segment)) {
		if (is_rest(segment) && rest.len > 0)
			return "** can stand at the end alone";
		if (!is_any(segment) && !is_rest(segment) &&
		    ac_span_find(segment, '*', 0) < segment.len)
			return "* stands for a whole segment";
	}
	return NULL;
}

/* other: a path, or with is_pattern one more pattern. */
static bool
matches(struct authchain_span pattern, struct authchain_span other,
    bool is_pattern)
{
	struct authchain_span want, have;

	while (next_segment(&pattern, &want)) {
		if (is_rest(want))
			return true;
		if (!next_segment(&other, &have) || have.len == 0)
			return want.len == 0;
		if (is_pattern && is_rest(have))
			return false;
		if (is_any(want))
			continue;
		if ((is_pattern && is_any(have)) || !ac_span_is(want, have))
			return false;
	}
	return other.len == 0;
}

bool
path_matches(struct authchain_span pattern, struct authchain_span path)
{
	return matches(pattern, path, false);
}

bool
path_covers(struct authchain_span pattern, struct authchain_span other)
{
	return matches(pattern, other, true);
}
