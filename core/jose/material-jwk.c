/* SPDX-License-Identifier: BSD-2-Clause */
/* Key material from the members of a JWK (RFC 7518 6, RFC 8037 2).  Every
 * length is checked before a byte is decoded. */
#include "jose/material.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/param_build.h>

#include "base/base64url.h"
#include "base/memory.h"

#define RSA_MAX_BYTES  (AC_JWK_RSA_MAX_BITS / 8)
#define MAX_COORDINATE 66 /* P-521 */

struct member {
	const char *name;
	const char *param;
};

static const struct member rsa_private[] = {
	{ "d", OSSL_PKEY_PARAM_RSA_D },
	{ "p", OSSL_PKEY_PARAM_RSA_FACTOR1 },
	{ "q", OSSL_PKEY_PARAM_RSA_FACTOR2 },
	{ "dp", OSSL_PKEY_PARAM_RSA_EXPONENT1 },
	{ "dq", OSSL_PKEY_PARAM_RSA_EXPONENT2 },
	{ "qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1 },
};

#define RSA_PRIVATE_COUNT (sizeof(rsa_private) / sizeof(rsa_private[0]))
#define RSA_COUNT         (RSA_PRIVATE_COUNT + 2)

/* The decoded member into out, which holds *len bytes; *len becomes its
 * length. */
static int
member_bytes(const json_t *object, const char *name, unsigned char *out,
    size_t *len, struct authchain_error *err)
{
	size_t max = *len;
	struct authchain_span text = ac_json_string(object, name);

	*len = 0;
	if (text.data == NULL || text.len == 0)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "its member \"%s\" is %s", name,
		    json_object_get(object, name) == NULL
			? "missing"
			: "no text, or empty");
	if (ac_base64url_decoded(text.len) > max)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "its member \"%s\" is longer than %zu bytes", name, max);
	if (!ac_base64url_decode(text, out))
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "its member \"%s\" is not strict base64url", name);
	*len = ac_base64url_decoded(text.len);
	return 0;
}

/* The same, of one length only. */
static int
member_exactly(const json_t *object, const char *name, unsigned char *out,
    size_t want, struct authchain_error *err)
{
	size_t len = want;

	if (member_bytes(object, name, out, &len, err) != 0)
		return -1;
	if (len == want)
		return 0;
	return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
	    "its member \"%s\" has %zu bytes instead of %zu", name, len, want);
}

/* Marked as secret, so that all copies of it are wiped. */
static BIGNUM *
member_number(const json_t *object, const char *name, size_t max,
    struct authchain_error *err)
{
	unsigned char bytes[RSA_MAX_BYTES];
	BIGNUM *number = NULL;
	size_t len = max < sizeof(bytes) ? max : sizeof(bytes);

	if (member_bytes(object, name, bytes, &len, err) == 0) {
		number = BN_secure_new();
		if (number == NULL ||
		    BN_bin2bn(bytes, (int)len, number) == NULL)
			(void)ac_error_memory(err);
		else if (BN_is_zero(number))
			(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
			    "its member \"%s\" is zero", name);
		else
			goto out;
		BN_clear_free(number);
		number = NULL;
	}
out:
	OPENSSL_cleanse(bytes, sizeof(bytes));
	return number;
}

static int
import(struct ac_material *material, const char *type, OSSL_PARAM_BLD *build,
    struct authchain_error *err)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	bool able = params != NULL && ctx != NULL;
	bool made =
	    able && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &material->pkey,
		material->is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
		params) == 1;
	int r = -1;

	/* where memory was short, another key may have been made of it */
	if (!able || (made && ac_memory_was_short()))
		(void)ac_error_memory(err);
	else if (!made)
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "its numbers make no key%s",
		    material->kty == AC_KTY_EC ? ": the point is not on the "
						 "curve"
					       : "");
	else
		r = 0;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	return r;
}

static int
from_rsa(struct ac_material *material, const json_t *object,
    struct authchain_error *err)
{
	BIGNUM *numbers[RSA_COUNT] = { NULL };
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	size_t count = material->is_private ? RSA_COUNT : 2, i;
	int r = -1;

	if (build == NULL) {
		(void)ac_error_memory(err);
		goto out;
	}
	for (i = 0; i < count; i++) {
		const char *name = i == 0   ? "n"
				   : i == 1 ? "e"
					    : rsa_private[i - 2].name;
		const char *param = i == 0   ? OSSL_PKEY_PARAM_RSA_N
				    : i == 1 ? OSSL_PKEY_PARAM_RSA_E
					     : rsa_private[i - 2].param;

		numbers[i] = member_number(object, name, RSA_MAX_BYTES, err);
		if (numbers[i] == NULL)
			goto out;
		if (OSSL_PARAM_BLD_push_BN(build, param, numbers[i]) != 1) {
			(void)ac_error_memory(err);
			goto out;
		}
	}
	r = import(material, "RSA", build, err);
out:
	OSSL_PARAM_BLD_free(build);
	for (i = 0; i < RSA_COUNT; i++)
		BN_clear_free(numbers[i]);
	return r;
}

static const struct ac_curve *
member_curve(const json_t *object, enum ac_kty kty, struct authchain_error *err)
{
	struct authchain_span name = ac_json_string(object, "crv");
	const struct ac_curve *curve = ac_curve_find(kty, name);
	struct ac_quote quote;

	if (curve == NULL)
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "its curve %s is not supported", ac_quote(&quote, name));
	return curve;
}

static int
from_ec(struct ac_material *material, const json_t *object,
    struct authchain_error *err)
{
	const struct ac_curve *curve = member_curve(object, AC_KTY_EC, err);
	unsigned char point[1 + 2 * MAX_COORDINATE] = { 4 }; /* SEC 1 2.3.3 */
	OSSL_PARAM_BLD *build = NULL;
	BIGNUM *number = NULL;
	int r = -1;

	if (curve == NULL ||
	    member_exactly(object, "x", point + 1, curve->bytes, err) != 0 ||
	    member_exactly(object, "y", point + 1 + curve->bytes, curve->bytes,
		err) != 0)
		return -1;
	if (material->is_private) {
		number = member_number(object, "d", curve->bytes, err);
		if (number == NULL)
			return -1;
	}
	build = OSSL_PARAM_BLD_new();
	if (build == NULL ||
	    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME,
		curve->group, 0) != 1 ||
	    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY,
		point, 1 + 2 * curve->bytes) != 1 ||
	    (number != NULL && OSSL_PARAM_BLD_push_BN(build,
				   OSSL_PKEY_PARAM_PRIV_KEY, number) != 1))
		(void)ac_error_memory(err);
	else
		r = import(material, "EC", build, err);
	OSSL_PARAM_BLD_free(build);
	BN_clear_free(number);
	return r;
}

/* From d alone: signing with a public half that does not belong to it would
 * give d away. */
static int
okp_private(struct ac_material *material, const json_t *object,
    const struct ac_curve *curve, struct authchain_error *err)
{
	unsigned char d[MAX_COORDINATE];
	int r = member_exactly(object, "d", d, curve->bytes, err);

	if (r == 0) {
		material->pkey = EVP_PKEY_new_raw_private_key_ex(NULL,
		    curve->group, NULL, d, curve->bytes);
		if (material->pkey == NULL)
			r = ac_error_memory(err);
	}
	OPENSSL_cleanse(d, sizeof(d));
	return r;
}

static int
from_okp(struct ac_material *material, const json_t *object,
    struct authchain_error *err)
{
	const struct ac_curve *curve = member_curve(object, AC_KTY_OKP, err);
	unsigned char x[MAX_COORDINATE], own[MAX_COORDINATE];
	size_t len = sizeof(own);

	if (curve == NULL ||
	    member_exactly(object, "x", x, curve->bytes, err) != 0)
		return -1;
	if (!material->is_private) {
		material->pkey = EVP_PKEY_new_raw_public_key_ex(NULL,
		    curve->group, NULL, x, curve->bytes);
		return material->pkey == NULL ? ac_error_memory(err) : 0;
	}
	if (okp_private(material, object, curve, err) != 0)
		return -1;
	if (EVP_PKEY_get_raw_public_key(material->pkey, own, &len) != 1)
		return ac_error_memory(err);
	if (!ac_span_is(ac_span((const char *)x, curve->bytes),
		ac_span((const char *)own, len)))
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "a key whose private and public halves don't belong "
		    "together");
	return 0;
}

static int
from_oct(struct ac_material *material, const json_t *object,
    enum ac_jwk_source source, struct authchain_error *err)
{
	unsigned char k[AC_JWK_OCT_MAX_BYTES];
	size_t len = sizeof(k);
	int r = -1;

	if (source != AC_JWK_LOCAL)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "a symmetric key in a key set that others can read");
	if (member_bytes(object, "k", k, &len, err) == 0)
		r = ac_material_from_secret(material,
		    ac_span((const char *)k, len), err);
	OPENSSL_cleanse(k, sizeof(k));
	return r;
}

static bool
has_private_members(const json_t *object)
{
	size_t i;

	for (i = 0; i < RSA_PRIVATE_COUNT; i++) {
		if (json_object_get(object, rsa_private[i].name) != NULL)
			return true;
	}
	return json_object_get(object, "k") != NULL ||
	       json_object_get(object, "oth") != NULL;
}

int
ac_material_from_jwk(struct ac_material *material, const json_t *object,
    enum ac_jwk_source source, struct authchain_error *err)
{
	struct authchain_span kty = ac_json_string(object, "kty");
	struct ac_quote quote;
	int r;

	*material = (struct ac_material){ .kty = AC_KTY_NONE };
	if (ac_span_is_text(kty, "oct"))
		return from_oct(material, object, source, err);
	material->is_private = has_private_members(object);
	if (material->is_private && source != AC_JWK_LOCAL)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "a private key in a key set that others can read: it is "
		    "no secret any more");
	if (json_object_get(object, "oth") != NULL)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "an RSA key of more than two primes, which is not "
		    "supported");
	if (ac_span_is_text(kty, "RSA")) {
		material->kty = AC_KTY_RSA;
		r = from_rsa(material, object, err);
	} else if (ac_span_is_text(kty, "EC")) {
		material->kty = AC_KTY_EC;
		r = from_ec(material, object, err);
	} else if (ac_span_is_text(kty, "OKP")) {
		material->kty = AC_KTY_OKP;
		r = from_okp(material, object, err);
	} else {
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "its type %s is not supported", ac_quote(&quote, kty));
	}
	return r != 0 ? -1 : ac_material_check(material, err);
}
