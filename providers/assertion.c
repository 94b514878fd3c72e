/* SPDX-License-Identifier: BSD-2-Clause */
/* Client assertions.  Each is made for one request: servers refuse a jti that
 * they have seen. */
#include "assertion.h"

#include <inttypes.h>

#include "base/base64url.h"
#include "jose/jws.h"

#define JTI_TEXT  24
#define PEM_BEGIN "-----BEGIN"

static void
add_member(struct ac_buf *buf, const char *before, struct authchain_span text)
{
	ac_buf_text(buf, before);
	ac_buf_json(buf, text);
	ac_buf_byte(buf, '"');
}

static void
write_header(const struct assertion *assertion, struct ac_buf *buf)
{
	add_member(buf, "{\"alg\":\"", ac_span_text(assertion->alg->name));
	ac_buf_text(buf, ",\"typ\":\"JWT\"");
	if (assertion->kid.data != NULL)
		add_member(buf, ",\"kid\":\"", assertion->kid);
	ac_buf_byte(buf, '}');
}

static void
write_claims(const struct assertion *assertion, struct ac_buf *buf)
{
	char jti[JTI_TEXT];

	ac_base64url_encode(ac_span((const char *)assertion->jti,
				ASSERTION_JTI_BYTES),
	    jti);
	add_member(buf, "{\"iss\":\"", assertion->client);
	add_member(buf, ",\"sub\":\"", assertion->client);
	add_member(buf, ",\"aud\":\"", assertion->audience);
	ac_buf_format(buf, ",\"iat\":%" PRId64 ",\"exp\":%" PRId64,
	    assertion->now_s, assertion->now_s + ASSERTION_LIFE_S);
	add_member(buf, ",\"jti\":\"", ac_span_text(jti));
	ac_buf_byte(buf, '}');
}

char *
assertion_sign(const struct assertion *assertion, struct authchain_error *err)
{
	struct ac_buf header, claims;
	char *token = NULL;

	ac_buf_init(&header, ASSERTION_MAX_BYTES);
	ac_buf_init(&claims, ASSERTION_MAX_BYTES);
	write_header(assertion, &header);
	write_claims(assertion, &claims);
	if (header.failed || claims.failed)
		(void)ac_error_memory(err);
	else
		token = ac_jws_sign(assertion->key, assertion->alg,
		    ac_buf_span(&header), ac_buf_span(&claims), err);
	ac_buf_clear(&header);
	ac_buf_clear(&claims);
	return token;
}

/* ---- keys ---- */

static struct ac_jwk *
parse_key(struct authchain_span text, struct authchain_error *err)
{
	struct authchain_span start = ac_span_trim(text);
	struct ac_jwk *key;
	json_t *object;

	if (ac_span_starts(start, ac_span_text(PEM_BEGIN)))
		return ac_jwk_from_pem(text, err);
	if (start.len == 0 || start.data[0] != '{') {
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "is neither a JWK on one line nor PEM (encoding = pem in "
		    "its section)");
		return NULL;
	}
	object = ac_json_parse(text, &ac_json_token, err);
	if (object == NULL)
		return NULL;
	key = ac_jwk_parse(object, AC_JWK_LOCAL, err);
	json_decref(object);
	return key;
}

static const struct ac_alg *
first_alg(const struct ac_jwk *key)
{
	for (const struct ac_alg *alg = ac_alg_table(); alg->name != NULL;
	     alg++) {
		if (ac_jwk_may_sign(key, alg))
			return alg;
	}
	return NULL;
}

static const struct ac_alg *
choose_alg(const struct ac_jwk *key, struct authchain_span name,
    struct authchain_error *err)
{
	const struct ac_alg *alg = ac_alg_find(name);
	struct ac_quote quote;

	if (name.data != NULL && alg == NULL) {
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "can't sign %s: no such algorithm is known",
		    ac_quote(&quote, name));
		return NULL;
	}
	if (alg != NULL && !ac_jwk_may_sign(key, alg)) {
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "may not sign %s: another type or curve, or its own use, "
		    "key_ops or alg forbid it",
		    alg->name);
		return NULL;
	}
	if (alg == NULL)
		alg = first_alg(key);
	if (alg == NULL)
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "may sign nothing: its own use, key_ops or alg forbid it");
	return alg;
}

struct ac_jwk *
assertion_key(struct authchain_span text, struct authchain_span alg_name,
    const struct ac_alg **alg, struct authchain_error *err)
{
	struct ac_jwk *key = parse_key(text, err);

	*alg = NULL;
	if (key == NULL)
		return NULL;
	if (ac_jwk_kty(key) == AC_KTY_OCT)
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "is symmetric: the server would have to know it too");
	else if (!ac_jwk_is_private(key))
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "is a public key: signing needs the private one");
	else
		*alg = choose_alg(key, alg_name, err);
	if (*alg == NULL)
		ac_jwk_free(&key);
	return key;
}
