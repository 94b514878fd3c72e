/* SPDX-License-Identifier: BSD-2-Clause */
/* RFC 3986 3, 5.2.4 and 6.2, for the two schemes that there are. */
#include "dpop-uri.h"

#include "base/base64url.h"
#include "base/target.h"

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static void
add_lower(struct ac_buf *out, struct authchain_span text)
{
	for (size_t i = 0; i < text.len; i++)
		ac_buf_byte(out, lower(text.data[i]));
}

/* ---- authority --------------------------------------------------------- */

static bool
is_host(struct authchain_span host)
{
	bool address = host.len > 2 && host.data[0] == '[' &&
		       host.data[host.len - 1] == ']';

	if (address)
		host = ac_span_cut(host, 1, host.len - 1);
	for (size_t i = 0; i < host.len; i++)
		if (!is_alphanumeric(host.data[i]) &&
		    !is_one_of(host.data[i], address ? ".:" : "-._"))
			return false;
	return host.len > 0;
}

/* -1 when it is none. */
static long
port_of(struct authchain_span digits, long standard)
{
	long port = 0;

	if (digits.len > 5)
		return -1;
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.data[i] < '0' || digits.data[i] > '9')
			return -1;
		port = 10 * port + (digits.data[i] - '0');
	}
	if (digits.len == 0)
		return standard;
	return port > 65535 ? -1 : port;
}

static bool
add_authority(struct ac_buf *out, struct authchain_span authority,
    long standard)
{
	size_t colon = authority.len;
	struct authchain_span host;
	long port;

	/* the last one, unless it is inside an address */
	while (colon > 0 && authority.data[colon - 1] != ':' &&
	       authority.data[colon - 1] != ']')
		colon--;
	colon = colon > 0 && authority.data[colon - 1] == ':' ? colon - 1
							      : authority.len;
	host = ac_span_cut(authority, 0, colon);
	port =
	    port_of(ac_span_cut(authority, colon + 1, authority.len), standard);
	if (!is_host(host) || port < 0)
		return false;
	add_lower(out, host);
	if (port != standard)
		ac_buf_format(out, ":%ld", port);
	return true;
}

/* "https://host:port", of the uri's beginning; *rest is what follows. */
static bool
add_origin(struct ac_buf *out, struct authchain_span uri,
    struct authchain_span *rest)
{
	size_t colon = ac_span_find(uri, ':', 0), start = colon + 3;
	size_t end = ac_target_authority_end(uri);
	struct authchain_span scheme = ac_span_cut(uri, 0, colon);
	bool secure = ac_span_is_nocase(scheme, ac_span_text("https"));

	if (end == 0 ||
	    (!secure && !ac_span_is_nocase(scheme, ac_span_text("http"))))
		return false;
	*rest = ac_span_cut(uri, end, uri.len);
	add_lower(out, scheme);
	ac_buf_text(out, "://");
	return add_authority(out, ac_span_cut(uri, start, end),
	    secure ? 443 : 80);
}

bool
dpop_uri_origin(struct ac_buf *out, struct authchain_span uri)
{
	struct authchain_span rest;

	return add_origin(out, uri, &rest) && !out->failed;
}

/* ---- path -------------------------------------------------------------- */

/* One byte, or the three of a "%2F", at text.data[*at], which moves behind. */
static bool
add_byte(struct ac_buf *out, struct authchain_span text, size_t *at)
{
	unsigned char c = (unsigned char)text.data[(*at)++];

	if (c != '%') {
		ac_buf_byte(out, (char)c);
		return is_alphanumeric((char)c) ||
		       is_one_of((char)c, "-._~!$&'()*+,;=:@/");
	}
	if (text.len - *at < 2 ||
	    !ac_hex_decode(ac_span(text.data + *at, 2), &c))
		return false;
	*at += 2;
	if (is_alphanumeric((char)c) || is_one_of((char)c, "-._~"))
		ac_buf_byte(out, (char)c);
	else
		ac_buf_format(out, "%%%02X", c);
	return true;
}

/* Segment after segment, of what is normalised else. */
static void
add_without_dots(struct ac_buf *out, struct authchain_span path)
{
	size_t root = out->len, at = 0, end;
	bool open = true; /* does a slash end it? */

	while (at < path.len) {
		struct authchain_span segment;

		end = ac_span_find(path, '/', at + 1);
		segment = ac_span_cut(path, at + 1, end);
		at = end;
		open = ac_span_is_text(segment, ".") ||
		       ac_span_is_text(segment, "..");
		if (!open) {
			ac_buf_byte(out, '/');
			ac_buf_add(out, segment);
		} else if (segment.len == 2 && out->len > root) {
			while (out->data[--out->len] != '/')
				continue;
		}
	}
	if (open)
		ac_buf_byte(out, '/');
}

bool
dpop_uri_add(struct ac_buf *out, struct authchain_span uri)
{
	struct authchain_span rest;
	struct ac_buf path;
	bool good;

	if (uri.len > DPOP_URI_MAX_BYTES || !add_origin(out, uri, &rest))
		return false;
	rest = ac_span_cut(rest, 0, ac_span_find(rest, '#', 0));
	rest = ac_span_cut(rest, 0, ac_span_find(rest, '?', 0));
	ac_buf_init(&path, DPOP_URI_MAX_BYTES);
	good = true;
	for (size_t at = 0; good && at < rest.len;)
		good = add_byte(&path, rest, &at);
	if (good && !path.failed)
		add_without_dots(out, ac_buf_span(&path));
	good = good && !path.failed && !out->failed;
	ac_buf_clear(&path);
	return good;
}
