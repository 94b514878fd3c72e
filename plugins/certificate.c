/* SPDX-License-Identifier: BSD-2-Clause */
/* From a header's value to the digest of the DER in it. */
#include "certificate.h"

#include <stdlib.h>

#include "base/base64url.h"

static const char begin[] = "-----BEGIN CERTIFICATE-----",
		  end[] = "-----END CERTIFICATE-----";

static bool
unescape(struct authchain_span text, char *out, size_t *len)
{
	*len = 0;
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if (c == '%') {
			if (text.len - i < 3 ||
			    !ac_hex_decode(ac_span(text.data + i + 1, 2), &c))
				return false;
			i += 2;
		}
		out[(*len)++] = (char)c;
	}
	return true;
}

/* What stands between PEM's lines, without line ends, in place. */
static bool
unwrap(char *pem, size_t *len)
{
	struct authchain_span body = ac_span(pem, *len);
	size_t first = strlen(begin), last = strlen(end);

	while (body.len > 0 && (body.data[body.len - 1] == '\n' ||
				   body.data[body.len - 1] == '\r'))
		body.len--;
	if (body.len < first + last ||
	    !ac_span_starts(body, ac_span_text(begin)) ||
	    !ac_span_is_text(ac_span_cut(body, body.len - last, body.len), end))
		return false;
	body = ac_span_cut(body, first, body.len - last);
	*len = 0;
	for (size_t i = 0; i < body.len; i++)
		if (body.data[i] != '\n' && body.data[i] != '\r')
			pem[(*len)++] = body.data[i];
	return true;
}

/* The base64 in value, in out, which holds as many bytes. */
static bool
take_base64(struct authchain_span value, char *out, size_t *len)
{
	bool sequence =
	    value.len >= 2 && value.data[0] == ':' && value.data[1] != ':';

	if (ac_span_find(value, '%', 0) < value.len)
		return unescape(value, out, len) && unwrap(out, len);
	if (sequence) {
		if (value.data[value.len - 1] != ':')
			return false;
		value = ac_span_cut(value, 1, value.len - 1);
	}
	memcpy(out, value.data, value.len);
	*len = value.len;
	return true;
}

const char *
certificate_digest(struct authchain_span value,
    unsigned char out[AC_DIGEST_BYTES])
{
	const char *fault = "is no certificate in a form that is known here";
	unsigned char *der = NULL;
	char *text = NULL;
	size_t len = 0;

	if (value.len == 0)
		return "is empty";
	if (value.len > CERTIFICATE_MAX_BYTES)
		return "is too long";
	text = calloc(1, value.len);
	der = malloc(value.len);
	if (text == NULL || der == NULL)
		fault = "can't be read: out of memory";
	else if (take_base64(value, text, &len) && len > 0 &&
		 ac_base64_decode(ac_span(text, len), der, &len) && len > 0)
		fault = ac_digest(ac_span((const char *)der, len), out) == 0
			    ? NULL
			    : "can't be digested";
	free(text);
	free(der);
	return fault;
}
