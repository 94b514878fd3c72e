/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compact JWS.  One allocation holds the object and all that is decoded; the
 * payload's tree is made at first use, for most refusals never need it.
 */
#include "jose/jws.h"

#include <stdlib.h>

#include "base/base64url.h"

struct ac_jws {
	struct authchain_peek peek;
	json_t *header;
	json_t *claims;
	struct authchain_span only_audience; /* aud as a single string */
	struct authchain_span *audiences;    /* aud as a list; owned */
	unsigned char bytes[]; /* header NUL payload NUL signature NUL */
};

struct segments {
	struct authchain_span header, payload, signature;
};

static int
malformed(struct authchain_error *err, const char *why)
{
	return ac_error(err, AUTHCHAIN_ERROR_USAGE, "no compact JWS: %s", why);
}

/* Exactly two dots (RFC 7515 7.1). */
static int
split(struct authchain_span token, struct segments *out,
    struct authchain_error *err)
{
	size_t first = ac_span_find(token, '.', 0);
	size_t second = ac_span_find(token, '.', first + 1);
	size_t third = ac_span_find(token, '.', second + 1);

	if (token.len > AC_JWS_MAX_TOKEN)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "no compact JWS: %zu bytes, at most %u are allowed",
		    token.len, AC_JWS_MAX_TOKEN);
	if (second >= token.len)
		return malformed(err, "fewer than three segments");
	if (third < token.len)
		return malformed(err,
		    "more than three segments (five are an encrypted token)");
	out->header = ac_span_cut(token, 0, first);
	out->payload = ac_span_cut(token, first + 1, second);
	out->signature = ac_span_cut(token, second + 1, token.len);
	if (out->header.len == 0)
		return malformed(err, "an empty header");
	if (ac_base64url_decoded(out->header.len) > AC_JWS_MAX_HEADER)
		return malformed(err, "the header is too long");
	return 0;
}

/* Decode behind *at and move it on; false when text is not strict. */
static bool
decode(unsigned char **at, struct authchain_span text,
    struct authchain_span *out)
{
	size_t len = ac_base64url_decoded(text.len);

	if (!ac_base64url_decode(text, *at))
		return false;
	*out = ac_span((const char *)*at, len);
	(*at)[len] = '\0';
	*at += len + 1;
	return true;
}

static int
decode_all(struct ac_jws *jws, const struct segments *segments,
    struct authchain_error *err)
{
	unsigned char *at = jws->bytes;

	if (!decode(&at, segments->header, &jws->peek.header))
		return malformed(err, "its header is not strict base64url");
	if (!decode(&at, segments->payload, &jws->peek.payload))
		return malformed(err, "its payload is not strict base64url");
	if (!decode(&at, segments->signature, &jws->peek.signature))
		return malformed(err, "its signature is not strict base64url");
	return 0;
}

static uint32_t
critical_bits(const json_t *header)
{
	static const struct {
		const char *name;
		uint32_t bit;
	} members[] = {
		{ "crit", AUTHCHAIN_CRITICAL_CRIT },
		{ "b64", AUTHCHAIN_CRITICAL_B64 },
		{ "zip", AUTHCHAIN_CRITICAL_ZIP },
		{ "enc", AUTHCHAIN_CRITICAL_ENC },
	};
	uint32_t bits = 0;
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (json_object_get(header, members[i].name) != NULL)
			bits |= members[i].bit;
	}
	return bits;
}

static int
text_member(const json_t *header, const char *name, struct authchain_span *out,
    struct authchain_error *err)
{
	*out = ac_json_string(header, name);
	if (out->data == NULL && json_object_get(header, name) != NULL)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "no compact JWS: \"%s\" in its header is no text", name);
	return 0;
}

static int
read_header(struct ac_jws *jws, struct authchain_error *err)
{
	struct authchain_peek *peek = &jws->peek;

	jws->header = ac_json_parse(peek->header, &ac_json_token, err);
	if (jws->header == NULL)
		return -1;
	/* no text at all is no algorithm that anybody allows */
	peek->alg = ac_json_string(jws->header, "alg");
	if (text_member(jws->header, "kid", &peek->kid, err) != 0 ||
	    text_member(jws->header, "typ", &peek->typ, err) != 0)
		return -1;
	if (peek->kid.len > AC_JWK_MAX_KID)
		return malformed(err, "its kid is too long");
	peek->critical = critical_bits(jws->header);
	return 0;
}

/* The reason for a failure that *err tells; of_memory when nobody told. */
static uint32_t
reason_of(const struct authchain_error *err)
{
	return err->code == AUTHCHAIN_ERROR_MEMORY
		   ? AUTHCHAIN_REASON_OUT_OF_MEMORY
		   : AUTHCHAIN_REASON_MALFORMED_TOKEN;
}

/* Our own error first, so that a caller without one gets its reason too. */
static void
give_up(const struct authchain_error *why, uint32_t *reason,
    struct authchain_error *err)
{
	*reason = reason_of(why);
	(void)ac_error(err, (enum authchain_error_code)why->code, "%s",
	    why->text);
}

static struct ac_jws *
parse(struct authchain_span token, struct authchain_error *err)
{
	struct segments segments = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
	struct ac_jws *jws;

	if (split(token, &segments, err) != 0)
		return NULL;
	/* decoded segments and their NULs are no longer than the token and
	 * its two dots */
	jws = malloc(sizeof(*jws) + token.len + 1);
	if (jws == NULL) {
		(void)ac_error_memory(err);
		return NULL;
	}
	*jws = (struct ac_jws){ .peek = { .size = sizeof(jws->peek) } };
	jws->peek.signing_input = ac_span_cut(token, 0,
	    segments.header.len + 1 + segments.payload.len);
	if (decode_all(jws, &segments, err) != 0 || read_header(jws, err) != 0)
		ac_jws_free(&jws);
	return jws;
}

struct ac_jws *
ac_jws_parse(struct authchain_span token, uint32_t *reason,
    struct authchain_error *err)
{
	struct authchain_error why;
	struct ac_jws *jws;

	ac_error_clear(&why);
	*reason = AUTHCHAIN_REASON_NONE;
	jws = parse(token, &why);
	if (jws == NULL)
		give_up(&why, reason, err);
	return jws;
}

void
ac_jws_free(struct ac_jws **jws)
{
	if (*jws == NULL)
		return;
	json_decref((*jws)->header);
	json_decref((*jws)->claims);
	free((*jws)->audiences);
	free(*jws);
	*jws = NULL;
}

const struct authchain_peek *
ac_jws_header(const struct ac_jws *jws)
{
	return &jws->peek;
}

/* aud as a list of strings: all of it, or nothing. */
static int
read_audiences(struct ac_jws *jws, const json_t *aud,
    struct authchain_error *err)
{
	struct authchain_peek *peek = &jws->peek;
	size_t count = json_array_size(aud), i;

	if (json_is_string(aud)) {
		jws->only_audience = peek->aud.text;
		peek->audiences = &jws->only_audience;
		peek->audience_count = 1;
		return 0;
	}
	for (i = 0; i < count; i++) {
		if (!json_is_string(json_array_get(aud, i)))
			return 0;
	}
	if (count == 0)
		return 0;
	jws->audiences = calloc(count, sizeof(*jws->audiences));
	if (jws->audiences == NULL)
		return ac_error_memory(err);
	for (i = 0; i < count; i++) {
		const json_t *item = json_array_get(aud, i);

		jws->audiences[i] =
		    ac_span(json_string_value(item), json_string_length(item));
	}
	peek->audiences = jws->audiences;
	peek->audience_count = count;
	return 0;
}

static int
read_claims(struct ac_jws *jws, struct authchain_error *err)
{
	struct authchain_peek *peek = &jws->peek;
	json_t *tree = ac_json_parse(peek->payload, &ac_json_token, err);

	if (tree == NULL)
		return -1;
	jws->claims = tree;
	ac_json_value(json_object_get(tree, "iss"), &peek->iss);
	ac_json_value(json_object_get(tree, "sub"), &peek->sub);
	ac_json_value(json_object_get(tree, "aud"), &peek->aud);
	ac_json_value(json_object_get(tree, "exp"), &peek->exp);
	ac_json_value(json_object_get(tree, "nbf"), &peek->nbf);
	ac_json_value(json_object_get(tree, "iat"), &peek->iat);
	ac_json_value(json_object_get(tree, "jti"), &peek->jti);
	return read_audiences(jws, json_object_get(tree, "aud"), err);
}

const struct authchain_peek *
ac_jws_claims(struct ac_jws *jws, uint32_t *reason, struct authchain_error *err)
{
	struct authchain_peek before = jws->peek;
	struct authchain_error why;

	ac_error_clear(&why);
	*reason = AUTHCHAIN_REASON_NONE;
	if (jws->claims == NULL && read_claims(jws, &why) != 0) {
		json_decref(jws->claims);
		jws->claims = NULL;
		jws->peek = before; /* no views of what is gone */
		give_up(&why, reason, err);
		return NULL;
	}
	return &jws->peek;
}

const json_t *
ac_jws_tree(const struct ac_jws *jws)
{
	return jws->claims;
}
