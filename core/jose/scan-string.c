/* SPDX-License-Identifier: BSD-2-Clause */
/* Strings of the scanner: what is plain at once, all else byte by byte. */
#include "jose/scan-parts.h"

#include "jose/scan-plain.h"

static uint64_t
each(unsigned char byte)
{
	return UINT64_C(0x0101010101010101) * byte;
}

/*
 * A subtraction borrows from the byte above only where the byte itself was hit,
 * so the lowest mark is always right.
 */
const char *
ac_scan_plain_eight(const char *at, const char *end)
{
	while (end - at >= 8) {
		uint64_t eight, marks;

		memcpy(&eight, at, 8);
		marks = eight | (eight - each(0x20));
		marks |= (eight ^ each('"')) - each(1);
		marks |= (eight ^ each('\\')) - each(1);
		marks &= each(0x80);
		if (marks != 0 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
			return at + __builtin_ctzll(marks) / 8;
		if (marks != 0)
			break;
		at += 8;
	}
	while (at < end && (unsigned char)*at >= 0x20 &&
	       (unsigned char)*at < 0x80 && *at != '"' && *at != '\\')
		at++;
	return at;
}

/* Value of four hexadecimal digits, or -1. */
static int32_t
hex4(const char *at, const char *end)
{
	int32_t value = 0;
	int i;

	if (end - at < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		char c = at[i];

		value <<= 4;
		if (c >= '0' && c <= '9')
			value += c - '0';
		else if (c >= 'a' && c <= 'f')
			value += c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			value += c - 'A' + 10;
		else
			return -1;
	}
	return value;
}

static bool
is_high(int32_t unit)
{
	return unit >= 0xd800 && unit <= 0xdbff;
}

static bool
is_low(int32_t unit)
{
	return unit >= 0xdc00 && unit <= 0xdfff;
}

/* The character behind "\u": 0 for none, which NUL is as well; *at is then
 * anywhere. */
static int32_t
escaped_character(const char **at, const char *end)
{
	int32_t first = hex4(*at, end), second;

	if (first <= 0 || is_low(first))
		return 0;
	*at += 4;
	if (!is_high(first))
		return first;
	if (end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u')
		return 0;
	second = hex4(*at + 2, end);
	if (!is_low(second))
		return 0;
	*at += 6;
	return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
}

/* Over what stands behind a backslash. */
static bool
skip_escape(const char **at, const char *end)
{
	char c;

	if (*at == end)
		return false;
	c = *(*at)++;
	if (c == 'u')
		return escaped_character(at, end) != 0;
	return c != '\0' && strchr("\"\\/bfnrt", c) != NULL;
}

/* Bytes of the well-formed UTF-8 sequence at at, which is not ASCII; or 0
 * (Unicode 15, table 3-7). */
static size_t
sequence(const unsigned char *at, size_t left)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t len, i;

	if (at[0] < 0xc2 || at[0] > 0xf4)
		return 0;
	len = at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
	if (left < len)
		return 0;
	if (at[0] == 0xe0)
		low = 0xa0; /* shorter elsewhere */
	else if (at[0] == 0xed)
		high = 0x9f; /* surrogates */
	else if (at[0] == 0xf0)
		low = 0x90;
	else if (at[0] == 0xf4)
		high = 0x8f; /* beyond U+10FFFF */
	if (at[1] < low || at[1] > high)
		return 0;
	for (i = 2; i < len; i++) {
		if (at[i] < 0x80 || at[i] > 0xbf)
			return 0;
	}
	return len;
}

bool
ac_scan_string(const char **at, const char *end, bool *escaped)
{
	const char *here = *at;

	*escaped = false;
	while ((here = ac_scan_plain(here, end)) < end) {
		unsigned char c = (unsigned char)*here;
		size_t len = 1;

		if (c == '"') {
			*at = here + 1;
			return true;
		}
		if (c == '\\') {
			*escaped = true;
			here++;
			if (!skip_escape(&here, end))
				return false;
			continue;
		}
		if (c >= 0x80)
			len = sequence((const unsigned char *)here,
			    (size_t)(end - here));
		else if (c < 0x20)
			return false;
		if (len == 0)
			return false;
		here += len;
	}
	return false;
}

static char *
encode(int32_t character, char *out)
{
	uint32_t c = (uint32_t)character;

	if (c < 0x80) {
		*out++ = (char)c;
		return out;
	}
	if (c < 0x800) {
		*out++ = (char)(0xc0 | c >> 6);
	} else if (c < 0x10000) {
		*out++ = (char)(0xe0 | c >> 12);
		*out++ = (char)(0x80 | (c >> 6 & 0x3f));
	} else {
		*out++ = (char)(0xf0 | c >> 18);
		*out++ = (char)(0x80 | (c >> 12 & 0x3f));
		*out++ = (char)(0x80 | (c >> 6 & 0x3f));
	}
	*out++ = (char)(0x80 | (c & 0x3f));
	return out;
}

/* What stands behind a backslash; *at is moved behind it. */
static char *
unescape(const char **at, const char *end, char *out)
{
	static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
	char c = *(*at)++;
	const char *letter;

	if (c == 'u')
		return encode(escaped_character(at, end), out);
	letter = strchr(letters, c);
	*out++ = letter == NULL ? c : meant[letter - letters];
	return out;
}

size_t
ac_scan_unescape(const char *string, size_t len, char *out)
{
	const char *at = string, *end = string + len;
	char *to = out;

	while (at < end) {
		char c = *at++;

		if (c == '\\')
			to = unescape(&at, end, to);
		else
			*to++ = c;
	}
	*to = '\0';
	return (size_t)(to - out);
}
