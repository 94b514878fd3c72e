/* SPDX-License-Identifier: BSD-2-Clause */
/* The form is exact to the byte: whatever reads in two ways is no line. */
#include "base/seal.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <inttypes.h>
#include <stdio.h>

#define CHAIN_LABEL "authchain audit chain"
#define HEX_LEN     (AC_DIGEST_HEX - 1)
#define MAX_DIGITS  20 /* of a 64-bit number */

static const char seq_text[] = "{\"seq\":";
static const char prev_text[] = ",\"prev\":\"";
static const char hash_text[] = ",\"hash\":\"";

static int
hmac(struct authchain_span key, struct authchain_span bytes,
    unsigned char out[AC_DIGEST_BYTES])
{
	static const unsigned char none[1];

	memset(out, 0, AC_DIGEST_BYTES);
	return HMAC(EVP_sha256(), key.len == 0 ? "" : key.data, (int)key.len,
		   bytes.len == 0 ? none : (const unsigned char *)bytes.data,
		   bytes.len, out, NULL) == NULL
		   ? -1
		   : 0;
}

int
ac_seal_derive(struct authchain_span secret, const char *label,
    unsigned char key[AC_DIGEST_BYTES])
{
	return hmac(secret, ac_span_text(label), key);
}

static void
write_hex(const unsigned char bytes[AC_DIGEST_BYTES], char out[AC_DIGEST_HEX])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < AC_DIGEST_BYTES; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[HEX_LEN] = '\0';
}

int
ac_seal_hmac(const unsigned char key[AC_DIGEST_BYTES],
    struct authchain_span bytes, char out[AC_DIGEST_HEX])
{
	unsigned char mac[AC_DIGEST_BYTES];

	out[0] = '\0';
	if (hmac(ac_span((const char *)key, AC_DIGEST_BYTES), bytes, mac) != 0)
		return -1;
	write_hex(mac, out);
	return 0;
}

int
ac_seal_init(struct ac_seal *seal, struct authchain_span secret)
{
	*seal = (struct ac_seal){ .keyed = secret.data != NULL };
	memset(seal->hash, '0', HEX_LEN);
	if (secret.data == NULL)
		return 0;
	return ac_seal_derive(secret, CHAIN_LABEL, seal->key);
}

void
ac_seal_begin(const struct ac_seal *seal, struct ac_buf *line)
{
	ac_buf_format(line, "%s%" PRIu64 "%s%s\",", seq_text, seal->seq + 1,
	    prev_text, seal->hash);
}

static int
hash_of(const struct ac_seal *seal, struct authchain_span body,
    char out[AC_DIGEST_HEX])
{
	return seal->keyed ? ac_seal_hmac(seal->key, body, out)
			   : ac_digest_hex(body, out);
}

int
ac_seal_end(struct ac_seal *seal, struct ac_buf *line, size_t from)
{
	char hash[AC_DIGEST_HEX];
	struct authchain_span body =
	    ac_span_cut(ac_buf_span(line), from, line->len);

	if (line->failed || hash_of(seal, body, hash) != 0)
		return -1;
	ac_buf_format(line, "%s%s\"}", hash_text, hash);
	if (line->failed)
		return -1;
	memcpy(seal->hash, hash, sizeof(hash));
	seal->seq++;
	return 0;
}

/* ---- reading ---- */

static bool
take(struct authchain_span *rest, const char *text)
{
	struct authchain_span wanted = ac_span_text(text);

	if (!ac_span_starts(*rest, wanted))
		return false;
	*rest = ac_span_cut(*rest, wanted.len, rest->len);
	return true;
}

/* As it is written: no sign, no zeros in front, and not 0. */
static bool
take_number(struct authchain_span *rest, uint64_t *number)
{
	size_t len = 0;

	*number = 0;
	for (; len < rest->len && len <= MAX_DIGITS; len++) {
		char c = rest->data[len];

		if (c < '0' || c > '9')
			break;
		if (__builtin_mul_overflow(*number, UINT64_C(10), number) ||
		    __builtin_add_overflow(*number, (uint64_t)(c - '0'),
			number))
			return false;
	}
	if (len == 0 || rest->data[0] == '0')
		return false;
	*rest = ac_span_cut(*rest, len, rest->len);
	return true;
}

static bool
take_hex(struct authchain_span *rest, struct authchain_span *hex)
{
	*hex = ac_span_cut(*rest, 0, HEX_LEN);
	if (hex->len != HEX_LEN)
		return false;
	for (size_t i = 0; i < HEX_LEN; i++) {
		char c = hex->data[i];

		if ((c < '0' || c > '9') && (c < 'a' || c > 'f'))
			return false;
	}
	*rest = ac_span_cut(*rest, HEX_LEN, rest->len);
	return true;
}

const char *
ac_seal_read(struct authchain_span text, struct ac_seal_line *line)
{
	const size_t tail = sizeof(hash_text) - 1 + HEX_LEN + 2;
	struct authchain_span rest = text, end;

	*line = (struct ac_seal_line){ 0 };
	if (text.len > AC_SEAL_MAX_LINE)
		return "it is longer than any line that is written";
	if (ac_span_has_control(text))
		return "it holds control bytes";
	if (!take(&rest, seq_text) || !take_number(&rest, &line->seq))
		return "it does not begin with its number";
	if (!take(&rest, prev_text) || !take_hex(&rest, &line->prev) ||
	    !take(&rest, "\","))
		return "it does not name the line before";
	if (rest.len < tail)
		return "it does not end with its hash";
	line->members = ac_span_cut(rest, 0, rest.len - tail);
	line->body = ac_span_cut(text, 0, text.len - tail);
	end = ac_span_cut(rest, rest.len - tail, rest.len);
	if (!take(&end, hash_text) || !take_hex(&end, &line->hash) ||
	    !take(&end, "\"}"))
		return "it does not end with its hash";
	return NULL;
}

bool
ac_seal_holds(const struct ac_seal *seal, const struct ac_seal_line *line)
{
	char hash[AC_DIGEST_HEX];

	return hash_of(seal, line->body, hash) == 0 &&
	       ac_span_is_secret(ac_span_text(hash), line->hash);
}
