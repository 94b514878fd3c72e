/* SPDX-License-Identifier: BSD-2-Clause */
/* Signs as RFC 7515 says, by EVP. */
#include "config.h" /* asprintf */

#include "token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include "base/base64url.h"

#define P256_BYTES 32
#define LIFETIME_S 86400

void *
bench_must(void *made, const char *what)
{
	if (made == NULL) {
		fprintf(stderr, "bench: %s can't be made\n", what);
		exit(2);
	}
	return made;
}

static void
must(int r, const char *what)
{
	static char made;

	(void)bench_must(r == 1 ? &made : NULL, what);
}

void
bench_key_init(struct bench_key *key, const char *alg)
{
	memset(key, 0, sizeof(*key));
	key->alg = alg;
	if (alg[0] == 'H') {
		must(RAND_bytes(key->secret, sizeof(key->secret)), alg);
		return;
	}
	if (strcmp(alg, "ES256") == 0)
		key->pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	else if (strcmp(alg, "EdDSA") == 0)
		key->pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	else
		key->pkey = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	(void)bench_must(key->pkey, alg);
}

void
bench_key_clear(struct bench_key *key)
{
	EVP_PKEY_free(key->pkey);
	OPENSSL_cleanse(key, sizeof(*key));
}

static char *
encode(const void *bytes, size_t len)
{
	char *text = bench_must(malloc(ac_base64url_encoded(len) + 1), "text");

	ac_base64url_encode((struct authchain_span){ .data = bytes,
				.len = len },
	    text);
	return text;
}

static void
set_bytes(json_t *jwk, const char *name, const void *bytes, size_t len)
{
	char *text = encode(bytes, len);

	must(json_object_set_new(jwk, name, json_string(text)) == 0, name);
	free(text);
}

static void
set_number(json_t *jwk, const struct bench_key *key, const char *name,
    const char *parameter)
{
	unsigned char bytes[BENCH_SIGNATURE];
	BIGNUM *number = NULL;
	int len = key->alg[0] == 'E' ? P256_BYTES : 0;

	must(EVP_PKEY_get_bn_param(key->pkey, parameter, &number), name);
	if (len == 0)
		len = BN_num_bytes(number);
	must(BN_bn2binpad(number, bytes, len) == len, name);
	set_bytes(jwk, name, bytes, (size_t)len);
	BN_free(number);
}

json_t *
bench_key_jwk(const struct bench_key *key)
{
	unsigned char bytes[BENCH_SIGNATURE];
	size_t len = sizeof(bytes);
	const char *kty = "RSA";
	json_t *jwk = bench_must(json_object(), "JWK");

	if (key->pkey == NULL) {
		kty = "oct";
		set_bytes(jwk, "k", key->secret, sizeof(key->secret));
	} else if (strcmp(key->alg, "EdDSA") == 0) {
		kty = "OKP";
		must(EVP_PKEY_get_raw_public_key(key->pkey, bytes, &len), kty);
		set_bytes(jwk, "x", bytes, len);
		must(json_object_set_new(jwk, "crv", json_string("Ed25519")) ==
			 0,
		    kty);
	} else if (key->alg[0] == 'E') {
		kty = "EC";
		set_number(jwk, key, "x", OSSL_PKEY_PARAM_EC_PUB_X);
		set_number(jwk, key, "y", OSSL_PKEY_PARAM_EC_PUB_Y);
		must(json_object_set_new(jwk, "crv", json_string("P-256")) == 0,
		    kty);
	} else {
		set_number(jwk, key, "n", OSSL_PKEY_PARAM_RSA_N);
		set_number(jwk, key, "e", OSSL_PKEY_PARAM_RSA_E);
	}
	must(json_object_set_new(jwk, "kty", json_string(kty)) == 0 &&
		 json_object_set_new(jwk, "alg", json_string(key->alg)) == 0 &&
		 json_object_set_new(jwk, "kid", json_string("k1")) == 0,
	    "JWK");
	return jwk;
}

char *
bench_key_pem(const struct bench_key *key)
{
	BIO *bio = bench_must(BIO_new(BIO_s_mem()), "PEM");
	char *text = NULL, *copy;
	long len;

	must(PEM_write_bio_PUBKEY(bio, key->pkey), "PEM");
	len = BIO_get_mem_data(bio, &text);
	copy = bench_must(strndup(text, (size_t)len), "PEM");
	BIO_free(bio);
	return copy;
}

static void
sign_digest(struct bench_token *token, const struct bench_key *key)
{
	EVP_MD_CTX *ctx = bench_must(EVP_MD_CTX_new(), "context");
	EVP_PKEY_CTX *pkey = NULL;
	const char *digest = strcmp(key->alg, "EdDSA") == 0 ? NULL : "SHA256";

	must(EVP_DigestSignInit_ex(ctx, &pkey, digest, NULL, NULL, key->pkey,
		 NULL),
	    key->alg);
	if (key->alg[0] == 'P')
		must(EVP_PKEY_CTX_set_rsa_padding(pkey,
			 RSA_PKCS1_PSS_PADDING) == 1 &&
			 EVP_PKEY_CTX_set_rsa_pss_saltlen(pkey,
			     RSA_PSS_SALTLEN_DIGEST) == 1,
		    key->alg);
	token->signature_len = sizeof(token->signature);
	must(EVP_DigestSign(ctx, token->signature, &token->signature_len,
		 (const unsigned char *)token->text, token->signed_len),
	    key->alg);
	EVP_MD_CTX_free(ctx);
}

static void
sign_mac(struct bench_token *token, const struct bench_key *key)
{
	unsigned int len = 0;

	(void)bench_must(HMAC(EVP_sha256(), key->secret, sizeof(key->secret),
			     (const unsigned char *)token->text,
			     token->signed_len, token->signature, &len),
	    key->alg);
	token->signature_len = len;
}

/* The signature as a token carries it. */
static char *
encoded_signature(const struct bench_token *token, const struct bench_key *key)
{
	unsigned char pair[2 * P256_BYTES];
	const unsigned char *der = token->signature;
	ECDSA_SIG *numbers;

	if (strcmp(key->alg, "ES256") != 0)
		return encode(token->signature, token->signature_len);
	numbers =
	    bench_must(d2i_ECDSA_SIG(NULL, &der, (long)token->signature_len),
		"ECDSA");
	must(BN_bn2binpad(ECDSA_SIG_get0_r(numbers), pair, P256_BYTES) > 0 &&
		 BN_bn2binpad(ECDSA_SIG_get0_s(numbers), pair + P256_BYTES,
		     P256_BYTES) > 0,
	    "ECDSA");
	ECDSA_SIG_free(numbers);
	return encode(pair, sizeof(pair));
}

static char *
payload(const char *issuer, unsigned number)
{
	time_t now = time(NULL);
	char *text = NULL, *encoded;
	int len = asprintf(&text,
	    "{\"iss\":\"%s\",\"sub\":\"user_01HXYZ%08u\",\"aud\":\"%s\","
	    "\"client_id\":\"client_01JABCDEF\",\"jti\":\"01HZ%08u\","
	    "\"scope\":\"openid profile read\",\"sid\":\"session_01J%u\","
	    "\"iat\":%lld,\"nbf\":%lld,\"exp\":%lld}",
	    issuer, number, BENCH_AUDIENCE, number, number, (long long)now,
	    (long long)now, (long long)now + LIFETIME_S);

	must(len > 0, "payload");
	encoded = encode(text, (size_t)len);
	free(text);
	return encoded;
}

void
bench_token_init(struct bench_token *token, const struct bench_key *key,
    const char *issuer, unsigned number)
{
	char header[128];
	char *first, *second = payload(issuer, number), *third;
	int len = snprintf(header, sizeof(header),
	    "{\"alg\":\"%s\",\"typ\":\"JWT\",\"kid\":\"k1\"}", key->alg);

	first = encode(header, (size_t)len);
	token->text = NULL;
	len = asprintf(&token->text, "%s.%s", first, second);
	must(len > 0, "token");
	token->signed_len = (size_t)len;
	if (key->pkey == NULL)
		sign_mac(token, key);
	else
		sign_digest(token, key);
	free(token->text);
	third = encoded_signature(token, key);
	len = asprintf(&token->text, "%s.%s.%s", first, second, third);
	must(len > 0, "token");
	token->len = (size_t)len;
	free(first);
	free(second);
	free(third);
}

void
bench_token_clear(struct bench_token *token)
{
	free(token->text);
	memset(token, 0, sizeof(*token));
}

struct bench_ring *
bench_ring_new(const struct bench_key *key, const char *issuer)
{
	struct bench_ring *ring =
	    bench_must(calloc(1, sizeof(*ring)), "tokens");

	for (unsigned i = 0; i < BENCH_RING; i++) {
		struct bench_token *token = &ring->tokens[i];

		bench_token_init(token, key, issuer, i);
		ring->texts[i] =
		    (struct authchain_span){ token->text, token->len };
	}
	return ring;
}

void
bench_ring_free(struct bench_ring **ring)
{
	for (size_t i = 0; *ring != NULL && i < BENCH_RING; i++)
		bench_token_clear(&(*ring)->tokens[i]);
	free(*ring);
	*ring = NULL;
}
