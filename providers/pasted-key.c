/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recognises keys by their first bytes alone, so that a file cut at its line
 * ends, which a secret's values are, is still recognised by its first part.
 */
#include "pasted-key.h"

#include <openssl/crypto.h>

#include "base/base64url.h"

#define HEAD_BYTES   64 /* of encoded text that are looked at; in fours */

#define DER_INTEGER  0x02
#define DER_OID      0x06
#define DER_SEQUENCE 0x30
#define DER_VERSION  0xa0 /* [0], in front of a certificate's serial */

static bool
has_text(struct authchain_span text, const char *part)
{
	size_t len = strlen(part);

	for (size_t i = 0; i + len <= text.len; i++) {
		if (memcmp(text.data + i, part, len) == 0)
			return true;
	}
	return false;
}

/* Take tag and length off *der; true when the tag is that one. */
static bool
take_tag(struct authchain_span *der, unsigned char tag, size_t *len)
{
	const unsigned char *bytes = (const unsigned char *)der->data;
	size_t at = 2, more = 0;

	*len = 0;
	if (der->len < 2 || bytes[0] != tag)
		return false;
	if (bytes[1] < 0x80)
		*len = bytes[1];
	else
		more = bytes[1] & 0x7fu;
	/* a length of no bytes is BER's, one of four is beyond any key */
	if (bytes[1] == 0x80 || more > 3 || der->len < at + more)
		return false;
	for (; more > 0; more--)
		*len = *len << 8 | bytes[at++];
	*der = ac_span_cut(*der, at, der->len);
	return true;
}

/* SEQUENCE { SEQUENCE { OID, SPKI, or certificate } } or SEQUENCE { INTEGER
 * and more }, PKCS#1, PKCS#8 and SEC 1, with nothing behind it. */
static bool
is_der_key(struct authchain_span der)
{
	struct authchain_span inner;
	size_t len, whole;

	if (!take_tag(&der, DER_SEQUENCE, &whole) || whole < der.len)
		return false;
	inner = der;
	if (take_tag(&inner, DER_INTEGER, &len))
		return (len == 1 && inner.len > 1 &&
			   (unsigned char)inner.data[0] <= 1) ||
		       (len > 64 && len < whole);
	inner = der;
	if (!take_tag(&inner, DER_SEQUENCE, &len) || len >= whole)
		return false;
	return take_tag(&inner, DER_OID, &len) ||
	       take_tag(&inner, DER_VERSION, &len) ||
	       take_tag(&inner, DER_SEQUENCE, &len);
}

/* The same, by the beginning of a text in one of the usual encodings. */
static bool
is_encoded_der_key(struct authchain_span text)
{
	struct authchain_span head = ac_span_cut(text, 0, HEAD_BYTES);
	unsigned char bytes[HEAD_BYTES];
	size_t len = 0;
	bool found;

	head.len -= head.len % 4;
	found = ac_base64_decode(head, bytes, &len) &&
		is_der_key(ac_span((const char *)bytes, len));
	found = found || (ac_base64url_decode(head, bytes) &&
			     is_der_key(ac_span((const char *)bytes,
				 ac_base64url_decoded(head.len))));
	found = found ||
		(ac_hex_decode(head, bytes) &&
		    is_der_key(ac_span((const char *)bytes, head.len / 2)));
	OPENSSL_cleanse(bytes, sizeof(bytes));
	return found;
}

static bool
is_jwk_text(struct authchain_span text)
{
	text = ac_span_trim(text);
	return text.len > 0 && text.data[0] == '{' &&
	       (has_text(text, "\"kty\"") || has_text(text, "\"keys\""));
}

const char *
pasted_key(struct authchain_span secret)
{
	if (has_text(secret, "-----BEGIN ") || has_text(secret, "-----END "))
		return "PEM text";
	if (has_text(secret, "ssh-rsa ") || has_text(secret, "ssh-ed25519 ") ||
	    has_text(secret, "ecdsa-sha2-"))
		return "an SSH key";
	if (is_jwk_text(secret))
		return "a JSON Web Key";
	if (is_der_key(secret))
		return "a key in DER";
	if (is_encoded_der_key(secret))
		return "a key in encoded DER";
	return NULL;
}
