/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making and checking signatures.  A verifier keeps a context that was set up
 * once; each check works on a copy of it.
 */
#include "jose/signature.h"

#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#define MAX_COORDINATE 66 /* P-521 */
/* SEQUENCE of two INTEGERs, each with a sign byte; long form of the length */
#define DER_MAX_BYTES       (3 + 2 * (2 + 1 + MAX_COORDINATE))

#define SIGNATURE_MAX_BYTES (AC_JWK_RSA_MAX_BITS / 8)

struct ac_verifier {
	const struct ac_alg *alg;
	size_t signature_bytes;
	EVP_MD_CTX *digest; /* all but HMAC */
	EVP_MAC_CTX *mac;   /* HMAC */
};

static EVP_MAC_CTX *
mac_context(const struct ac_material *material, const struct ac_alg *alg)
{
	char digest[16];
	OSSL_PARAM params[2] = { OSSL_PARAM_END, OSSL_PARAM_END };
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *ctx = mac == NULL ? NULL : EVP_MAC_CTX_new(mac);

	EVP_MAC_free(mac); /* the context holds it */
	OPENSSL_strlcpy(digest, alg->digest, sizeof(digest));
	params[0] =
	    OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0);
	if (ctx != NULL &&
	    EVP_MAC_init(ctx, (const unsigned char *)material->secret.data,
		material->secret.len, params) == 1)
		return ctx;
	EVP_MAC_CTX_free(ctx);
	return NULL;
}

static int
set_pss(EVP_PKEY_CTX *ctx, const struct ac_alg *alg)
{
	if (alg->scheme != AC_SCHEME_PSS)
		return 1;
	if (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) != 1)
		return 0;
	return EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST);
}

static EVP_MD_CTX *
digest_context(const struct ac_material *material, const struct ac_alg *alg,
    bool sign)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key = NULL; /* the context's */
	int r = 0;

	if (ctx != NULL && sign)
		r = EVP_DigestSignInit_ex(ctx, &key, alg->digest, NULL, NULL,
		    material->pkey, NULL);
	else if (ctx != NULL)
		r = EVP_DigestVerifyInit_ex(ctx, &key, alg->digest, NULL, NULL,
		    material->pkey, NULL);
	if (r == 1 && set_pss(key, alg) == 1)
		return ctx;
	EVP_MD_CTX_free(ctx);
	return NULL;
}

struct ac_verifier *
ac_verifier_new(const struct ac_material *material, const struct ac_alg *alg)
{
	struct ac_verifier *verifier = calloc(1, sizeof(*verifier));

	if (verifier == NULL)
		return NULL;
	(void)ERR_set_mark();
	verifier->alg = alg;
	verifier->signature_bytes = alg->signature_bytes != 0
					? alg->signature_bytes
					: material->signature_bytes;
	if (alg->scheme == AC_SCHEME_HMAC)
		verifier->mac = mac_context(material, alg);
	else
		verifier->digest = digest_context(material, alg, false);
	if (verifier->mac == NULL && verifier->digest == NULL)
		ac_verifier_free(&verifier);
	(void)ERR_pop_to_mark();
	return verifier;
}

void
ac_verifier_free(struct ac_verifier **verifier)
{
	if (*verifier == NULL)
		return;
	EVP_MD_CTX_free((*verifier)->digest);
	EVP_MAC_CTX_free((*verifier)->mac);
	free(*verifier);
	*verifier = NULL;
}

static bool
check_mac(const struct ac_verifier *verifier, struct authchain_span message,
    struct authchain_span signature)
{
	EVP_MAC_CTX *ctx = EVP_MAC_CTX_dup(verifier->mac);
	unsigned char own[EVP_MAX_MD_SIZE];
	size_t len = 0;
	bool good = false;

	if (ctx != NULL &&
	    EVP_MAC_update(ctx, (const unsigned char *)message.data,
		message.len) == 1 &&
	    EVP_MAC_final(ctx, own, &len, sizeof(own)) == 1)
		good = len == signature.len &&
		       CRYPTO_memcmp(own, signature.data, len) == 0;
	EVP_MAC_CTX_free(ctx);
	OPENSSL_cleanse(own, sizeof(own));
	return good;
}

/* One INTEGER of the n bytes at in, which are not all zero; returns the byte
 * behind it. */
static unsigned char *
der_integer(unsigned char *out, const unsigned char *in, size_t n)
{
	while (n > 0 && *in == 0) {
		in++;
		n--;
	}
	*out++ = 0x02;
	*out++ = (unsigned char)(n + (*in >> 7));
	if (*in >> 7 != 0)
		*out++ = 0;
	memcpy(out, in, n);
	return out + n;
}

static bool
is_zero(const unsigned char *in, size_t n)
{
	unsigned char all = 0;
	size_t i;

	for (i = 0; i < n; i++)
		all |= in[i];
	return all == 0;
}

/* r || s as the DER that OpenSSL takes (RFC 7518 3.4); false when one is 0. */
static bool
ecdsa_to_der(struct authchain_span raw, unsigned char out[DER_MAX_BYTES],
    size_t *len)
{
	const unsigned char *in = (const unsigned char *)raw.data;
	unsigned char body[DER_MAX_BYTES];
	size_t n = raw.len / 2, body_len, at = 0;

	if (n == 0 || n > MAX_COORDINATE || is_zero(in, n) ||
	    is_zero(in + n, n))
		return false;
	body_len =
	    (size_t)(der_integer(der_integer(body, in, n), in + n, n) - body);
	out[at++] = 0x30;
	if (body_len > 0x7f)
		out[at++] = 0x81;
	out[at++] = (unsigned char)body_len;
	memcpy(out + at, body, body_len);
	*len = at + body_len;
	return true;
}

static bool
check_digest(const struct ac_verifier *verifier, struct authchain_span message,
    struct authchain_span signature)
{
	const unsigned char *bytes = (const unsigned char *)signature.data;
	size_t len = signature.len;
	unsigned char der[DER_MAX_BYTES];
	EVP_MD_CTX *ctx;
	bool good = false;

	if (verifier->alg->scheme == AC_SCHEME_ECDSA) {
		if (!ecdsa_to_der(signature, der, &len))
			return false;
		bytes = der;
	}
	ctx = EVP_MD_CTX_new();
	if (ctx != NULL && EVP_MD_CTX_copy_ex(ctx, verifier->digest) == 1)
		good =
		    EVP_DigestVerify(ctx, bytes, len,
			(const unsigned char *)message.data, message.len) == 1;
	EVP_MD_CTX_free(ctx);
	return good;
}

bool
ac_verifier_check(const struct ac_verifier *verifier,
    struct authchain_span message, struct authchain_span signature)
{
	bool good;

	if (signature.len != verifier->signature_bytes)
		return false;
	(void)ERR_set_mark();
	good = verifier->mac != NULL
		   ? check_mac(verifier, message, signature)
		   : check_digest(verifier, message, signature);
	(void)ERR_pop_to_mark();
	return good;
}

/* OpenSSL's DER in place of itself as r || s of 2 n bytes. */
static int
ecdsa_from_der(unsigned char *out, size_t *len, size_t n)
{
	const unsigned char *at = out;
	ECDSA_SIG *der = d2i_ECDSA_SIG(NULL, &at, (long)*len);
	int r = -1;

	if (der != NULL &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(der), out, (int)n) == (int)n &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(der), out + n, (int)n) == (int)n) {
		*len = 2 * n;
		r = 0;
	}
	ECDSA_SIG_free(der);
	return r;
}

static int
sign_digest(const struct ac_material *material, const struct ac_alg *alg,
    struct authchain_span message, unsigned char *out, size_t *len)
{
	EVP_MD_CTX *ctx = digest_context(material, alg, true);
	size_t room = *len;
	int r = -1;

	/* short of memory, OpenSSL 3.0 calls -1 bytes of ECDSA a success */
	if (ctx != NULL &&
	    EVP_DigestSign(ctx, out, len, (const unsigned char *)message.data,
		message.len) == 1 &&
	    *len > 0 && *len <= room)
		r = 0;
	EVP_MD_CTX_free(ctx);
	if (r == 0 && alg->scheme == AC_SCHEME_ECDSA)
		r = ecdsa_from_der(out, len, alg->signature_bytes / 2);
	return r;
}

static int
sign_mac(const struct ac_material *material, const struct ac_alg *alg,
    struct authchain_span message, unsigned char *out, size_t *len)
{
	EVP_MAC_CTX *ctx = mac_context(material, alg);
	int r = -1;

	if (ctx != NULL &&
	    EVP_MAC_update(ctx, (const unsigned char *)message.data,
		message.len) == 1 &&
	    EVP_MAC_final(ctx, out, len, *len) == 1)
		r = 0;
	EVP_MAC_CTX_free(ctx);
	return r;
}

int
ac_signature_make(const struct ac_material *material, const struct ac_alg *alg,
    struct authchain_span message, struct ac_buf *out,
    struct authchain_error *err)
{
	unsigned char bytes[SIGNATURE_MAX_BYTES];
	size_t len = sizeof(bytes);
	int r;

	(void)ERR_set_mark();
	r = alg->scheme == AC_SCHEME_HMAC
		? sign_mac(material, alg, message, bytes, &len)
		: sign_digest(material, alg, message, bytes, &len);
	(void)ERR_pop_to_mark();
	if (r != 0)
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "signing with %s failed in libcrypto", alg->name);
	ac_buf_add(out, ac_span((const char *)bytes, len));
	return 0;
}
