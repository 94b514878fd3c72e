/* SPDX-License-Identifier: BSD-2-Clause */
/* Compact JWS and keys: what a header is refused for, checking a signature,
 * making one. */
#include "jose/jws.h"

#include <stdlib.h>

#include "base/base64url.h"
#include "base/buf.h"
#include "base/memory.h"

static struct authchain_span
without_application(struct authchain_span type)
{
	static const char prefix[] = "application/";
	size_t len = sizeof(prefix) - 1;

	if (ac_span_is_nocase(ac_span_cut(type, 0, len), ac_span(prefix, len)))
		return ac_span_cut(type, len, type.len);
	return type;
}

static bool
is_type(struct authchain_span typ, const char *const *types)
{
	static const char *const usual[] = { "JWT", "at+jwt", NULL };

	typ = without_application(typ);
	if (types == NULL)
		types = usual;
	for (; *types != NULL; types++) {
		if (ac_span_is_nocase(typ,
			without_application(ac_span_text(*types))))
			return true;
	}
	return false;
}

uint32_t
ac_header_refuse(const struct authchain_peek *peek,
    const struct ac_header_policy *policy, const struct ac_alg **alg)
{
	const struct ac_alg *row = ac_alg_find(peek->alg);

	*alg = NULL;
	if (row == NULL || (policy->algorithms & ac_alg_bit(row)) == 0)
		return AUTHCHAIN_REASON_ALGORITHM_NOT_ALLOWED;
	if (peek->critical != 0)
		return AUTHCHAIN_REASON_CRITICAL_HEADER;
	if (peek->kid.len > AC_JWK_MAX_KID)
		return AUTHCHAIN_REASON_MALFORMED_TOKEN;
	if (peek->typ.data != NULL && !is_type(peek->typ, policy->types))
		return AUTHCHAIN_REASON_WRONG_TYPE;
	*alg = row;
	return AUTHCHAIN_REASON_NONE;
}

uint32_t
ac_jws_verify(const struct authchain_peek *peek, const struct ac_alg *alg,
    const struct ac_jwks *jwks, const struct ac_jwk **key)
{
	const struct ac_jwk *keys[AC_JWKS_MAX_TRIES];
	size_t count, i;

	*key = NULL;
	switch (ac_jwks_find(jwks, peek->kid, alg, keys, &count)) {
	case AC_JWKS_FOUND:
		break;
	case AC_JWKS_UNUSABLE:
		return AUTHCHAIN_REASON_UNUSABLE_KEY;
	case AC_JWKS_NONE:
	default:
		return AUTHCHAIN_REASON_UNKNOWN_KID;
	}
	ac_memory_watch();
	for (i = 0; i < count; i++) {
		if (ac_jwk_verify(keys[i], alg, peek->signing_input,
			peek->signature)) {
			*key = keys[i];
			return AUTHCHAIN_REASON_NONE;
		}
	}
	return ac_memory_was_short() ? AUTHCHAIN_REASON_OUT_OF_MEMORY
				     : AUTHCHAIN_REASON_BAD_SIGNATURE;
}

static void
add_encoded(struct ac_buf *out, struct authchain_span bytes, char *text)
{
	ac_base64url_encode(bytes, text);
	ac_buf_add(out, ac_span(text, ac_base64url_encoded(bytes.len)));
}

/* The signature over what out holds, added to it. */
static int
add_signature(struct ac_buf *out, const struct ac_jwk *key,
    const struct ac_alg *alg, char *text, struct authchain_error *err)
{
	struct ac_buf signature;
	int r;

	ac_buf_init(&signature, AC_JWS_MAX_TOKEN);
	r = ac_jwk_sign(key, alg, ac_buf_span(out), &signature, err);
	if (r == 0 && signature.failed)
		r = ac_error_memory(err);
	if (r == 0) {
		ac_buf_byte(out, '.');
		add_encoded(out, ac_buf_span(&signature), text);
	}
	ac_buf_clear(&signature);
	return r;
}

static char *
too_long(struct authchain_error *err)
{
	(void)ac_error(err, AUTHCHAIN_ERROR_USAGE,
	    "the token would be longer than %u bytes", AC_JWS_MAX_TOKEN);
	return NULL;
}

char *
ac_jws_sign(const struct ac_jwk *key, const struct ac_alg *alg,
    struct authchain_span header, struct authchain_span payload,
    struct authchain_error *err)
{
	struct ac_buf out;
	char *text;
	int r;

	if (header.len > AC_JWS_MAX_HEADER || payload.len > AC_JWS_MAX_TOKEN)
		return too_long(err);
	/* room for the longest of the three */
	text = malloc(ac_base64url_encoded(AC_JWS_MAX_TOKEN) + 1);
	if (text == NULL) {
		(void)ac_error_memory(err);
		return NULL;
	}
	ac_buf_init(&out, AC_JWS_MAX_TOKEN);
	add_encoded(&out, header, text);
	ac_buf_byte(&out, '.');
	add_encoded(&out, payload, text);
	r = out.failed ? -1 : add_signature(&out, key, alg, text, err);
	free(text);
	text = r == 0 ? ac_buf_take(&out) : NULL;
	ac_buf_wipe(&out);
	return text == NULL ? too_long(err) : text;
}
