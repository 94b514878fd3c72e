/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base64url, thirty-two digits at a time.  Each digit is judged by its two
 * halves: the upper one says which run of the alphabet it may be of, the lower
 * one of which runs it is not.
 */
#include "base/base64url-parts.h"

#ifdef AC_BASE64URL_AVX2

#include <immintrin.h>

#define AVX2   __attribute__((__target__("avx2")))
#define DIGITS AC_BASE64URL_AVX2

/* Runs by upper half, a bit each: 2 is '-', 3 '0'..., 4 and 6 'A'... and 'a'...,
 * 5 'P'... and '_', 7 'p'...; no other half begins a digit. */
#define NONE 0x20

AVX2 static inline __m256i
twice(__m128i table)
{
	return _mm256_broadcastsi128_si256(table);
}

AVX2 static inline __m256i
half_of(__m256i c, int shift)
{
	return _mm256_and_si256(_mm256_srli_epi16(c, shift),
	    _mm256_set1_epi8(0x0f));
}

/* Not zero in each byte that is no digit. */
AVX2 static inline __m256i
foreign(__m256i c, __m256i upper)
{
	const __m256i run = twice(_mm_setr_epi8(NONE, NONE, 1, 2, 4, 8, 4, 16,
	    NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE));
	/* runs that have no digit with this lower half */
	const __m256i not_in = twice(_mm_setr_epi8(0x25, 0x21, 0x21, 0x21, 0x21,
	    0x21, 0x21, 0x21, 0x21, 0x21, 0x23, 0x3b, 0x3b, 0x3a, 0x3b, 0x33));

	return _mm256_and_si256(_mm256_shuffle_epi8(run, upper),
	    _mm256_shuffle_epi8(not_in, half_of(c, 0)));
}

AVX2 static inline __m256i
values_of(__m256i c, __m256i upper)
{
	const __m256i shift = twice(_mm_setr_epi8(0, 0, 62 - '-', 52 - '0',
	    -'A', -'A', 26 - 'a', 26 - 'a', 0, 0, 0, 0, 0, 0, 0, 0));
	const __m256i low_line =
	    _mm256_and_si256(_mm256_cmpeq_epi8(c, _mm256_set1_epi8('_')),
		_mm256_set1_epi8(63 - '_' + 'A'));

	return _mm256_add_epi8(c,
	    _mm256_add_epi8(_mm256_shuffle_epi8(shift, upper), low_line));
}

/* Four values to three bytes, all of these together at the front. */
AVX2 static inline __m256i
bytes_of(__m256i values)
{
	const __m256i pairs =
	    _mm256_maddubs_epi16(values, _mm256_set1_epi32(0x01400140));
	const __m256i groups =
	    _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00011000));
	const __m256i lanes = _mm256_shuffle_epi8(groups,
	    twice(_mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1,
		-1, -1)));

	return _mm256_permutevar8x32_epi32(lanes,
	    _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7));
}

/* One block; what was no digit is added to bad. */
AVX2 static inline __m256i
decode(const char *text, unsigned char *out, __m256i bad)
{
	const __m256i c = _mm256_loadu_si256((const __m256i_u *)text);
	const __m256i upper = half_of(c, 4);
	const __m256i bytes = bytes_of(values_of(c, upper));

	_mm_storeu_si128((__m128i_u *)out, _mm256_castsi256_si128(bytes));
	_mm_storeu_si64(out + 16, _mm256_extracti128_si256(bytes, 1));
	return _mm256_or_si256(bad, foreign(c, upper));
}

AVX2 size_t
ac_base64url_blocks_avx2(struct authchain_span text, unsigned char *out)
{
	const size_t whole = text.len / 4 * 4;
	__m256i bad = _mm256_setzero_si256();
	size_t at;

	if (whole < DIGITS)
		return 0;
	for (at = 0; whole - at >= DIGITS; at += DIGITS)
		bad = decode(text.data + at, out + at / 4 * 3, bad);
	/* the rest once more with digits before it, to the same bytes */
	if (at < whole) {
		at = whole - DIGITS;
		bad = decode(text.data + at, out + at / 4 * 3, bad);
	}
	return _mm256_testz_si256(bad, bad) != 0 ? whole : 0;
}

#endif
