/* SPDX-License-Identifier: BSD-2-Clause */
/* Strings and numbers of the scanner; at is moved behind what was read. */
#ifndef AC_JOSE_SCAN_PARTS_H
#define AC_JOSE_SCAN_PARTS_H

#include "jose/scan.h"

/* Equal names have equal keys. */
uint64_t ac_scan_key(struct authchain_span name);

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

enum ac_scan_result ac_scan_number(const char **at, const char *end,
    uint16_t *type);
/* Of a good number; -1 when out of memory. */
int ac_scan_integer(const char *text, size_t len, int64_t *value);
int ac_scan_real(const char *text, size_t len, double *value);

#endif
