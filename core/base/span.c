/* SPDX-License-Identifier: BSD-2-Clause */
/* Byte views: comparing, searching, cutting.  Never reads past len. */
#include "base/lanes.h"

static unsigned char
lower(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 'A' && u <= 'Z' ? (unsigned char)(u - 'A' + 'a') : u;
}

bool
ac_span_is_nocase(struct authchain_span a, struct authchain_span b)
{
	size_t i;

	if (a.len != b.len)
		return false;
	for (i = 0; i < a.len; i++) {
		if (lower(a.data[i]) != lower(b.data[i]))
			return false;
	}
	return true;
}

bool
ac_span_starts(struct authchain_span a, struct authchain_span prefix)
{
	return prefix.len <= a.len &&
	       ac_span_is(ac_span(a.data, prefix.len), prefix);
}

size_t
ac_span_find(struct authchain_span a, char byte, size_t from)
{
	const char *hit;

	if (from >= a.len)
		return a.len;
	hit = memchr(a.data + from, (unsigned char)byte, a.len - from);
	return hit == NULL ? a.len : (size_t)(hit - a.data);
}

struct authchain_span
ac_span_cut(struct authchain_span a, size_t from, size_t to)
{
	if (a.data == NULL)
		return a;
	if (to > a.len)
		to = a.len;
	if (from > to)
		from = to;
	return ac_span(a.data + from, to - from);
}

struct authchain_span
ac_span_trim(struct authchain_span a)
{
	size_t from = 0, to = a.len;

	while (from < to && (a.data[from] == ' ' || a.data[from] == '\t'))
		from++;
	while (to > from && (a.data[to - 1] == ' ' || a.data[to - 1] == '\t'))
		to--;
	return ac_span_cut(a, from, to);
}

bool
ac_span_word(struct authchain_span *rest, struct authchain_span *word)
{
	size_t from = 0, to;

	while (from < rest->len && rest->data[from] == ' ')
		from++;
	to = ac_span_find(*rest, ' ', from);
	*word = ac_span_cut(*rest, from, to);
	*rest = ac_span_cut(*rest, to, rest->len);
	return word->len > 0;
}

/* What a compiler knows nothing about it can't leave early for. */
static uint64_t
opaque(uint64_t value)
{
	__asm__("" : "+r"(value));
	return value;
}

bool
ac_span_is_secret(struct authchain_span a, struct authchain_span b)
{
	uint64_t differs = 0, x, y;
	size_t at = 0;

	if (a.len != b.len)
		return false;
	for (; a.len - at >= sizeof(x); at += sizeof(x)) {
		memcpy(&x, a.data + at, sizeof(x));
		memcpy(&y, b.data + at, sizeof(y));
		differs = opaque(differs | (x ^ y));
	}
	for (; at < a.len; at++)
		differs =
		    opaque(differs | (unsigned char)(a.data[at] ^ b.data[at]));
	return differs == 0;
}

void
ac_copy_sized(void *to, size_t to_size, const void *from, size_t from_size)
{
	memcpy(to, from, from_size < to_size ? from_size : to_size);
}

static ac_bytes
controls(ac_bytes c)
{
	return (c < 0x20) | (c == 0x7f);
}

bool
ac_span_has_control(struct authchain_span a)
{
	return ac_span_any(a, controls);
}

static ac_bytes
not_of_scopes(ac_bytes c)
{
	return (c <= ' ') | (c > '~') | (c == '"') | (c == '\\');
}

bool
ac_span_is_scope(struct authchain_span a)
{
	return a.len > 0 && !ac_span_any(a, not_of_scopes);
}
