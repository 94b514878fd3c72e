/* SPDX-License-Identifier: BSD-2-Clause */
/* base64url, base64 and hexadecimal, strictly: one text for one value. */
#include "base/base64url-parts.h"

static const char url_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#define BAD 0x40 /* set in the value of a byte that is no digit */

/* The value of each byte, or BAD. */
static const unsigned char url_values[256] = { 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 62, 64, 64, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 64, 64, 64, 64,
	64, 64, 64, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
	17, 18, 19, 20, 21, 22, 23, 24, 25, 64, 64, 64, 64, 63, 64, 26, 27, 28,
	29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46,
	47, 48, 49, 50, 51, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64 };

size_t
ac_base64url_decoded(size_t len)
{
	return len / 4 * 3 + (len % 4 == 0 ? 0 : len % 4 - 1);
}

size_t
ac_base64url_encoded(size_t len)
{
	return len / 3 * 4 + (len % 3 == 0 ? 0 : len % 3 + 1);
}

/* Sixteen digits at a time, since this is done to each byte of each token. */
#define DIGITS 16
typedef unsigned char digits __attribute__((__vector_size__(DIGITS)));
typedef uint32_t groups __attribute__((__vector_size__(DIGITS)));

static digits
values_of(digits c, digits *bad)
{
	digits more = ((digits)(c - 'A' < 26) & (unsigned char)-'A') |
		      ((digits)(c - 'a' < 26) & (unsigned char)(26 - 'a')) |
		      ((digits)(c - '0' < 10) & (52 - '0')) |
		      ((digits)(c == '-') & (62 - '-')) |
		      ((digits)(c == '_') & (unsigned char)(63 - '_'));

	*bad |= (digits)(more == 0); /* nothing stays what it was */
	return c + more;
}

/* Three bytes of each four values, in the lower three bytes of each group. */
static groups
bytes_of(groups v)
{
	return (v << 2 & 0x0000fc) | (v >> 12 & 0x000003) |
	       (v << 4 & 0x00f000) | (v >> 10 & 0x000f00) |
	       (v << 6 & 0xc00000) | (v >> 8 & 0x3f0000);
}

size_t
ac_base64url_blocks(struct authchain_span text, unsigned char *out)
{
	digits block, bad = { 0 };
	uint64_t halves[2];
	size_t at;

	if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
		return 0;
	for (at = 0; text.len - at >= DIGITS; at += DIGITS) {
		groups packed;

		memcpy(&block, text.data + at, DIGITS);
		packed = bytes_of((groups)values_of(block, &bad));
		memcpy(halves, &packed, DIGITS);
		for (size_t i = 0; i < 2; i++, out += 6) {
			halves[i] = (halves[i] & 0xffffff) |
				    (halves[i] >> 8 & 0xffffff000000);
			memcpy(out, &halves[i], 6);
		}
	}
	memcpy(halves, &bad, DIGITS);
	return (halves[0] | halves[1]) == 0 ? at : 0;
}

static size_t
decode_blocks(struct authchain_span text, unsigned char *out)
{
#ifdef AC_BASE64URL_AVX2
	if (text.len >= AC_BASE64URL_AVX2 && __builtin_cpu_supports("avx2"))
		return ac_base64url_blocks_avx2(text, out);
#endif
	return ac_base64url_blocks(text, out);
}

bool
ac_base64url_decode(struct authchain_span text, unsigned char *out)
{
	const unsigned char *in = (const unsigned char *)text.data;
	size_t tail = text.len % 4, i = decode_blocks(text, out);
	uint32_t bits, bad = 0;

	out += i / 4 * 3;
	for (; i + 4 <= text.len; i += 4) {
		uint32_t a = url_values[in[i]], b = url_values[in[i + 1]];
		uint32_t c = url_values[in[i + 2]], d = url_values[in[i + 3]];

		bad |= a | b | c | d;
		bits = a << 18 | b << 12 | c << 6 | d;
		*out++ = (unsigned char)(bits >> 16);
		*out++ = (unsigned char)(bits >> 8);
		*out++ = (unsigned char)bits;
	}
	if (tail == 1 || (bad & BAD) != 0)
		return false;
	if (tail == 0)
		return true;
	bits = (uint32_t)url_values[in[i]] << 12;
	bad = url_values[in[i]] | url_values[in[i + 1]];
	bits |= (uint32_t)url_values[in[i + 1]] << 6;
	if (tail == 3) {
		bad |= url_values[in[i + 2]];
		bits |= url_values[in[i + 2]];
		out[1] = (unsigned char)(bits >> 2);
	}
	out[0] = (unsigned char)(bits >> 10);
	/* stray bits: RFC 4648 3.5 */
	return (bad & BAD) == 0 && (bits & (tail == 2 ? 0x3ff : 0x3)) == 0;
}

void
ac_base64url_encode(struct authchain_span bytes, char *out)
{
	const unsigned char *in = (const unsigned char *)bytes.data;
	size_t i;
	uint32_t bits;

	for (i = 0; i + 3 <= bytes.len; i += 3) {
		bits = (uint32_t)in[i] << 16 | (uint32_t)in[i + 1] << 8 |
		       in[i + 2];
		*out++ = url_digits[bits >> 18];
		*out++ = url_digits[bits >> 12 & 0x3f];
		*out++ = url_digits[bits >> 6 & 0x3f];
		*out++ = url_digits[bits & 0x3f];
	}
	if (i < bytes.len) {
		bits = (uint32_t)in[i] << 16;
		if (i + 1 < bytes.len)
			bits |= (uint32_t)in[i + 1] << 8;
		*out++ = url_digits[bits >> 18];
		*out++ = url_digits[bits >> 12 & 0x3f];
		if (i + 1 < bytes.len)
			*out++ = url_digits[bits >> 6 & 0x3f];
	}
	*out = '\0';
}

/* The digit that base64url spells for one of base64, 0 for any other byte. */
static char
url_digit(char c)
{
	if (c == '+')
		return '-';
	if (c == '/')
		return '_';
	if (c == '-' || c == '_')
		return '\0';
	return c;
}

bool
ac_base64_decode(struct authchain_span text, unsigned char *out, size_t *len)
{
	char group[4];
	size_t pad = 0, i, n;

	*len = 0;
	if (text.len % 4 != 0)
		return false;
	while (
	    pad < 2 && pad < text.len && text.data[text.len - 1 - pad] == '=')
		pad++;
	text.len -= pad;
	for (i = 0; i < text.len; i += n) {
		size_t k;

		n = text.len - i < 4 ? text.len - i : 4;
		for (k = 0; k < n; k++)
			group[k] = url_digit(text.data[i + k]);
		if (!ac_base64url_decode(ac_span(group, n), out + *len))
			return false;
		*len += ac_base64url_decoded(n);
	}
	return true;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
ac_hex_decode(struct authchain_span text, unsigned char *out)
{
	size_t i;

	if (text.len % 2 != 0)
		return false;
	for (i = 0; i < text.len; i += 2) {
		int high = hex_value(text.data[i]);
		int low = hex_value(text.data[i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i / 2] = (unsigned char)(high << 4 | low);
	}
	return true;
}
