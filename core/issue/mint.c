/* SPDX-License-Identifier: BSD-2-Clause */
/* Claims to JSON to ac_jws_sign.  Members stand in a fixed order, so that the
 * same input gives the same text. */
#include "issue/mint.h"

#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/base64url.h"
#include "jose/claims.h"

#define JTI_CHARS 22 /* of AC_MINT_JTI_BYTES bytes in base64url */

static int
set(json_t *object, const char *name, json_t *value,
    struct authchain_error *err)
{
	if (value == NULL || json_object_set_new(object, name, value) != 0)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "can't put claim \"%s\" into JSON: it must be UTF-8 "
		    "without NUL (or memory is short)",
		    name);
	return 0;
}

static int
set_text(json_t *object, const char *name, struct authchain_span text,
    struct authchain_error *err)
{
	if (text.data == NULL)
		return 0;
	if (memchr(text.data, 0, text.len) != NULL)
		return set(object, name, NULL, err);
	return set(object, name, json_stringn(text.data, text.len), err);
}

static int
set_time(json_t *object, const char *name, int64_t at_s,
    struct authchain_error *err)
{
	if (at_s < 0 || at_s > AC_CLAIMS_MAX_TIME_S)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "claim \"%s\" would be %lld: outside the years 1970 to "
		    "9999",
		    name, (long long)at_s);
	return set(object, name, json_integer((json_int_t)at_s), err);
}

static int
set_audience(json_t *object, const struct ac_mint *mint,
    struct authchain_error *err)
{
	json_t *list = NULL;

	if (mint->audience_count == 0)
		return 0;
	if (mint->audience_count == 1)
		return set_text(object, "aud", mint->audiences[0], err);
	if (mint->audience_count > AC_MINT_MAX_AUDIENCES)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "more than %d audiences", AC_MINT_MAX_AUDIENCES);
	list = json_array();
	for (size_t i = 0; i < mint->audience_count; i++) {
		json_t *text = json_stringn(mint->audiences[i].data,
		    mint->audiences[i].len);

		if (text == NULL || json_array_append_new(list, text) != 0) {
			json_decref(list);
			return set(object, "aud", NULL, err);
		}
	}
	return set(object, "aud", list, err);
}

static int
set_jti(json_t *object, const struct ac_mint *mint, struct authchain_error *err)
{
	unsigned char bytes[AC_MINT_JTI_BYTES];
	char text[JTI_CHARS + 1];

	if (mint->jti.data != NULL || !mint->random_jti)
		return set_text(object, "jti", mint->jti, err);
	if (RAND_bytes(bytes, (int)sizeof(bytes)) != 1)
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "no random bytes to be had for a jti");
	ac_base64url_encode(ac_span((const char *)bytes, sizeof(bytes)), text);
	return set_text(object, "jti", ac_span_text(text), err);
}

static int
set_further(json_t *object, json_t *claims, struct authchain_error *err)
{
	const char *name = NULL;
	json_t *value = NULL;
	struct ac_quote quote;

	json_object_foreach(claims, name, value)
	{
		if (json_object_get(object, name) != NULL)
			return ac_error(err, AUTHCHAIN_ERROR_USAGE,
			    "claim %s is given twice",
			    ac_quote(&quote, ac_span_text(name)));
		if (set(object, name, json_incref(value), err) != 0)
			return -1;
	}
	return 0;
}

static json_t *
make_claims(const struct ac_mint *mint, struct authchain_error *err)
{
	json_t *object = json_object();

	if (object == NULL) {
		ac_error_memory(err);
		return NULL;
	}
	if (set_text(object, "iss", mint->issuer, err) == 0 &&
	    set_text(object, "sub", mint->subject, err) == 0 &&
	    set_audience(object, mint, err) == 0 &&
	    set_time(object, "iat", mint->issued_at_s, err) == 0 &&
	    (mint->not_before_s == 0 ||
		set_time(object, "nbf", mint->not_before_s, err) == 0) &&
	    set_time(object, "exp", mint->expires_s, err) == 0 &&
	    set_jti(object, mint, err) == 0 &&
	    set_text(object, "scope", mint->scope, err) == 0 &&
	    set_further(object, mint->claims, err) == 0)
		return object;
	json_decref(object);
	return NULL;
}

static json_t *
make_header(const struct ac_mint *mint, struct authchain_error *err)
{
	json_t *object = json_object();

	if (object == NULL) {
		ac_error_memory(err);
		return NULL;
	}
	if (set_text(object, "alg", ac_span_text(mint->alg->name), err) == 0 &&
	    set_text(object, "typ",
		mint->type.data != NULL ? mint->type : ac_span_text("JWT"),
		err) == 0 &&
	    set_text(object, "kid", mint->kid, err) == 0)
		return object;
	json_decref(object);
	return NULL;
}

static int
check_key(const struct ac_mint *mint, struct authchain_error *err)
{
	if (ac_jwk_kty(mint->key) != AC_KTY_OCT &&
	    !ac_jwk_is_private(mint->key))
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "the key is a public one: signing needs the private key");
	if (!ac_jwk_allows(mint->key, mint->alg))
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "the key may not sign %s: another type or curve, too "
		    "short, or its own use, key_ops or alg forbid it",
		    mint->alg->name);
	return 0;
}

int
ac_mint_token(const struct ac_mint *mint, char **token,
    struct authchain_error *err)
{
	json_t *header = NULL;
	json_t *claims = NULL;
	char *header_text = NULL;
	char *claims_text = NULL;
	int r = -1;

	*token = NULL;
	if (check_key(mint, err) != 0)
		return -1;
	header = make_header(mint, err);
	claims = make_claims(mint, err);
	if (header == NULL || claims == NULL)
		goto out;
	header_text = json_dumps(header, JSON_COMPACT);
	claims_text = json_dumps(claims, JSON_COMPACT);
	if (header_text == NULL || claims_text == NULL) {
		ac_error_memory(err);
		goto out;
	}
	*token = ac_jws_sign(mint->key, mint->alg, ac_span_text(header_text),
	    ac_span_text(claims_text), err);
	r = *token != NULL ? 0 : -1;
out:
	free(header_text);
	free(claims_text);
	json_decref(header);
	json_decref(claims);
	return r;
}

const struct ac_alg *
ac_mint_algorithm(const struct ac_jwk *key)
{
	for (const struct ac_alg *alg = ac_alg_table(); alg->name != NULL;
	     alg++)
		if (ac_jwk_allows(key, alg))
			return alg;
	return NULL;
}

/* The members that RFC 7638 3.2 and RFC 8037 2 hash, in that order. */
static json_t *
required_members(const json_t *jwk)
{
	static const char *const names[] = { "crv", "e", "kty", "n", "x", "y" };
	json_t *object = json_object();

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		json_t *value = json_object_get(jwk, names[i]);

		if (value != NULL &&
		    json_object_set(object, names[i], value) != 0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

int
ac_mint_thumbprint(const struct ac_jwk *key, char out[AC_MINT_THUMBPRINT],
    struct authchain_error *err)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int digest_len = 0;
	json_t *jwk = ac_jwk_public(key, NULL);
	json_t *members = required_members(jwk);
	char *text = json_dumps(members, JSON_COMPACT);
	int r = -1;

	out[0] = 0;
	if (jwk != NULL && text != NULL &&
	    EVP_Digest(text, strlen(text), digest, &digest_len, EVP_sha256(),
		NULL) == 1) {
		ac_base64url_encode(ac_span((const char *)digest, digest_len),
		    out);
		r = 0;
	} else {
		ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "the key has no public half");
	}
	free(text);
	json_decref(members);
	json_decref(jwk);
	return r;
}
