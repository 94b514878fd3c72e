/* SPDX-License-Identifier: BSD-2-Clause */
/* See signing.h: independent of what it judges, so no header of ours. */
#include "signing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "../testkeys.h"

#define SECRET        "0123456789abcdefghijklmnopqrstuv" /* 32 bytes: HS256 alone */
#define SECRET_BASE64 "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY"
#define P256_BYTES    32

struct row {
	const char *alg, *kid;
	int type; /* EVP_PKEY_; NONE: HMAC */
	const char *pem;
	EVP_PKEY *key; /* of pem, at first use */
};

static struct row *
rows(void)
{
	static struct row all[] = {
		{ "HS256", "h", EVP_PKEY_NONE, NULL, NULL },
		{ "RS256", "r", EVP_PKEY_RSA, rsa_pem_pkcs8, NULL },
		{ "PS256", "r", EVP_PKEY_RSA_PSS, rsa_pem_pkcs8, NULL },
		{ "ES256", "e", EVP_PKEY_EC, p256_pem_pkcs8, NULL },
		{ "EdDSA", NULL, EVP_PKEY_ED25519, ed25519_pem, NULL },
		{ NULL, NULL, 0, NULL, NULL },
	};

	return all;
}

const char *
signing_set(bool symmetric)
{
	static char text[4096];

	if (symmetric)
		return "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"h\","
		       "\"k\":\"" SECRET_BASE64 "\"}]}";
	if (text[0] == '\0')
		(void)snprintf(text, sizeof(text),
		    "{\"keys\":[{\"kid\":\"r\",%s,{\"kid\":\"e\",%s,%s]}",
		    rsa_public + 1, p256_public + 1, ed25519_public);
	return text;
}

static struct row *
row_of(const char *alg)
{
	struct row *row = rows();
	BIO *bio;

	while (row->alg != NULL && (alg == NULL || strcmp(row->alg, alg) != 0))
		row++;
	if (row->alg == NULL)
		return NULL;
	if (row->key == NULL && row->pem != NULL) {
		bio = BIO_new_mem_buf(row->pem, -1);
		row->key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
		BIO_free(bio);
	}
	return row;
}

static size_t
hmac(const struct signing_bytes *message, unsigned char out[SIGNING_MAX])
{
	unsigned int len = 0;

	(void)HMAC(EVP_sha256(), SECRET, (int)strlen(SECRET),
	    (const unsigned char *)message->data, message->len, out, &len);
	return len;
}

static const EVP_MD *
digest(const struct row *row)
{
	return row->type == EVP_PKEY_ED25519 ? NULL : EVP_sha256();
}

static void
set_padding(const struct row *row, EVP_PKEY_CTX *context)
{
	if (row->type != EVP_PKEY_RSA_PSS)
		return;
	(void)EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING);
	(void)EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST);
}

/* r || s to what libcrypto reads; 0 when it can't be. */
static size_t
to_der(const struct signing_bytes *raw, unsigned char out[SIGNING_MAX])
{
	const unsigned char *bytes = (const unsigned char *)raw->data;
	ECDSA_SIG *sig = ECDSA_SIG_new();
	int len = 0;

	if (raw->len == 2 * P256_BYTES &&
	    ECDSA_SIG_set0(sig, BN_bin2bn(bytes, P256_BYTES, NULL),
		BN_bin2bn(bytes + P256_BYTES, P256_BYTES, NULL)) == 1)
		len = i2d_ECDSA_SIG(sig, &out);
	ECDSA_SIG_free(sig);
	return len < 0 ? 0 : (size_t)len;
}

static size_t
from_der(const unsigned char *der, size_t len, unsigned char out[SIGNING_MAX])
{
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)len);

	(void)BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, P256_BYTES);
	(void)BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + P256_BYTES, P256_BYTES);
	ECDSA_SIG_free(sig);
	return (size_t)2 * P256_BYTES;
}

static bool
verify(const struct row *row, const struct signing_bytes *message,
    const unsigned char *signature, size_t len)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *inner = NULL;
	bool good = EVP_DigestVerifyInit(context, &inner, digest(row), NULL,
			row->key) == 1;

	set_padding(row, inner);
	good = good &&
	       EVP_DigestVerify(context, signature, len,
		   (const unsigned char *)message->data, message->len) == 1;
	EVP_MD_CTX_free(context);
	ERR_clear_error();
	return good;
}

bool
signing_check(const char *alg, const char *kid,
    const struct signing_bytes *message, const struct signing_bytes *signature)
{
	const struct row *row = row_of(alg);
	unsigned char buffer[SIGNING_MAX];
	size_t len;

	if (row == NULL ||
	    (kid != NULL && (row->kid == NULL || strcmp(kid, row->kid) != 0)))
		return false;
	switch (row->type) {
	case EVP_PKEY_NONE:
		len = hmac(message, buffer);
		return signature->len == len &&
		       memcmp(signature->data, buffer, len) == 0;
	case EVP_PKEY_EC:
		len = to_der(signature, buffer);
		return len > 0 && verify(row, message, buffer, len);
	default:
		return verify(row, message,
		    (const unsigned char *)signature->data, signature->len);
	}
}

size_t
signing_make(const char *alg, const struct signing_bytes *message,
    unsigned char out[SIGNING_MAX])
{
	const struct row *row = row_of(alg);
	unsigned char der[SIGNING_MAX];
	size_t len = SIGNING_MAX;
	EVP_MD_CTX *context;
	EVP_PKEY_CTX *inner = NULL;

	if (row == NULL)
		return 0;
	if (row->type == EVP_PKEY_NONE)
		return hmac(message, out);
	context = EVP_MD_CTX_new();
	(void)EVP_DigestSignInit(context, &inner, digest(row), NULL, row->key);
	set_padding(row, inner);
	if (EVP_DigestSign(context, der, &len,
		(const unsigned char *)message->data, message->len) != 1)
		abort();
	EVP_MD_CTX_free(context);
	if (row->type == EVP_PKEY_EC)
		return from_der(der, len, out);
	memcpy(out, der, len);
	return len;
}
