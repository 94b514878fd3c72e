/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A question to each byte of a text, sixteen bytes at a time.  It is asked in
 * the language's own vectors, so that each processor answers as best it can.
 */
#ifndef AC_BASE_LANES_H
#define AC_BASE_LANES_H

#include "base/span.h"

#include <stdint.h>

#define AC_LANE_BYTES 16
typedef unsigned char ac_bytes __attribute__((__vector_size__(AC_LANE_BYTES)));

/* Does marks, which sets all bits of the bytes that it looks for, find one?
 * Not the letter `a', which stands where a text is shorter. */
static inline bool
ac_span_any(struct authchain_span text, ac_bytes (*marks)(ac_bytes))
{
	ac_bytes block, found = { 0 };
	uint64_t halves[2];
	size_t at = 0;

	for (; text.len - at >= AC_LANE_BYTES; at += AC_LANE_BYTES) {
		memcpy(&block, text.data + at, AC_LANE_BYTES);
		found |= marks(block);
	}
	if (at < text.len) {
		if (at > 0) { /* the last sixteen, some of them again */
			memcpy(&block, text.data + text.len - AC_LANE_BYTES,
			    AC_LANE_BYTES);
		} else {
			memset(&block, 'a', sizeof(block));
			memcpy(&block, text.data, text.len);
		}
		found |= marks(block);
	}
	memcpy(halves, &found, sizeof(halves));
	return (halves[0] | halves[1]) != 0;
}

#endif
