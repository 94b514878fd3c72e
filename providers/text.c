/* SPDX-License-Identifier: BSD-2-Clause */
/* What texts from a configuration look like; all of it is ASCII. */
#include "text.h"

#include "base/base64url.h"

#define MAX_HEADER_BYTES 4096 /* of what may be the header of a JWS */

static bool
is_token_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("-._~+/", c) != NULL);
}

bool
text_is_token(struct authchain_span token)
{
	size_t at = 0;

	while (at < token.len && is_token_byte(token.data[at]))
		at++;
	if (at == 0)
		return false;
	while (at < token.len && token.data[at] == '=')
		at++;
	return at == token.len;
}

bool
text_is_like_jws(struct authchain_span token)
{
	size_t first = ac_span_find(token, '.', 0);
	size_t second = ac_span_find(token, '.', first + 1);
	struct authchain_span header = ac_span_cut(token, 0, first);
	size_t len = ac_base64url_decoded(header.len);
	unsigned char bytes[MAX_HEADER_BYTES];

	return second < token.len &&
	       ac_span_find(token, '.', second + 1) == token.len && len >= 2 &&
	       len <= sizeof(bytes) && ac_base64url_decode(header, bytes) &&
	       bytes[0] == '{' && bytes[len - 1] == '}';
}
