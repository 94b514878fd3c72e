/* SPDX-License-Identifier: BSD-2-Clause */
/* Making signatures. */
#include "jose/signature.h"

#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "jose/verifier.h"

#define SIGNATURE_MAX_BYTES (AC_JWK_RSA_MAX_BITS / 8)

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

static EVP_MD_CTX *
digest_context(const struct ac_material *material, const struct ac_alg *alg)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key = NULL; /* the context's */

	if (ctx != NULL &&
	    EVP_DigestSignInit_ex(ctx, &key, alg->digest, NULL, NULL,
		material->pkey, NULL) == 1 &&
	    ac_verifier_set_padding(key, alg) == 1)
		return ctx;
	EVP_MD_CTX_free(ctx);
	return NULL;
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
	EVP_MD_CTX *ctx = digest_context(material, alg);
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
