/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checks of RFC 9449 4.3.  The signature comes last: it costs the most, and
 * by then the key is known to be the token's.
 */
#include "dpop-proof.h"

#include "dpop-uri.h"

struct reading {
	const struct dpop_wanted *wanted;
	struct dpop_proof *proof;
	struct authchain_error *err;
	struct ac_jws *jws;
	const struct authchain_peek *peek;
	const struct ac_alg *alg;
	json_t *header;
	struct ac_jwk *key;
	char thumbprint[AC_THUMBPRINT_BYTES + 1];
};

static uint32_t
refuse(const struct reading *reading, const char *why)
{
	(void)ac_error(reading->err, AUTHCHAIN_ERROR_USAGE, "the proof: %s",
	    why);
	return AUTHCHAIN_REASON_INVALID_PROOF;
}

/* ---- header ------------------------------------------------------------ */

static uint32_t
check_header(struct reading *reading)
{
	static const char *const types[] = { "dpop+jwt", NULL };
	const struct ac_header_policy policy = { reading->wanted->algorithms,
		types };
	const struct authchain_peek *peek = reading->peek;

	if (!ac_span_is_text(peek->typ, types[0]))
		return refuse(reading, "typ is not dpop+jwt");
	switch (ac_header_refuse(peek, &policy, &reading->alg)) {
	case AUTHCHAIN_REASON_NONE:
		return AUTHCHAIN_REASON_NONE;
	case AUTHCHAIN_REASON_ALGORITHM_NOT_ALLOWED:
		return refuse(reading, "alg is none of those in algorithms");
	default:
		return refuse(reading, "its header has members that change "
				       "what it means");
	}
}

static uint32_t
check_key(struct reading *reading)
{
	struct authchain_error why = { 0 };
	const json_t *jwk;

	reading->header =
	    ac_json_parse(reading->peek->header, &ac_json_token, &why);
	jwk = json_object_get(reading->header, "jwk");
	if (!json_is_object(jwk))
		return refuse(reading, "it has no jwk in its header");
	reading->key = ac_jwk_parse(jwk, AC_JWK_REMOTE, &why);
	if (reading->key == NULL) {
		(void)ac_error(reading->err, AUTHCHAIN_ERROR_USAGE,
		    "the proof: its jwk can't be used: %.500s", why.text);
		return AUTHCHAIN_REASON_INVALID_PROOF;
	}
	if (!ac_jwk_allows(reading->key, reading->alg))
		return refuse(reading, "its jwk does not go with its alg");
	if (ac_thumbprint(jwk, reading->thumbprint) != 0)
		return refuse(reading, "its jwk has no thumbprint");
	if (!ac_span_is_secret(ac_span_text(reading->thumbprint),
		reading->wanted->thumbprint))
		return refuse(reading, "its key is not the one that the token "
				       "is bound to");
	return AUTHCHAIN_REASON_NONE;
}

/* ---- claims ------------------------------------------------------------ */

/* A claim's text; no value when it is absent or something else. */
static struct authchain_span
text_claim(const struct reading *reading, const char *pointer)
{
	struct authchain_value value;

	if (ac_jws_claim(reading->jws, pointer, &value) != 1 ||
	    value.type != AUTHCHAIN_TYPE_STRING)
		return ac_span(NULL, 0);
	return value.text;
}

static bool
is_same_uri(const struct reading *reading, struct authchain_span htu)
{
	const struct dpop_wanted *wanted = reading->wanted;
	struct ac_buf uri;
	bool found = false;

	ac_buf_init(&uri, (size_t)2 * DPOP_URI_MAX_BYTES);
	if (dpop_uri_add(&uri, htu))
		for (size_t i = 0; i < wanted->uri_count; i++)
			found = found ||
				ac_span_is(ac_buf_span(&uri), wanted->uris[i]);
	ac_buf_clear(&uri);
	return found;
}

static uint32_t
check_request(struct reading *reading)
{
	const struct dpop_wanted *wanted = reading->wanted;
	struct authchain_span htm = text_claim(reading, "/htm"),
			      htu = text_claim(reading, "/htu"),
			      ath = text_claim(reading, "/ath");
	char digest[AC_THUMBPRINT_BYTES + 1];

	if (htm.data == NULL || !ac_span_is(htm, wanted->method))
		return refuse(reading, "htm is not the request's method");
	if (htu.data == NULL || !is_same_uri(reading, htu))
		return refuse(reading, "htu is not the request's URI");
	if (ac_thumbprint_of(wanted->token, digest) != 0)
		return AUTHCHAIN_REASON_OUT_OF_MEMORY;
	if (ath.data == NULL || !ac_span_is_secret(ath, ac_span_text(digest)))
		return refuse(reading, "ath is not the token's hash");
	return AUTHCHAIN_REASON_NONE;
}

static uint32_t
check_time(struct reading *reading)
{
	const struct dpop_wanted *wanted = reading->wanted;
	const struct authchain_value *iat = &reading->peek->iat;
	double made_ms = iat->real * 1000, now_ms = (double)wanted->now_ms;

	if ((iat->type != AUTHCHAIN_TYPE_INTEGER &&
		iat->type != AUTHCHAIN_TYPE_REAL) ||
	    !(iat->real >= 0 && iat->real <= 253402300799.0))
		return refuse(reading, "iat is missing or no time");
	if (made_ms > now_ms + (double)wanted->leeway_ms)
		return refuse(reading, "iat lies ahead");
	if (made_ms <
	    now_ms - (double)wanted->max_age_ms - (double)wanted->leeway_ms)
		return refuse(reading, "iat is too long ago");
	reading->proof->iat_s = (int64_t)iat->real;
	return AUTHCHAIN_REASON_NONE;
}

/* jti is the client's to choose: another client's may be the same. */
static uint32_t
take_names(struct reading *reading)
{
	struct authchain_span jti = text_claim(reading, "/jti"),
			      nonce = text_claim(reading, "/nonce");
	char text[AC_THUMBPRINT_BYTES + DPOP_PROOF_MAX_JTI];

	if (jti.len == 0 || jti.len > DPOP_PROOF_MAX_JTI)
		return refuse(reading,
		    "jti is missing, empty or longer than 256 bytes");
	memcpy(text, reading->thumbprint, AC_THUMBPRINT_BYTES);
	memcpy(text + AC_THUMBPRINT_BYTES, jti.data, jti.len);
	if (ac_digest(ac_span(text, AC_THUMBPRINT_BYTES + jti.len),
		reading->proof->digest) != 0)
		return AUTHCHAIN_REASON_OUT_OF_MEMORY;
	if (nonce.len > DPOP_PROOF_MAX_NONCE)
		return refuse(reading, "its nonce is too long");
	if (nonce.len > 0)
		memcpy(reading->proof->nonce, nonce.data, nonce.len);
	reading->proof->nonce[nonce.len] = '\0';
	return AUTHCHAIN_REASON_NONE;
}

static uint32_t
check_signature(struct reading *reading)
{
	return ac_jwk_verify(reading->key, reading->alg,
		   reading->peek->signing_input, reading->peek->signature)
		   ? AUTHCHAIN_REASON_NONE
		   : refuse(reading, "its signature is not by its jwk");
}

static uint32_t
check(struct reading *reading)
{
	static uint32_t (*const checks[])(struct reading *) = {
		check_header,
		check_key,
		check_request,
		check_time,
		take_names,
		check_signature,
	};
	uint32_t reason = AUTHCHAIN_REASON_NONE;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) &&
			   reason == AUTHCHAIN_REASON_NONE;
	     i++)
		reason = checks[i](reading);
	return reason;
}

uint32_t
dpop_proof_judge(struct authchain_span text, const struct dpop_wanted *wanted,
    struct dpop_proof *proof, struct authchain_error *err)
{
	struct reading reading = { wanted, proof, err, NULL, NULL, NULL, NULL,
		NULL, "" };
	uint32_t reason = AUTHCHAIN_REASON_INVALID_PROOF;

	if (text.len > DPOP_PROOF_MAX_BYTES)
		return refuse(&reading, "it is too long");
	reading.jws = ac_jws_parse(text, &reason, err);
	if (reading.jws != NULL)
		reading.peek = ac_jws_claims(reading.jws, &reason, err);
	if (reading.peek != NULL)
		reason = check(&reading);
	else if (reason != AUTHCHAIN_REASON_OUT_OF_MEMORY)
		reason = refuse(&reading, "it is no JWT");
	ac_jwk_free(&reading.key);
	json_decref(reading.header);
	ac_jws_free(&reading.jws);
	return reason;
}
