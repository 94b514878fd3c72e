/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes that most strings are made of, sixteen at a time where each
 * processor of the kind can do so, then eight. */
#ifndef AC_JOSE_SCAN_PLAIN_H
#define AC_JOSE_SCAN_PLAIN_H

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* The same by eight bytes, then one by one. */
const char *ac_scan_plain_eight(const char *at, const char *end);

/* The first byte that is a quote, a backslash, a control byte or not ASCII;
 * end where there is none. */
static inline const char *
ac_scan_plain(const char *at, const char *end)
{
#ifdef __SSE2__
	while (end - at >= 16) {
		const __m128i c = _mm_loadu_si128((const __m128i_u *)at);
		/* with a sign, what is not ASCII is below a space too */
		const __m128i marks =
		    _mm_or_si128(_mm_cmplt_epi8(c, _mm_set1_epi8(0x20)),
			_mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('"')),
			    _mm_cmpeq_epi8(c, _mm_set1_epi8('\\'))));
		const int bits = _mm_movemask_epi8(marks);

		if (bits != 0)
			return at + __builtin_ctz((unsigned int)bits);
		at += 16;
	}
#endif
	return ac_scan_plain_eight(at, end);
}

#endif
