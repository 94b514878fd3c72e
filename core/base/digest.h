/* SPDX-License-Identifier: BSD-2-Clause */
/* SHA-256, for names and for comparing; not for passwords. */
#ifndef AC_BASE_DIGEST_H
#define AC_BASE_DIGEST_H

#include "base/span.h"

#define AC_DIGEST_BYTES 32
#define AC_DIGEST_HEX   65 /* its digits and a NUL */

/* 0, or -1 and zeros when libcrypto can't. */
int ac_digest(struct authchain_span bytes, unsigned char out[AC_DIGEST_BYTES]);
/* The same in hexadecimal digits; -1 and "". */
int ac_digest_hex(struct authchain_span bytes, char out[AC_DIGEST_HEX]);

#endif
