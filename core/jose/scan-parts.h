/* SPDX-License-Identifier: BSD-2-Clause */
/* Names, strings and numbers of the scanner; at is moved behind what was
 * read. */
#ifndef AC_JOSE_SCAN_PARTS_H
#define AC_JOSE_SCAN_PARTS_H

#include "jose/scan.h"

static inline uint64_t
ac_scan_mix(uint64_t key, uint64_t part)
{
	key = (key ^ part) * UINT64_C(0x9e3779b97f4a7c15);
	return key ^ key >> 32;
}

/* The last 1 to 8 bytes, some of them twice. */
static inline uint64_t
ac_scan_last(const char *at, size_t len)
{
	uint32_t first, last;

	if (len < 4)
		return (uint64_t)(unsigned char)at[0] << 16 |
		       (uint64_t)(unsigned char)at[len / 2] << 8 |
		       (unsigned char)at[len - 1];
	memcpy(&first, at, 4);
	memcpy(&last, at + len - 4, 4);
	return (uint64_t)first << 32 | last;
}

/* Equal names have equal keys. */
static inline uint64_t
ac_scan_key(struct authchain_span name)
{
	uint64_t key = name.len, part;
	size_t i;

	for (i = 0; i + 8 < name.len; i += 8) {
		memcpy(&part, name.data + i, 8);
		key = ac_scan_mix(key, part);
	}
	return i == name.len ? key
			     : ac_scan_mix(key,
				   ac_scan_last(name.data + i, name.len - i));
}

static inline uint64_t
ac_scan_bit(uint64_t key)
{
	return UINT64_C(1) << (key & 63);
}

/* From behind the opening quote to behind the closing one; false when it is no
 * strict string. */
bool ac_scan_string(const char **at, const char *end, bool *escaped);
/* The len bytes of a good string, without escapes and with a NUL behind them,
 * to out, which may be the string's own place in a copy; the length there. */
size_t ac_scan_unescape(const char *string, size_t len, char *out);

/* Are they all '0' to '9'? */
static inline bool
ac_scan_are_digits(uint64_t eight)
{
	const uint64_t each = UINT64_C(0x0101010101010101);
	const uint64_t upper = each * 0xf0;

	/* six more carries out of the lower half of what is above '9' */
	return (eight & (eight + each * 6) & upper) == each * 0x30 &&
	       ((eight | (eight + each * 6)) & upper) == each * 0x30;
}

/* Behind the digits that begin at at. */
static inline const char *
ac_scan_digits(const char *at, const char *end)
{
	uint64_t eight;

	while (end - at >= 8) {
		memcpy(&eight, at, 8);
		if (!ac_scan_are_digits(eight))
			break;
		at += 8;
	}
	while (at < end && (unsigned char)(*at - '0') <= 9)
		at++;
	return at;
}

enum ac_scan_result ac_scan_number(const char **at, const char *end,
    uint16_t *type);
/* Of a good number; -1 when out of memory. */
int ac_scan_integer(const char *text, size_t len, int64_t *value);
int ac_scan_real(const char *text, size_t len, double *value);

#endif
