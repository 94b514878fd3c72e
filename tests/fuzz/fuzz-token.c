/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A compact token from its first byte to its verdict, by two policies.  The
 * second opinion (strict.h) must agree, both ways.  What is changed of a token
 * is signed again most of the time: else no change would get past the check
 * of the signature.
 */
#include "config.h" /* memmem */

#include "fuzz.h"
#include "signing.h"
#include "strict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/base64url.h"
#include "jose/claims.h"
#include "jose/jws.h"

#define MAX_TEXT 24576

static const struct strict_policy plain = { "sub", NULL, 0, false, false };
static const struct strict_policy picky = { "client_id", "jti", 3600, false,
	false };

static const char *const algs[] = { "HS256", "RS256", "PS256", "ES256", "EdDSA",
	NULL };

/* A key set is symmetric or public, as a provider is. */
static const struct ac_jwks *
keys(bool symmetric)
{
	static struct ac_jwks *sets[2];
	struct ac_jwks **set = &sets[symmetric];

	if (*set == NULL)
		*set = ac_jwks_parse(ac_span_text(signing_set(symmetric)),
		    AC_JWK_LOCAL, NULL);
	fuzz_promise(*set != NULL && ac_jwks_count(*set) == (symmetric ? 1 : 3),
	    "there are keys");
	return *set;
}

static ac_alg_set
allowed(bool symmetric)
{
	ac_alg_set set = 0;

	for (size_t i = symmetric ? 0 : 1; i < (symmetric ? 1 : 5); i++)
		set |= ac_alg_bit(ac_alg_find(ac_span_text(algs[i])));
	return set;
}

static bool
find(void *arg, struct authchain_span name, struct authchain_value *value)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%.*s", (int)name.len, name.data);
	*value = (struct authchain_value){ .type = AUTHCHAIN_TYPE_ABSENT };
	ac_json_value(json_object_get(ac_jws_tree(arg), text), value);
	return value->type != AUTHCHAIN_TYPE_ABSENT;
}

static uint32_t
judge_claims(struct ac_jws *jws, const struct authchain_peek *peek,
    const struct strict_policy *how, struct authchain_error *err)
{
	struct authchain_span audience = ac_span_text(STRICT_AUDIENCE);
	struct authchain_span required = ac_span_text(how->required);
	struct ac_claims_policy policy = {
		.issuer = ac_span_text(STRICT_ISSUER),
		.audiences = &audience,
		.audience_count = 1,
		.required = &required,
		.required_count = how->required != NULL,
		.subject_claim = how->subject,
		.leeway_s = STRICT_LEEWAY_S,
		.max_age_s = how->max_age_s,
	};
	struct ac_claims claims = { peek, find, jws };

	return ac_claims_refuse(&claims, &policy, STRICT_NOW_S * INT64_C(1000),
	    err);
}

/* As a provider does it: claims, header, rules, and only then a key. */
static uint32_t
judge(struct authchain_span token, bool symmetric,
    const struct strict_policy *how, struct authchain_error *err)
{
	struct ac_header_policy header = { allowed(symmetric), NULL };
	uint32_t reason = AUTHCHAIN_REASON_NONE;
	struct ac_jws *jws = ac_jws_parse(token, &reason, err);
	const struct authchain_peek *peek = NULL;
	const struct ac_alg *alg = NULL;
	const struct ac_jwk *key = NULL;

	fuzz_promise((jws == NULL) == (reason != AUTHCHAIN_REASON_NONE),
	    "a token is parsed, or there is a reason");
	if (jws != NULL)
		peek = ac_jws_claims(jws, &reason, err);
	if (peek != NULL)
		reason = ac_header_refuse(peek, &header, &alg);
	if (peek != NULL && reason == AUTHCHAIN_REASON_NONE)
		reason = judge_claims(jws, peek, how, err);
	if (peek != NULL && reason == AUTHCHAIN_REASON_NONE)
		reason = ac_jws_verify(peek, alg, keys(symmetric), &key);
	fuzz_promise(reason != AUTHCHAIN_REASON_NONE ||
			 (key != NULL && ac_jwk_allows(key, alg)),
	    "who is accepted was verified by a key that may");
	ac_jws_free(&jws);
	return reason;
}

/* By the provider of one kind of keys or by that of the other. */
static bool
accepts(struct authchain_span token, const struct strict_policy *how)
{
	bool accepted = false;

	for (size_t symmetric = 0; symmetric < 2; symmetric++) {
		struct authchain_error err = { 0 };
		uint32_t reason = judge(token, symmetric == 1, how, &err);

		fuzz_promise(strnlen(err.text, sizeof(err.text)) <
				 sizeof(err.text),
		    "an error's text ends");
		accepted = accepted || reason == AUTHCHAIN_REASON_NONE;
	}
	return accepted;
}

/* Secrets are written in these; what is read is what is written again. */
static void
check_decodings(struct authchain_span text)
{
	static const char digits[] = "0123456789abcdef";
	static unsigned char bytes[MAX_TEXT];
	static char again[2 * MAX_TEXT];
	size_t len = 0;

	text = ac_span_cut(text, 0, 256);
	if (ac_hex_decode(text, bytes)) {
		for (size_t i = 0; i < text.len / 2; i++) {
			again[2 * i] = digits[bytes[i] >> 4];
			again[2 * i + 1] = digits[bytes[i] & 15];
		}
		fuzz_promise(text.len % 2 == 0 && ac_span_is_nocase(text,
						      ac_span(again, text.len)),
		    "hexadecimal is read strictly");
	}
	if (!ac_base64_decode(text, bytes, &len))
		return;
	(void)EVP_EncodeBlock((unsigned char *)again, bytes, (int)len);
	fuzz_promise(ac_span_is_text(text, again), "base64 is read strictly");
}

/* Our own signature under any payload is one that we take. */
static void
check_signing(struct authchain_span payload)
{
	const struct ac_alg *alg = ac_alg_find(ac_span_text("HS256"));
	char *token = ac_jws_sign(ac_jwks_at(keys(true), 0), alg,
	    ac_span_text("{\"alg\":\"HS256\"}"), payload, NULL);
	const struct ac_jwk *key = NULL;
	struct ac_jws *jws = NULL;
	uint32_t reason;

	if (token != NULL)
		jws = ac_jws_parse(ac_span_text(token), &reason, NULL);
	fuzz_promise((jws != NULL) == (token != NULL),
	    "what was signed is a token");
	if (jws != NULL)
		fuzz_promise(ac_jws_verify(ac_jws_header(jws), alg, keys(true),
				 &key) == AUTHCHAIN_REASON_NONE,
		    "by a key that verifies it");
	ac_jws_free(&jws);
	free(token);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct strict_policy *const both[] = { &plain, &picky };
	struct authchain_span token = ac_span((const char *)data, size);

	check_decodings(token);
	check_signing(token);
	for (size_t i = 0; i < 2; i++) {
		bool ours = accepts(token, both[i]);
		bool theirs = strict_token(token.data, size, both[i]);

		fuzz_promise(!ours || theirs,
		    "nothing is accepted that the strict rule refuses");
		fuzz_promise(ours || !theirs,
		    "nothing is refused that the strict rule accepts");
	}
	return 0;
}

/* ---- changes ----------------------------------------------------------- */

static const char *const claim_names[] = { "iss", "sub", "aud", "exp", "nbf",
	"iat", "jti", "cnf", "client_id", "scope", "Exp", "exp\\u0000",
	"\\u0065xp", "", NULL };
static const char *const claim_values[] = { "\"https://issuer.test\"",
	"\"https://issuer.test/\"", "\"https://api.test\"",
	"\"https://api.test/\"", "\"https://api.test//\"",
	"[\"https://api.test\"]", "[\"a\",\"https://api.test/\"]",
	"[\"https://api.test\",1]", "[]", "{}", "null", "true", "false", "\"\"",
	"\"alice\"", "\"a\\u0000b\"", "\"a\\nb\"", "\"\\u007f\"", "0", "-1",
	"-0", "1800000000", "1799999940", "1799999941", "1799999940.0009",
	"1799999940.001", "1800000060", "1800000061", "1800000060.0005",
	"1800000060.001", "1799996340", "1799996341", "253402300799",
	"253402300800", "9223372036854775807", "9223372036854775808",
	"-9223372036854775808", "1e400", "1e308", "1.8e9", "18e8",
	"1800000000.0", "\"1800000300\"", "1800000300", "0.1e-5", "\"\\ud800\"",
	"\"\\ud83d\\ude00\"", "\"\xc3\xa9\"", NULL };
static const char *const header_names[] = { "alg", "typ", "kid", "crit", "b64",
	"zip", "enc", "jwk", "jku", "x5u", "cty", NULL };
static const char *const header_values[] = { "\"HS256\"", "\"RS256\"",
	"\"PS256\"", "\"ES256\"", "\"EdDSA\"", "\"none\"", "\"HS512\"",
	"\"hs256\"", "\"HS256\\u0000\"", "\"JWT\"", "\"at+jwt\"",
	"\"application/jwt\"", "\"application/at+JWT\"", "\"application/\"",
	"\"JOSE\"", "\"h\"", "\"r\"", "\"e\"", "\"x\"", "\"\"", "null", "1",
	"[]", "[\"exp\"]", "false", "{}", NULL };

/* base64url of what is there, or of nothing when it is none. */
static size_t
decoded(struct authchain_span text, char *out)
{
	size_t len = ac_base64url_decoded(text.len);

	return ac_base64url_decode(text, (unsigned char *)out) ? len : 0;
}

static size_t
encode(char *out, const char *bytes, size_t len)
{
	ac_base64url_encode(ac_span(bytes, len), out);
	return ac_base64url_encoded(len);
}

/* alg as the header says, or one of ours. */
static const char *
alg_of(const struct fuzz_text *header, struct fuzz_random *random)
{
	for (size_t i = 0; algs[i] != NULL; i++) {
		if (memmem(header->bytes, header->len, algs[i],
			strlen(algs[i])) != NULL &&
		    fuzz_below(random, 16) > 0)
			return algs[i];
	}
	return algs[fuzz_below(random, 5)];
}

static size_t
assemble(char *out, const struct fuzz_text *header,
    const struct fuzz_text *claims, struct fuzz_random *random)
{
	unsigned char signature[SIGNING_MAX];
	size_t len = encode(out, header->bytes, header->len), made;

	out[len++] = '.';
	len += encode(out + len, claims->bytes, claims->len);
	made = signing_make(alg_of(header, random),
	    &(struct signing_bytes){ out, len }, signature);
	out[len++] = '.';
	return len + encode(out + len, (const char *)signature, made);
}

static size_t
change_and_sign(char *text, size_t size, size_t max_size,
    struct fuzz_random *random)
{
	static const struct fuzz_words names[] = { { header_names },
		{ claim_names } };
	static const struct fuzz_words values[] = { { header_values },
		{ claim_values } };
	static char buffer[2][MAX_TEXT], out[4 * MAX_TEXT];
	struct authchain_span token = ac_span(text, size);
	size_t dot = ac_span_find(token, '.', 0), len;
	size_t second = ac_span_find(token, '.', dot + 1);
	struct fuzz_text parts[2] = {
		{ buffer[0], decoded(ac_span_cut(token, 0, dot), buffer[0]),
		    4000 },
		{ buffer[1],
		    decoded(ac_span_cut(token, dot + 1, second), buffer[1]),
		    12000 },
	};

	for (size_t k = fuzz_below(random, 3) + 1; k > 0; k--) {
		size_t which = fuzz_below(random, 4) > 0;

		fuzz_json(&parts[which], random, &names[which], &values[which]);
	}
	len = assemble(out, &parts[0], &parts[1], random);
	if (len > max_size)
		return size;
	memcpy(text, out, len);
	return len;
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
    unsigned int seed)
{
	struct fuzz_random random;

	fuzz_random_seed(&random, seed);
	if (size >= MAX_TEXT || fuzz_below(&random, 8) == 0)
		return LLVMFuzzerMutate(data, size, max_size);
	return change_and_sign((char *)data, size, max_size, &random);
}
