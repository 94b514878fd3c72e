/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys and tokens, made by libcrypto alone, so that what is measured has no
 * part in what it is measured with.  The program ends when one can't be made.
 */
#ifndef BENCH_TOKEN_H
#define BENCH_TOKEN_H

#include <authchain/plugin.h>

#include <jansson.h>
#include <openssl/evp.h>

#define BENCH_AUDIENCE  "https://mcp.example.com/mcp"
#define BENCH_ISSUER    "https://as.example.com"
#define BENCH_SIGNATURE 512 /* bytes */
#define BENCH_RING      16

struct bench_key {
	const char *alg; /* RS256, PS256, ES256, EdDSA, HS256 */
	EVP_PKEY *pkey;  /* of HS256: none */
	unsigned char secret[32];
};

struct bench_token {
	char *text;
	size_t len;
	size_t signed_len; /* what is signed: up to the second dot */
	/* As libcrypto takes it: of ES256 in DER, of HS256 32 bytes. */
	unsigned char signature[BENCH_SIGNATURE];
	size_t signature_len;
};

/* Tokens that take turns. */
struct bench_ring {
	struct bench_token tokens[BENCH_RING];
	struct authchain_span texts[BENCH_RING];
};

void *bench_must(void *made, const char *what);

void bench_key_init(struct bench_key *key, const char *alg);
void bench_key_clear(struct bench_key *key);
/* The public half as a JWK (of HS256: the secret); the caller's. */
json_t *bench_key_jwk(const struct bench_key *key);
/* The public half as PEM; the caller's. */
char *bench_key_pem(const struct bench_key *key);

/* A token of some 450 to 750 bytes, like those of an authorization server;
 * number makes it one of its own. */
void bench_token_init(struct bench_token *token, const struct bench_key *key,
    const char *issuer, unsigned number);
void bench_token_clear(struct bench_token *token);
struct bench_ring *bench_ring_new(const struct bench_key *key,
    const char *issuer);
void bench_ring_free(struct bench_ring **ring);

#endif
