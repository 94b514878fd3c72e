/* SPDX-License-Identifier: BSD-2-Clause */
/* What a reader of the file would not see is not let in. */
#include "engine/text.h"

#include <stdio.h>

#define HARMLESS_BYTES  32
#define HARMLESS_DIGITS 4

/* The code point at the front and its length, 0 when that is not UTF-8
 * (Unicode table 3-7). */
static size_t
decode(struct authchain_span text, uint32_t *point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = (unsigned char)text.data[0];
	size_t len = first < 0x80   ? 1
		     : first < 0xc2 ? 0
		     : first < 0xe0 ? 2
		     : first < 0xf0 ? 3
		     : first < 0xf5 ? 4
				    : 0;

	if (len == 0 || len > text.len)
		return 0;
	*point = len == 1 ? first : first & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		unsigned char next = (unsigned char)text.data[i];

		if ((next & 0xc0) != 0x80)
			return 0;
		*point = *point << 6 | (next & 0x3f);
	}
	if (*point < least[len] || *point > 0x10ffff ||
	    (*point >= 0xd800 && *point <= 0xdfff))
		return 0;
	return len;
}

static bool
is_unseen(uint32_t point)
{
	return point == 0xad || (point >= 0x200b && point <= 0x200f) ||
	       (point >= 0x2028 && point <= 0x202e) ||
	       (point >= 0x2060 && point <= 0x206f) || point == 0xfeff;
}

static bool
is_control(uint32_t point)
{
	return (point < 0x20 && point != '\t') ||
	       (point >= 0x7f && point < 0xa0);
}

static void
describe(struct ac_text_fault *fault, size_t len, uint32_t point,
    unsigned char byte)
{
	if (len == 0) {
		(void)snprintf(fault->what, sizeof(fault->what),
		    "a byte that is not UTF-8 (0x%02x)", byte);
		fault->hint = "save the file as UTF-8";
	} else if (point == 0) {
		(void)snprintf(fault->what, sizeof(fault->what), "a NUL byte");
		fault->hint = "save the file as plain UTF-8 text";
	} else if (is_control(point)) {
		(void)snprintf(fault->what, sizeof(fault->what),
		    "the control character U+%04X", (unsigned int)point);
		fault->hint =
		    point == '\r' ? "end lines with LF or CR LF" : "delete it";
	} else {
		(void)snprintf(fault->what, sizeof(fault->what),
		    "the character U+%04X, which is not seen",
		    (unsigned int)point);
		fault->hint = "delete it";
	}
}

bool
ac_text_check(struct authchain_span text, struct ac_text_fault *fault)
{
	for (size_t i = 0; i < text.len;) {
		uint32_t point = 0;
		size_t len = decode(ac_span_cut(text, i, text.len), &point);

		if (len == 0 || is_control(point) || is_unseen(point)) {
			fault->at = i;
			describe(fault, len, point,
			    (unsigned char)text.data[i]);
			return false;
		}
		i += len;
	}
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

size_t
ac_text_skip_blanks(struct authchain_span line, size_t at)
{
	while (at < line.len && is_blank(line.data[at]))
		at++;
	return at;
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_';
}

size_t
ac_text_skip_word(struct authchain_span line, size_t at)
{
	while (at < line.len && is_word(line.data[at]))
		at++;
	return at;
}

size_t
ac_text_comment(struct authchain_span line, size_t at)
{
	for (; at < line.len; at++) {
		if (line.data[at] == '#' &&
		    (at == 0 || is_blank(line.data[at - 1])))
			return at;
	}
	return line.len;
}

bool
ac_text_is_harmless(struct authchain_span word)
{
	size_t digits = 0;

	for (size_t i = 0; i < word.len; i++) {
		char c = word.data[i];

		if (c >= '0' && c <= '9')
			digits++;
		else if ((c < 'a' || c > 'z') && c != '-' && c != '_')
			return false;
	}
	return word.len <= HARMLESS_BYTES && digits <= HARMLESS_DIGITS;
}
