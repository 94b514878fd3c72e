/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys, key sets and tokens for tests. */
#include "signer.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/pem.h>

static void *
must(void *made, const char *what, const struct authchain_error *err)
{
	if (made == NULL) {
		fprintf(stderr, "%s: %s\n", what, err == NULL ? "" : err->text);
		exit(99);
	}
	return made;
}

static EVP_PKEY *
generate(const char *alg)
{
	if (strncmp(alg, "ES", 2) == 0)
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	if (strcmp(alg, "EdDSA") == 0)
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
}

struct ac_jwk *
signer_key(const char *alg)
{
	struct authchain_error err = { 0 };
	struct ac_jwk *jwk;
	EVP_PKEY *pkey;
	BIO *bio;
	char *pem = NULL;
	long len;

	if (strncmp(alg, "HS", 2) == 0)
		return must(ac_jwk_from_secret(ac_span_text("secret-secret-"
							    "secret-secret-"
							    "secret-secret"),
				&err),
		    "secret", &err);
	pkey = must(generate(alg), alg, NULL);
	bio = must(BIO_new(BIO_s_mem()), "BIO", NULL);
	(void)PEM_write_bio_PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL);
	len = BIO_get_mem_data(bio, &pem);
	jwk =
	    must(ac_jwk_from_pem(ac_span(pem, (size_t)len), &err), "PEM", &err);
	BIO_free(bio);
	EVP_PKEY_free(pkey);
	return jwk;
}

char *
signer_set(struct ac_jwk *const *keys, const char *const *kids, size_t count)
{
	json_t *set = must(json_object(), "JSON", NULL);
	json_t *list = must(json_array(), "JSON", NULL);
	char *text;

	for (size_t i = 0; i < count; i++) {
		const char *kid = kids[i] == NULL ? "" : kids[i];
		json_t *key =
		    must(ac_jwk_public(keys[i], kid), "public key", NULL);

		if (kids[i] == NULL)
			(void)json_object_del(key, "kid");
		(void)json_array_append_new(list, key);
	}
	(void)json_object_set_new(set, "keys", list);
	text = must(json_dumps(set, JSON_COMPACT), "JSON", NULL);
	json_decref(set);
	return text;
}

char *
signer_set_of(const struct ac_jwk *key, const char *kid)
{
	struct ac_jwk *own = (struct ac_jwk *)(uintptr_t)key;

	return signer_set(&own, &kid, 1);
}

char *
signer_token_with(const struct ac_jwk *key, const char *alg, const char *header,
    const char *claims)
{
	struct authchain_error err = { 0 };
	const struct ac_alg *row = ac_alg_find(ac_span_text(alg));

	if (row == NULL)
		exit(99);
	return must(ac_jws_sign(key, row, ac_span_text(header),
			ac_span_text(claims), &err),
	    "token", &err);
}

char *
signer_token(const struct ac_jwk *key, const char *alg, const char *kid,
    const char *claims)
{
	char header[512];

	(void)snprintf(header, sizeof(header),
	    "{\"alg\":\"%s\",\"typ\":\"JWT\"%s%s%s}", alg,
	    kid == NULL ? "" : ",\"kid\":\"", kid == NULL ? "" : kid,
	    kid == NULL ? "" : "\"");
	return signer_token_with(key, alg, header, claims);
}

char *
signer_broken(const char *token)
{
	char *copy = must(strdup(token), "memory", NULL);
	char *signature = strrchr(copy, '.') + 1;

	signature[8] = signature[8] == 'A' ? 'B' : 'A';
	return copy;
}
