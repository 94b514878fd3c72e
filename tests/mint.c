/* SPDX-License-Identifier: BSD-2-Clause */
/* Signs with libcrypto alone, beside the code that is under test. */
#include "mint.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/encoder.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/x509.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/base64url.h"

static char token[MINT_TEXT];
static char forms[MINT_FORMS][MINT_TEXT];
static size_t form_len[MINT_FORMS];
static EVP_PKEY *pair;

/* Adds base64url of the bytes, with this in front. */
static void
add(const char *front, struct authchain_span bytes)
{
	size_t len = strlen(token) + strlen(front);

	if (len + ac_base64url_encoded(bytes.len) >= sizeof(token))
		abort();
	memcpy(token + strlen(token), front, strlen(front) + 1);
	ac_base64url_encode(bytes, token + len);
}

static void
begin(const char *header, const char *payload)
{
	token[0] = '\0';
	add("", ac_span_text(header));
	add(".", ac_span_text(payload));
}

static const char *
end(const unsigned char *signature, size_t len)
{
	add(".", ac_span((const char *)signature, len));
	return token;
}

const char *
mint(const char *header, const char *payload, struct authchain_span key,
    const char *digest)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned int len = 0;

	begin(header, payload);
	if (digest[0] != '\0' &&
	    HMAC(EVP_get_digestbyname(digest), key.len == 0 ? "" : key.data,
		(int)key.len, (const unsigned char *)token, strlen(token), mac,
		&len) == NULL)
		abort();
	return end(mac, len);
}

static void
keep(enum mint_form form, const void *bytes, size_t len)
{
	if (len >= MINT_TEXT)
		abort();
	memcpy(forms[form], bytes, len);
	forms[form][len] = '\0';
	form_len[form] = len;
}

/* The SPKI or, older, the PKCS#1 form of the public half. */
static void
keep_pem(enum mint_form form, bool pkcs1)
{
	BIO *bio = BIO_new(BIO_s_mem());
	const char *structure = pkcs1 ? "pkcs1" : "SubjectPublicKeyInfo";
	OSSL_ENCODER_CTX *ctx = OSSL_ENCODER_CTX_new_for_pkey(pair,
	    OSSL_KEYMGMT_SELECT_PUBLIC_KEY, "PEM", structure, NULL);
	char *text = NULL;
	long len;

	if (bio == NULL || ctx == NULL || OSSL_ENCODER_to_bio(ctx, bio) != 1)
		abort();
	len = BIO_get_mem_data(bio, &text);
	keep(form, text, (size_t)len);
	OSSL_ENCODER_CTX_free(ctx);
	BIO_free(bio);
}

static void
keep_der(enum mint_form form, int (*encode)(const EVP_PKEY *, unsigned char **))
{
	unsigned char *der = NULL;
	int len = encode(pair, &der);

	if (len <= 0)
		abort();
	keep(form, der, (size_t)len);
	OPENSSL_free(der);
}

static void
keep_encoded_der(void)
{
	const unsigned char *der = (const unsigned char *)forms[MINT_DER];
	size_t len = form_len[MINT_DER];
	unsigned char base64[MINT_TEXT];
	char text[MINT_TEXT];

	keep(MINT_DER_BASE64, base64,
	    (size_t)EVP_EncodeBlock(base64, der, (int)len));
	ac_base64url_encode(ac_span(forms[MINT_DER], len), text);
	keep(MINT_DER_BASE64URL, text, strlen(text));
	for (size_t i = 0; i < len; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", der[i]);
	keep(MINT_DER_HEX, text, 2 * len);
}

static void
keep_jwk(void)
{
	BIGNUM *n = NULL;
	unsigned char bytes[MINT_TEXT];
	char text[MINT_TEXT];
	char jwk[MINT_TEXT];
	int len;

	if (EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_RSA_N, &n) != 1)
		abort();
	len = BN_bn2bin(n, bytes);
	BN_free(n);
	keep(MINT_MODULUS, bytes, (size_t)len);
	ac_base64url_encode(ac_span(forms[MINT_MODULUS], (size_t)len), text);
	keep(MINT_MODULUS_BASE64URL, text, strlen(text));
	len = snprintf(jwk, sizeof(jwk),
	    "{\"kty\":\"RSA\",\"n\":\"%.4096s\",\"e\":\"AQAB\"}", text);
	keep(MINT_JWK, jwk, (size_t)len);
	len = snprintf(text, sizeof(text), "{\"keys\":[%.6000s]}", jwk);
	keep(MINT_JWKS, text, (size_t)len);
}

static void
make_pair(void)
{
	if (pair != NULL)
		return;
	pair = EVP_RSA_gen(2048);
	if (pair == NULL)
		abort();
	keep_pem(MINT_PEM, false);
	keep(MINT_PEM_NO_END, forms[MINT_PEM], form_len[MINT_PEM] - 1);
	keep_pem(MINT_PKCS1_PEM, true);
	keep_der(MINT_DER, i2d_PUBKEY);
	keep_der(MINT_PKCS1_DER, i2d_PublicKey);
	keep_encoded_der();
	keep_jwk();
}

const char *
mint_form_name(enum mint_form form)
{
	static const char *const names[MINT_FORMS] = { "PEM",
		"PEM without the last line end", "DER", "DER in base64",
		"DER in base64url", "DER in hexadecimal", "PKCS#1 DER",
		"PKCS#1 PEM", "the modulus", "the modulus in base64url",
		"a JWK", "a JWK set" };

	return names[form];
}

struct authchain_span
mint_public_key(enum mint_form form)
{
	make_pair();
	return ac_span(forms[form], form_len[form]);
}

const char *
mint_rsa(const char *header, const char *payload)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char signature[512];
	size_t len = sizeof(signature);

	make_pair();
	begin(header, payload);
	if (ctx == NULL ||
	    EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, pair) != 1 ||
	    EVP_DigestSign(ctx, signature, &len, (const unsigned char *)token,
		strlen(token)) != 1)
		abort();
	EVP_MD_CTX_free(ctx);
	return end(signature, len);
}

void
mint_forget(void)
{
	EVP_PKEY_free(pair);
	pair = NULL;
}
