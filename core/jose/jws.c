/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compact JWS.  One allocation holds the object and all that is decoded; header
 * and payload are scanned, and the payload's tree is made when a claim is asked
 * for that the scan does not know.
 */
#include "jose/jws-parts.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/base64url.h"
#include "jose/claims.h"
#include "jose/header-memory.h"

/* Of each thread: to share it would cost more than it saves. */
static _Thread_local struct ac_header_memory headers;

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

/* known: the header stands there already. */
static int
decode_all(struct ac_jws *jws, const struct segments *segments, bool known,
    struct authchain_error *err)
{
	unsigned char *at = jws->bytes;

	if (known)
		at += jws->peek.header.len + 1;
	else if (!decode(&at, segments->header, &jws->peek.header))
		return malformed(err, "its header is not strict base64url");
	if (!decode(&at, segments->payload, &jws->peek.payload))
		return malformed(err, "its payload is not strict base64url");
	if (!decode(&at, segments->signature, &jws->peek.signature))
		return malformed(err, "its signature is not strict base64url");
	return 0;
}

/* -1 with why not; jansson, which refuses it too, has the words. */
static int
scan(struct ac_scan *out, struct authchain_span text, char *copy,
    struct authchain_error *err)
{
	enum ac_scan_result result = ac_scan_object(out, text, copy);

	if (result == AC_SCAN_GOOD)
		return 0;
	if (result == AC_SCAN_NO_MEMORY)
		return ac_error_memory(err);
	json_decref(ac_json_parse(text, &ac_json_token, err));
	return ac_error(err, AUTHCHAIN_ERROR_USAGE, "not taken as JSON");
}

/* Where a member of the header goes, or that it must not be there. */
struct header_row {
	char name[4];
	uint8_t len;
	uint8_t place; /* in peek; 0: critical */
	uint32_t critical;
};

static const struct header_row *
header_row(struct authchain_span name)
{
	static const struct header_row rows[] = {
		{ "alg", 3, offsetof(struct authchain_peek, alg), 0 },
		{ "kid", 3, offsetof(struct authchain_peek, kid), 0 },
		{ "typ", 3, offsetof(struct authchain_peek, typ), 0 },
		{ "crit", 4, 0, AUTHCHAIN_CRITICAL_CRIT },
		{ "b64", 3, 0, AUTHCHAIN_CRITICAL_B64 },
		{ "zip", 3, 0, AUTHCHAIN_CRITICAL_ZIP },
		{ "enc", 3, 0, AUTHCHAIN_CRITICAL_ENC },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (ac_span_is(name, ac_span(rows[i].name, rows[i].len)))
			return &rows[i];
	}
	return NULL;
}

/* False when the header is to be refused for it. */
static bool
read_member(struct authchain_peek *peek, const struct ac_scan *header,
    const struct ac_scan_member *member)
{
	const struct header_row *row = header_row(ac_scan_name(header, member));
	struct authchain_value value;

	if (row == NULL)
		return true;
	peek->critical |= row->critical;
	if (row->place == 0)
		return true;
	/* no text at all is no algorithm that anybody allows */
	if (member->type != AUTHCHAIN_TYPE_STRING)
		return row->place == offsetof(struct authchain_peek, alg);
	(void)ac_scan_value(header, member, &value);
	memcpy((char *)peek + row->place, &value.text, sizeof(value.text));
	return true;
}

static int
read_header(struct ac_jws *jws, char *copy, struct authchain_error *err)
{
	struct authchain_peek *peek = &jws->peek;
	struct ac_scan header;
	size_t i;

	memcpy(copy, peek->header.data, peek->header.len);
	if (scan(&header, peek->header, copy, err) != 0)
		return -1;
	for (i = 0; i < header.count; i++) {
		const struct ac_scan_member *member = &header.members[i];

		if (!read_member(peek, &header, member))
			return ac_error(err, AUTHCHAIN_ERROR_USAGE,
			    "no compact JWS: \"%s\" in its header is no text",
			    ac_scan_name(&header, member).data);
	}
	if (peek->kid.len > AC_JWK_MAX_KID)
		return malformed(err, "its kid is too long");
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
	bool known;
	char *copy;

	if (split(token, &segments, err) != 0)
		return NULL;
	/* decoded segments and their NULs are no longer than the token and
	 * its two dots, nor are the copies of two of them */
	jws = malloc(sizeof(*jws) + 2 * (token.len + 1));
	if (jws == NULL) {
		(void)ac_error_memory(err);
		return NULL;
	}
	jws->peek = (struct authchain_peek){ .size = sizeof(jws->peek) };
	jws->sound = false;
	jws->tree = NULL;
	jws->audiences = NULL;
	jws->peek.signing_input = ac_span_cut(token, 0,
	    segments.header.len + 1 + segments.payload.len);
	copy = (char *)jws->bytes + token.len + 1;
	known = ac_header_recall(&headers, segments.header, &jws->peek,
	    (char *)jws->bytes, copy);
	if (decode_all(jws, &segments, known, err) != 0 ||
	    (!known && read_header(jws, copy, err) != 0)) {
		ac_jws_free(&jws);
		return NULL;
	}
	if (!known)
		ac_header_keep(&headers, segments.header, &jws->peek, copy);
	jws->copy = copy + jws->peek.header.len;
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
	json_decref((*jws)->tree);
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
read_audiences(struct ac_jws *jws, struct authchain_error *err)
{
	const struct ac_scan_member *aud =
	    ac_scan_find(&jws->claims, ac_span_text("aud"));
	struct authchain_span *list = jws->few_audiences;
	size_t at = 0, count = 0;

	if (aud == NULL)
		return 0;
	if (aud->type == AUTHCHAIN_TYPE_LIST && aud->count > FEW_AUDIENCES) {
		jws->audiences = calloc(aud->count, sizeof(*jws->audiences));
		list = jws->audiences;
	}
	if (list == NULL)
		return ac_error_memory(err);
	if (aud->type == AUTHCHAIN_TYPE_STRING)
		list[count++] = jws->peek.aud.text;
	if (aud->type == AUTHCHAIN_TYPE_LIST) {
		while (count < aud->count &&
		       ac_scan_item(&jws->claims, aud, &at, &list[count])) {
			if (list[count++].data == NULL)
				return 0;
		}
	}
	jws->peek.audiences = count == 0 ? NULL : list;
	jws->peek.audience_count = count;
	return 0;
}

/* Where that claim's value goes, or NULL. */
static struct authchain_value *
registered(struct authchain_peek *peek, struct authchain_span name)
{
	size_t place = ac_claims_place(name);

	return place == 0 ? NULL : (void *)((char *)peek + place);
}

/* No views of what was refused. */
static void
forget_claims(struct authchain_peek *peek)
{
	peek->iss = peek->sub = peek->aud = peek->exp = peek->nbf = peek->iat =
	    peek->jti = (struct authchain_value){ 0 };
	peek->audiences = NULL;
	peek->audience_count = 0;
}

static int
read_claims(struct ac_jws *jws, struct authchain_error *err)
{
	struct ac_scan *claims = &jws->claims;
	size_t i;

	memcpy(jws->copy, jws->peek.payload.data, jws->peek.payload.len);
	if (scan(claims, jws->peek.payload, jws->copy, err) != 0)
		return -1;
	for (i = 0; i < claims->count; i++) {
		const struct ac_scan_member *member = &claims->members[i];
		struct authchain_value *value =
		    registered(&jws->peek, ac_scan_name(claims, member));

		if (value != NULL && ac_scan_value(claims, member, value) != 0)
			return ac_error_memory(err);
	}
	return read_audiences(jws, err);
}

const struct authchain_peek *
ac_jws_claims(struct ac_jws *jws, uint32_t *reason, struct authchain_error *err)
{
	struct authchain_error why;

	*reason = AUTHCHAIN_REASON_NONE;
	if (jws->sound)
		return &jws->peek;
	ac_error_clear(&why);
	if (read_claims(jws, &why) != 0) {
		forget_claims(&jws->peek);
		give_up(&why, reason, err);
		return NULL;
	}
	jws->sound = true;
	return &jws->peek;
}
