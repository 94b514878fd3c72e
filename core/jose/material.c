/* SPDX-License-Identifier: BSD-2-Clause */
/* Key material: the rules that any key has to meet, whatever it came from, and
 * the way out as a public JWK. */
#include "jose/material.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/decoder.h>

#include "base/base64url.h"
#include "jose/ed25519.h"
#include "jose/roca.h"

#define MAX_COORDINATE 66 /* P-521 */

static const struct ac_curve curves[] = {
	{ "P-256", "prime256v1", AC_KTY_EC, 32 },
	{ "P-384", "secp384r1", AC_KTY_EC, 48 },
	{ "P-521", "secp521r1", AC_KTY_EC, MAX_COORDINATE },
	{ "Ed25519", "ED25519", AC_KTY_OKP, 32 },
	{ "Ed448", "ED448", AC_KTY_OKP, 57 },
};

#define CURVE_COUNT (sizeof(curves) / sizeof(curves[0]))

const struct ac_curve *
ac_curve_find(enum ac_kty kty, struct authchain_span name)
{
	size_t i;

	for (i = 0; i < CURVE_COUNT; i++) {
		if (curves[i].kty == kty &&
		    ac_span_is_text(name, curves[i].name))
			return &curves[i];
	}
	return NULL;
}

const struct ac_curve *
ac_curve_of_group(const char *group)
{
	size_t i;

	for (i = 0; i < CURVE_COUNT; i++) {
		if (strcmp(curves[i].group, group) == 0)
			return &curves[i];
	}
	return NULL;
}

static int
check_rsa(const struct ac_material *material, struct authchain_error *err)
{
	BIGNUM *n = NULL, *e = NULL;
	int r = -1;

	if (EVP_PKEY_get_bn_param(material->pkey, OSSL_PKEY_PARAM_RSA_N, &n) !=
		1 ||
	    EVP_PKEY_get_bn_param(material->pkey, OSSL_PKEY_PARAM_RSA_E, &e) !=
		1)
		(void)ac_error_memory(err);
	else if (BN_num_bits(n) < AC_JWK_RSA_MIN_BITS ||
		 BN_num_bits(n) > AC_JWK_RSA_MAX_BITS)
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "an RSA key of %d bits; %d to %d are allowed",
		    BN_num_bits(n), AC_JWK_RSA_MIN_BITS, AC_JWK_RSA_MAX_BITS);
	else if (!BN_is_odd(e) || BN_is_one(e) ||
		 BN_num_bits(e) > AC_JWK_RSA_MAX_E_BITS)
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "an RSA key whose exponent is not an odd number from 3 to "
		    "%d bits",
		    AC_JWK_RSA_MAX_E_BITS);
	else if (!BN_is_odd(n))
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "an RSA key with an even modulus");
	else if (ac_roca_is_weak(n))
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "an RSA key of a broken generator (ROCA, "
		    "CVE-2017-15361): replace it");
	else
		r = 0;
	BN_free(n);
	BN_free(e);
	return r;
}

/* The group by OpenSSL's own name: explicit parameters have none. */
static const struct ac_curve *
curve_of(const EVP_PKEY *pkey)
{
	char group[32];
	size_t i;

	if (EVP_PKEY_is_a(pkey, "EC")) {
		if (EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) !=
		    1)
			return NULL;
		return ac_curve_of_group(group);
	}
	for (i = 0; i < CURVE_COUNT; i++) {
		if (curves[i].kty == AC_KTY_OKP &&
		    EVP_PKEY_is_a(pkey, curves[i].group))
			return &curves[i];
	}
	return NULL;
}

static int
check_ed25519(const struct ac_material *material, struct authchain_error *err)
{
	unsigned char key[AC_ED25519_KEY_BYTES];
	size_t len = sizeof(key);
	const char *fault;

	if (!EVP_PKEY_is_a(material->pkey, "ED25519"))
		return 0;
	if (EVP_PKEY_get_raw_public_key(material->pkey, key, &len) != 1)
		return ac_error_memory(err);
	fault = ac_ed25519_fault(key);
	if (fault == NULL)
		return 0;
	return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION, "%s", fault);
}

static int
check_pair(const struct ac_material *material, struct authchain_error *err)
{
	EVP_PKEY_CTX *ctx;
	int r = -1;

	/* OKP: the public half was computed from the private one */
	if (!material->is_private || material->kty == AC_KTY_OKP)
		return 0;
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, material->pkey, NULL);
	if (ctx == NULL)
		(void)ac_error_memory(err);
	else if (EVP_PKEY_pairwise_check(ctx) != 1)
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "a key whose private and public halves don't belong "
		    "together");
	else
		r = 0;
	EVP_PKEY_CTX_free(ctx);
	return r;
}

int
ac_material_check(struct ac_material *material, struct authchain_error *err)
{
	if (EVP_PKEY_is_a(material->pkey, "RSA")) {
		material->kty = AC_KTY_RSA;
		if (check_rsa(material, err) != 0)
			return -1;
		material->signature_bytes =
		    (size_t)EVP_PKEY_get_size(material->pkey);
	} else {
		const struct ac_curve *curve = curve_of(material->pkey);

		if (curve == NULL)
			return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
			    "a key of a type or curve that is not supported: "
			    "take RSA, P-256, P-384, P-521, Ed25519 or Ed448");
		material->kty = curve->kty;
		material->curve = curve->name;
		material->signature_bytes = 2 * curve->bytes;
		if (check_ed25519(material, err) != 0)
			return -1;
	}
	return check_pair(material, err);
}

int
ac_material_from_secret(struct ac_material *material,
    struct authchain_span secret, struct authchain_error *err)
{
	*material = (struct ac_material){ .kty = AC_KTY_OCT };
	if (secret.len == 0 || secret.len > AC_JWK_OCT_MAX_BYTES)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "a symmetric key of %zu bytes; 1 to %d are allowed",
		    secret.len, AC_JWK_OCT_MAX_BYTES);
	if (ac_secret_init(&material->secret, secret.len) != 0)
		return ac_error_memory(err);
	memcpy(material->secret.data, secret.data, secret.len);
	material->is_private = true;
	return 0;
}

/* No pass phrase, and no question for one on the terminal. */
static int
no_passphrase(char *buf, int size, int rwflag, void *arg)
{
	(void)buf;
	(void)size;
	(void)rwflag;
	(void)arg;
	return -1;
}

static EVP_PKEY *
decode_pem(struct authchain_span pem, int selection)
{
	const unsigned char *data = (const unsigned char *)pem.data;
	size_t len = pem.len;
	EVP_PKEY *pkey = NULL;
	OSSL_DECODER_CTX *ctx = OSSL_DECODER_CTX_new_for_pkey(&pkey, "PEM",
	    NULL, NULL, selection, NULL, NULL);

	if (ctx != NULL &&
	    OSSL_DECODER_CTX_set_pem_password_cb(ctx, no_passphrase, NULL) == 1)
		(void)OSSL_DECODER_from_data(ctx, &data, &len);
	OSSL_DECODER_CTX_free(ctx);
	return pkey;
}

int
ac_material_from_pem(struct ac_material *material, struct authchain_span pem,
    struct authchain_error *err)
{
	*material = (struct ac_material){ .kty = AC_KTY_NONE };
	if (pem.len > 0) {
		material->pkey = decode_pem(pem, EVP_PKEY_KEYPAIR);
		material->is_private = material->pkey != NULL;
	}
	if (pem.len > 0 && material->pkey == NULL)
		material->pkey = decode_pem(pem, EVP_PKEY_PUBLIC_KEY);
	if (material->pkey == NULL)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "no key in PEM without a pass phrase; one begins with "
		    "\"-----BEGIN PRIVATE KEY-----\" or \"-----BEGIN PUBLIC "
		    "KEY-----\"");
	return ac_material_check(material, err);
}

void
ac_material_clear(struct ac_material *material)
{
	EVP_PKEY_free(material->pkey);
	ac_secret_clear(&material->secret);
	*material = (struct ac_material){ .kty = AC_KTY_NONE };
}

static int
set_bytes(json_t *object, const char *name, const unsigned char *bytes,
    size_t len)
{
	char text[AC_JWK_RSA_MAX_BITS / 6 + 8];

	if (ac_base64url_encoded(len) >= sizeof(text))
		return -1;
	ac_base64url_encode(ac_span((const char *)bytes, len), text);
	return json_object_set_new(object, name, json_string(text));
}

/* len = 0: as many bytes as the number has. */
static int
set_number(json_t *object, const char *name, const EVP_PKEY *pkey,
    const char *param, size_t len)
{
	unsigned char bytes[AC_JWK_RSA_MAX_BITS / 8];
	BIGNUM *number = NULL;
	int r = -1;

	if (EVP_PKEY_get_bn_param(pkey, param, &number) != 1)
		return -1;
	if (len == 0)
		len = (size_t)BN_num_bytes(number);
	if (len <= sizeof(bytes) &&
	    BN_bn2binpad(number, bytes, (int)len) == (int)len)
		r = set_bytes(object, name, bytes, len);
	BN_free(number);
	return r;
}

static int
set_public(json_t *object, const struct ac_material *material)
{
	const EVP_PKEY *pkey = material->pkey;
	const struct ac_curve *curve;
	unsigned char raw[MAX_COORDINATE];
	size_t len = sizeof(raw);

	if (material->kty == AC_KTY_RSA) {
		if (json_object_set_new(object, "kty", json_string("RSA")) != 0)
			return -1;
		return set_number(object, "n", pkey, OSSL_PKEY_PARAM_RSA_N, 0) |
		       set_number(object, "e", pkey, OSSL_PKEY_PARAM_RSA_E, 0);
	}
	curve = ac_curve_find(material->kty, ac_span_text(material->curve));
	if (curve == NULL ||
	    json_object_set_new(object, "crv", json_string(curve->name)) != 0)
		return -1;
	if (material->kty == AC_KTY_EC) {
		if (json_object_set_new(object, "kty", json_string("EC")) != 0)
			return -1;
		return set_number(object, "x", pkey, OSSL_PKEY_PARAM_EC_PUB_X,
			   curve->bytes) |
		       set_number(object, "y", pkey, OSSL_PKEY_PARAM_EC_PUB_Y,
			   curve->bytes);
	}
	if (json_object_set_new(object, "kty", json_string("OKP")) != 0 ||
	    EVP_PKEY_get_raw_public_key(pkey, raw, &len) != 1)
		return -1;
	return set_bytes(object, "x", raw, len);
}

json_t *
ac_material_public(const struct ac_material *material)
{
	json_t *object;

	if (material->pkey == NULL)
		return NULL;
	object = json_object();
	if (object != NULL && set_public(object, material) != 0) {
		json_decref(object);
		object = NULL;
	}
	return object;
}
