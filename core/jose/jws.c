/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compact JWS.  One allocation holds the object and all that is decoded; header
 * and payload are scanned, and the payload's tree is made when a claim is asked
 * for that the scan does not know.
 */
#include "jose/jws.h"

#include <stdlib.h>

#include "base/base64url.h"
#include "jose/claims.h"
#include "jose/scan.h"

#define FEW_AUDIENCES 4

struct ac_jws {
	struct authchain_peek peek;
	bool sound;            /* the payload was scanned and is good */
	struct ac_scan claims; /* of the payload */
	char *copy;            /* of the payload, for the scan */
	json_t *tree;          /* of the payload; NULL: not made yet */
	struct authchain_span few_audiences[FEW_AUDIENCES];
	struct authchain_span *audiences; /* longer lists; owned */
	/* header NUL payload NUL signature NUL, copies of the first two */
	unsigned char bytes[];
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
critical_bits(const struct ac_scan *header)
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
		if (ac_scan_find(header, ac_span_text(members[i].name)) != NULL)
			bits |= members[i].bit;
	}
	return bits;
}

/* A member that is text, or absent; false when it is anything else. */
static bool
text_member(const struct ac_scan *header, const char *name,
    struct authchain_span *out)
{
	const struct ac_scan_member *member =
	    ac_scan_find(header, ac_span_text(name));
	struct authchain_value value;

	*out = ac_span(NULL, 0);
	if (member == NULL)
		return true;
	if (member->type != AUTHCHAIN_TYPE_STRING)
		return false;
	(void)ac_scan_value(header, member, &value);
	*out = value.text;
	return true;
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

static int
read_header(struct ac_jws *jws, char *copy, struct authchain_error *err)
{
	struct authchain_peek *peek = &jws->peek;
	struct ac_scan header;

	memcpy(copy, peek->header.data, peek->header.len);
	if (scan(&header, peek->header, copy, err) != 0)
		return -1;
	/* no text at all is no algorithm that anybody allows */
	(void)text_member(&header, "alg", &peek->alg);
	if (!text_member(&header, "kid", &peek->kid))
		return malformed(err, "\"kid\" in its header is no text");
	if (!text_member(&header, "typ", &peek->typ))
		return malformed(err, "\"typ\" in its header is no text");
	if (peek->kid.len > AC_JWK_MAX_KID)
		return malformed(err, "its kid is too long");
	peek->critical = critical_bits(&header);
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
	if (decode_all(jws, &segments, err) != 0 ||
	    read_header(jws, copy, err) != 0)
		ac_jws_free(&jws);
	else
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
		size_t place = ac_claims_place(ac_scan_name(claims, member));
		struct authchain_value value;

		if (place == 0)
			continue;
		if (ac_scan_value(claims, member, &value) != 0)
			return ac_error_memory(err);
		memcpy((char *)&jws->peek + place, &value, sizeof(value));
	}
	return read_audiences(jws, err);
}

const struct authchain_peek *
ac_jws_claims(struct ac_jws *jws, uint32_t *reason, struct authchain_error *err)
{
	struct authchain_peek before = jws->peek;
	struct authchain_error why;

	*reason = AUTHCHAIN_REASON_NONE;
	if (jws->sound)
		return &jws->peek;
	ac_error_clear(&why);
	if (read_claims(jws, &why) != 0) {
		jws->peek = before; /* no views of what was refused */
		give_up(&why, reason, err);
		return NULL;
	}
	jws->sound = true;
	return &jws->peek;
}

const json_t *
ac_jws_tree(struct ac_jws *jws)
{
	if (jws->sound && jws->tree == NULL)
		jws->tree =
		    ac_json_parse(jws->peek.payload, &ac_json_token, NULL);
	return jws->tree;
}

/* Of "/name", where name stands for itself; data NULL for others. */
static struct authchain_span
plain_name(const char *pointer)
{
	size_t len = 1;

	if (pointer[0] != '/')
		return ac_span(NULL, 0);
	while (pointer[len] != '\0') {
		if (pointer[len] == '/' || pointer[len] == '~')
			return ac_span(NULL, 0);
		len++;
	}
	return ac_span(pointer + 1, len - 1);
}

/* A claim that the scan knows: 1, 0, -1. */
static int
scanned(const struct ac_jws *jws, struct authchain_span name,
    struct authchain_value *value)
{
	size_t place = ac_claims_place(name);
	const struct ac_scan_member *member;

	if (place != 0) {
		memcpy(value, (const char *)&jws->peek + place, sizeof(*value));
		return value->type == AUTHCHAIN_TYPE_ABSENT ? 0 : 1;
	}
	member = ac_scan_find(&jws->claims, name);
	if (member == NULL)
		return 0;
	return ac_scan_value(&jws->claims, member, value) == 0 ? 1 : -1;
}

int
ac_jws_claim(struct ac_jws *jws, const char *pointer,
    struct authchain_value *value)
{
	struct authchain_span name = plain_name(pointer);
	const json_t *tree;

	*value = (struct authchain_value){ .type = AUTHCHAIN_TYPE_ABSENT };
	if (!jws->sound)
		return 0;
	if (name.data != NULL)
		return scanned(jws, name, value);
	tree = ac_jws_tree(jws);
	if (tree == NULL)
		return -1;
	ac_json_value(ac_json_pointer(tree, pointer), value);
	return value->type == AUTHCHAIN_TYPE_ABSENT ? 0 : 1;
}

bool
ac_jws_text_item(const struct ac_jws *jws, struct authchain_span name,
    size_t *at, struct authchain_span *item)
{
	const struct ac_scan_member *list =
	    jws->sound ? ac_scan_find(&jws->claims, name) : NULL;

	*item = ac_span(NULL, 0);
	return list != NULL && list->type == AUTHCHAIN_TYPE_LIST &&
	       ac_scan_item(&jws->claims, list, at, item);
}
