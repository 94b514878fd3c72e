/* SPDX-License-Identifier: BSD-2-Clause */
/* base64url of a time, 8 bytes, and the first 16 of an HMAC over it. */
#include "dpop-nonce.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/base64url.h"

#define TIME_BYTES 8
#define BYTES      24

int
dpop_nonce_make(struct authchain_span key, int64_t now_s,
    char out[DPOP_NONCE_CHARS + 1])
{
	/* what the key is used for stands in front of the time */
	unsigned char message[] = "DPoP nonce\0........";
	unsigned char *time = message + sizeof("DPoP nonce");
	unsigned char bytes[BYTES], mac[EVP_MAX_MD_SIZE];

	out[0] = '\0';
	for (size_t i = 0; i < TIME_BYTES; i++)
		time[i] =
		    (unsigned char)((uint64_t)now_s >> (8 * (7 - i)) & 0xff);
	if (key.len > 4096 ||
	    HMAC(EVP_sha256(), key.data, (int)key.len, message,
		sizeof(message) - 1, mac, NULL) == NULL)
		return -1;
	memcpy(bytes, time, TIME_BYTES);
	memcpy(bytes + TIME_BYTES, mac, BYTES - TIME_BYTES);
	ac_base64url_encode(ac_span((const char *)bytes, sizeof(bytes)), out);
	return 0;
}

bool
dpop_nonce_is_good(struct authchain_span nonce, struct authchain_span key,
    int64_t now_s, int64_t life_s)
{
	unsigned char bytes[BYTES];
	char again[DPOP_NONCE_CHARS + 1];
	uint64_t made = 0;

	if (nonce.len != DPOP_NONCE_CHARS || !ac_base64url_decode(nonce, bytes))
		return false;
	for (size_t i = 0; i < TIME_BYTES; i++)
		made = made << 8 | bytes[i];
	if (made > (uint64_t)now_s || (int64_t)made < now_s - life_s)
		return false;
	return dpop_nonce_make(key, (int64_t)made, again) == 0 &&
	       ac_span_is_secret(nonce, ac_span_text(again));
}
