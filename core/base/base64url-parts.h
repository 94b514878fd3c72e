/* SPDX-License-Identifier: BSD-2-Clause */
/* base64url in blocks: the two ways to decode them, for base64url.c to choose
 * from and for its test to compare. */
#ifndef AC_BASE_BASE64URL_PARTS_H
#define AC_BASE_BASE64URL_PARTS_H

#include "base/base64url.h"

/*
 * Decode the front of text, whole groups of four digits, into out, and write
 * nothing behind what these make.  How many digits that was: all but a few, or
 * 0 where one of them is none.
 */
size_t ac_base64url_blocks(struct authchain_span text, unsigned char *out);

#if defined(__x86_64__)
#define AC_BASE64URL_AVX2 32 /* digits at least */

/* The same for so many, on a processor that has AVX2. */
size_t ac_base64url_blocks_avx2(struct authchain_span text, unsigned char *out);
#endif

#endif
