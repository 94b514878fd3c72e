/* SPDX-License-Identifier: BSD-2-Clause */
/* Tokens as an attacker makes them: any header, any payload, any HMAC key. */
#ifndef TESTS_MINT_H
#define TESTS_MINT_H

#include "base/span.h"

#define MINT_TEXT 8192

/*
 * header.payload.HMAC, digest being "SHA256" and so on, or "" for an empty
 * signature.  In a buffer that the next call writes over.
 */
const char *mint(const char *header, const char *payload,
    struct authchain_span key, const char *digest);

/* One RSA key pair, made at the first call, its public half in the forms in
 * which it gets around. */
enum mint_form {
	MINT_PEM,
	MINT_PEM_NO_END, /* without the last line end */
	MINT_DER,
	MINT_DER_BASE64,
	MINT_DER_BASE64URL,
	MINT_DER_HEX,
	MINT_PKCS1_DER,
	MINT_PKCS1_PEM,
	MINT_MODULUS,
	MINT_MODULUS_BASE64URL,
	MINT_JWK,
	MINT_JWKS,
	MINT_FORMS
};
const char *mint_form_name(enum mint_form form);
struct authchain_span mint_public_key(enum mint_form form);
/* RS256 of the text with its private half, in the same shape as mint. */
const char *mint_rsa(const char *header, const char *payload);
/* Frees the pair. */
void mint_forget(void);

#endif
