/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base64url without padding (RFC 4648 5, RFC 7515 2), strictly: no padding, no
 * white space, no foreign byte, no stray bits in the last character.
 */
#ifndef AC_BASE_BASE64URL_H
#define AC_BASE_BASE64URL_H

#include "base/span.h"

/* Bytes that len characters decode to, and the other way round. */
size_t ac_base64url_decoded(size_t len);
size_t ac_base64url_encoded(size_t len);

/* Decode into out, which holds ac_base64url_decoded(text.len) bytes; false and
 * nothing to rely on in out when text is not strict. */
bool ac_base64url_decode(struct authchain_span text, unsigned char *out);

/* Encode into out, which holds ac_base64url_encoded(bytes.len) + 1 characters;
 * a NUL is put behind them. */
void ac_base64url_encode(struct authchain_span bytes, char *out);

/* base64 with alphabet and padding of RFC 4648 4, strictly, for secrets that
 * were written so.  *len is the number of bytes; out holds text.len. */
bool ac_base64_decode(struct authchain_span text, unsigned char *out,
    size_t *len);

/* Hexadecimal in either case; out holds text.len / 2. */
bool ac_hex_decode(struct authchain_span text, unsigned char *out);

#endif
