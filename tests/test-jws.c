/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include <stdlib.h>

#include "base/base64url.h"
#include "base/buf.h"
#include "jose/jws.h"

#include "testkeys.h"

static char *
encoded(struct authchain_span bytes)
{
	char *text = malloc(ac_base64url_encoded(bytes.len) + 1);

	if (text == NULL)
		abort();
	ac_base64url_encode(bytes, text);
	return text;
}

/* header.payload.signature of what is given; the caller's to free */
static char *
token(const char *header, const char *payload, const char *signature)
{
	char *h = encoded(ac_span_text(header));
	char *p = encoded(ac_span_text(payload));
	struct ac_buf out;

	ac_buf_init(&out, 1u << 20);
	ac_buf_format(&out, "%s.%s.%s", h, p, signature);
	free(h);
	free(p);
	return ac_buf_take(&out);
}

static struct ac_jws *
parse(const char *text)
{
	uint32_t reason;

	return ac_jws_parse(ac_span_text(text), &reason, NULL);
}

#define H "eyJhbGciOiJIUzI1NiJ9" /* {"alg":"HS256"} */

static void
test_form(void)
{
	static const struct {
		const char *name;
		const char *text;
		const char *words; /* NULL: it is taken */
	} rows[] = {
		{ "three segments", H ".e30.AQ", NULL },
		{ "no signature bytes", H ".e30.", NULL },
		{ "no payload bytes", H "..AQ", NULL },
		{ "nothing", "", "fewer than three" },
		{ "an opaque token", "itok_0123456789", "fewer than three" },
		{ "two segments", H ".e30", "fewer than three" },
		{ "four segments", H ".e30.AQ.AQ", "more than three" },
		{ "four segments, the last empty", H ".e30.AQ.",
		    "more than three" },
		{ "five segments", H ".e30.AQ.AQ.AQ", "encrypted" },
		{ "no header", ".e30.AQ", "an empty header" },
		{ "two dots", "..", "an empty header" },
		{ "a dot first", "." H ".e30", "an empty header" },
		{ "a space first", " " H ".e30.AQ", "header is not strict" },
		{ "padding of the header", H "=.e30.AQ",
		    "header is not strict" },
		{ "base64 in the payload", H ".+/+/.AQ",
		    "payload is not strict" },
		{ "stray bits in the payload", H ".AR.AQ",
		    "payload is not strict" },
		{ "padding of the signature",
		    H ".e30.AQ==", "signature is not strict" },
		{ "stray bits in the signature", H ".e30.AR",
		    "signature is not strict" },
		{ "a line break last", H ".e30.AQ\n",
		    "signature is not strict" },
		{ "one letter of signature", H ".e30.A",
		    "signature is not strict" },
		{ "a header that is a list", "W10.e30.AQ",
		    "not a JSON object" },
		{ "a header that is no JSON", "AAAA.e30.AQ", "not valid JSON" },
		{ "a JSON serialisation",
		    "{\"payload\":\"e30\",\"protected\":\"" H
		    "\",\"signature\":\"AQ\"}",
		    "fewer than three" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct authchain_error err = { 0 };
		uint32_t reason = 99;
		struct ac_jws *jws =
		    ac_jws_parse(ac_span_text(rows[i].text), &reason, &err);
		bool right =
		    rows[i].words == NULL
			? jws != NULL && reason == AUTHCHAIN_REASON_NONE
			: jws == NULL &&
			      reason == AUTHCHAIN_REASON_MALFORMED_TOKEN &&
			      strstr(err.text, rows[i].words) != NULL;

		ok(right, rows[i].name);
		if (!right)
			printf("# %s\n", err.text);
		ac_jws_free(&jws);
	}
	{
		uint32_t reason;

		ok(ac_jws_parse(ac_span(NULL, 0), &reason, NULL) == NULL,
		    "no value");
		ok(ac_jws_parse(ac_span(H ".e30.AQ\0", sizeof(H) + 8), &reason,
		       NULL) == NULL,
		    "a NUL last");
	}
}

static void
test_header(void)
{
	static const struct {
		const char *name;
		const char *header;
		const char *words; /* NULL: it is taken */
		uint32_t critical;
	} rows[] = {
		{ "alg, kid and typ",
		    "{\"alg\":\"a\",\"kid\":\"k\",\"typ\":\"t\"}", NULL, 0 },
		{ "alg twice", "{\"alg\":\"none\",\"alg\":\"RS256\"}", "twice",
		    0 },
		{ "kid that is a number", "{\"alg\":\"a\",\"kid\":1}",
		    "\"kid\" in its header is no text", 0 },
		{ "kid that is null", "{\"alg\":\"a\",\"kid\":null}",
		    "\"kid\" in its header is no text", 0 },
		{ "kid that is an object", "{\"alg\":\"a\",\"kid\":{}}",
		    "\"kid\" in its header is no text", 0 },
		{ "typ that is a list", "{\"alg\":\"a\",\"typ\":[\"JWT\"]}",
		    "\"typ\" in its header is no text", 0 },
		{ "NUL in kid", "{\"alg\":\"a\",\"kid\":\"\\u0000\"}", "NUL",
		    0 },
		{ "jwk, jku, x5u and x5c are passed over",
		    "{\"alg\":\"a\",\"jwk\":{},\"jku\":\"http://x/\","
		    "\"x5u\":\"x\",\"x5c\":[]}",
		    NULL, 0 },
		{ "crit", "{\"alg\":\"a\",\"crit\":[\"x\"]}", NULL,
		    AUTHCHAIN_CRITICAL_CRIT },
		{ "crit that is null", "{\"alg\":\"a\",\"crit\":null}", NULL,
		    AUTHCHAIN_CRITICAL_CRIT },
		{ "b64, even true", "{\"alg\":\"a\",\"b64\":true}", NULL,
		    AUTHCHAIN_CRITICAL_B64 },
		{ "zip and enc", "{\"alg\":\"a\",\"zip\":\"DEF\",\"enc\":1}",
		    NULL, AUTHCHAIN_CRITICAL_ZIP | AUTHCHAIN_CRITICAL_ENC },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct authchain_error err = { 0 };
		uint32_t reason;
		char *text = token(rows[i].header, "{}", "AQ");
		struct ac_jws *jws =
		    ac_jws_parse(ac_span_text(text), &reason, &err);

		if (rows[i].words == NULL)
			ok(jws != NULL && ac_jws_header(jws)->critical ==
					      rows[i].critical,
			    rows[i].name);
		else
			ok(jws == NULL &&
				reason == AUTHCHAIN_REASON_MALFORMED_TOKEN &&
				strstr(err.text, rows[i].words) != NULL,
			    rows[i].name);
		ac_jws_free(&jws);
		free(text);
	}
}

/* A token of exactly that many bytes. */
static bool
takes_length(size_t bytes)
{
	static const char head[] = H "..";
	char *text = malloc(bytes + 1);
	struct ac_jws *jws;
	bool taken;

	if (text == NULL)
		abort();
	memset(text, 'A', bytes);
	text[bytes] = '\0';
	memcpy(text, head, sizeof(head) - 1);
	jws = parse(text);
	taken = jws != NULL;
	ac_jws_free(&jws);
	free(text);
	return taken;
}

/* A header of exactly that many bytes of JSON. */
static bool
takes_header(size_t bytes, size_t kid)
{
	struct ac_buf json;
	char *text;
	struct ac_jws *jws;
	bool taken;

	ac_buf_init(&json, 1u << 16);
	ac_buf_text(&json, "{\"kid\":\"");
	while (kid-- > 0)
		ac_buf_byte(&json, 'k');
	ac_buf_text(&json, "\"");
	while (json.len + 1 < bytes)
		ac_buf_byte(&json, ' ');
	ac_buf_text(&json, "}");
	text = token(json.data, "{}", "AQ");
	jws = parse(text);
	taken = jws != NULL;
	ac_jws_free(&jws);
	free(text);
	ac_buf_clear(&json);
	return taken;
}

static void
test_bounds(void)
{
	/* (16384 - 22) % 4 == 2: an A more or less is strict base64url */
	ok(takes_length(AC_JWS_MAX_TOKEN), "as many bytes as are allowed");
	ok(!takes_length(AC_JWS_MAX_TOKEN + 1), "one more");
	ok(!takes_length(1u << 20), "a megabyte of signature");
	ok(takes_header(AC_JWS_MAX_HEADER, 1), "a header as long as allowed");
	ok(!takes_header(AC_JWS_MAX_HEADER + 1, 1), "one byte more");
	ok(takes_header(0, AC_JWK_MAX_KID), "a kid as long as is allowed");
	ok(!takes_header(0, AC_JWK_MAX_KID + 1), "one byte more");
}

static void
test_views(void)
{
	char *text = token("{\"alg\":\"HS256\",\"kid\":\"k\",\"typ\":\"JWT\"}",
	    "{\"iss\":\"i\",\"exp\":1}", "AQID");
	struct ac_jws *jws = parse(text);
	const struct authchain_peek *peek = ac_jws_header(jws);
	struct authchain_span input = ac_span(text, strlen(text) - 5);

	ok(peek->size == sizeof(*peek) && peek->signing_input.data == text &&
		ac_span_is(peek->signing_input, input),
	    "the signing input lies in the token");
	ok(ac_span_is_text(peek->signature, "\x01\x02\x03") &&
		ac_span_is_text(peek->payload, "{\"iss\":\"i\",\"exp\":1}") &&
		peek->header.data[0] == '{' &&
		peek->header.data[peek->header.len] == '\0' &&
		peek->payload.data[peek->payload.len] == '\0',
	    "signature, header and payload are decoded, NUL behind");
	ok(ac_span_is_text(peek->alg, "HS256") &&
		ac_span_is_text(peek->kid, "k") &&
		ac_span_is_text(peek->typ, "JWT"),
	    "the header's members");
	ok(peek->iss.type == AUTHCHAIN_TYPE_ABSENT && ac_jws_tree(jws) == NULL,
	    "claims are not looked at yet");
	ac_jws_free(&jws);
	ok(jws == NULL, "free nulls");
	ac_jws_free(&jws);
	free(text);
	text = token("{}", "{}", "");
	jws = parse(text);
	peek = ac_jws_header(jws);
	ok(peek->alg.data == NULL && peek->kid.data == NULL &&
		peek->typ.data == NULL && peek->signature.len == 0,
	    "what is not there is no value");
	ac_jws_free(&jws);
	free(text);
}

static void
test_claims(void)
{
	static const struct {
		const char *name;
		const char *payload;
		size_t audiences;
		uint32_t aud;
	} rows[] = {
		{ "an audience", "{\"aud\":\"a\"}", 1, AUTHCHAIN_TYPE_STRING },
		{ "two audiences", "{\"aud\":[\"a\",\"b\"]}", 2,
		    AUTHCHAIN_TYPE_LIST },
		{ "no audience", "{}", 0, AUTHCHAIN_TYPE_ABSENT },
		{ "an empty list", "{\"aud\":[]}", 0, AUTHCHAIN_TYPE_LIST },
		{ "a list with a number", "{\"aud\":[\"a\",1]}", 0,
		    AUTHCHAIN_TYPE_LIST },
		{ "a list in a list", "{\"aud\":[[\"a\"]]}", 0,
		    AUTHCHAIN_TYPE_LIST },
		{ "a number", "{\"aud\":1}", 0, AUTHCHAIN_TYPE_INTEGER },
		{ "null", "{\"aud\":null}", 0, AUTHCHAIN_TYPE_NULL },
		{ "an object", "{\"aud\":{\"a\":1}}", 0,
		    AUTHCHAIN_TYPE_OBJECT },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = token("{}", rows[i].payload, "");
		struct ac_jws *jws = parse(text);
		uint32_t reason = 99;
		const struct authchain_peek *peek =
		    ac_jws_claims(jws, &reason, NULL);

		ok(peek != NULL && reason == AUTHCHAIN_REASON_NONE &&
			peek->aud.type == rows[i].aud &&
			peek->audience_count == rows[i].audiences &&
			(peek->audience_count < 1 ||
			    ac_span_is_text(peek->audiences[0], "a")) &&
			(peek->audience_count < 2 ||
			    ac_span_is_text(peek->audiences[1], "b")),
		    rows[i].name);
		ac_jws_free(&jws);
		free(text);
	}
}

static void
test_types(void)
{
	char *text = token("{}",
	    "{\"iss\":\"i\",\"sub\":5,\"exp\":1.5,\"nbf\":\"x\",\"iat\":7,"
	    "\"jti\":true}",
	    "");
	struct ac_jws *jws = parse(text);
	uint32_t reason;
	const struct authchain_peek *peek = ac_jws_claims(jws, &reason, NULL);

	ok(ac_span_is_text(peek->iss.text, "i") &&
		peek->sub.type == AUTHCHAIN_TYPE_INTEGER &&
		peek->exp.type == AUTHCHAIN_TYPE_REAL &&
		peek->exp.real == 1.5 &&
		peek->nbf.type == AUTHCHAIN_TYPE_STRING &&
		peek->iat.integer == 7 && peek->jti.type == AUTHCHAIN_TYPE_BOOL,
	    "claims keep the type they have");
	ok(ac_jws_claims(jws, &reason, NULL) == peek &&
		json_object_size(ac_jws_tree(jws)) == 6,
	    "a second look sees the same");
	ac_jws_free(&jws);
	free(text);
}

static bool
claim_is(struct ac_jws *jws, const char *pointer, const char *text)
{
	struct authchain_value value;
	int r = ac_jws_claim(jws, pointer, &value);

	if (text == NULL)
		return r == 0 && value.type == AUTHCHAIN_TYPE_ABSENT;
	return r == 1 && value.type == AUTHCHAIN_TYPE_STRING &&
	       ac_span_is_text(value.text, text) &&
	       value.text.data[value.text.len] == '\0';
}

static bool
member_is(const struct ac_jws *jws, const char *name, const char *text)
{
	struct authchain_value value = { .type = AUTHCHAIN_TYPE_NULL };
	int r = ac_jws_member(jws, ac_span_text(name), &value);

	if (text == NULL)
		return r == 0 && value.type == AUTHCHAIN_TYPE_ABSENT;
	return r == 1 && value.type == AUTHCHAIN_TYPE_STRING &&
	       ac_span_is_text(value.text, text);
}

static void
test_member(void)
{
	char *text = token("{}",
	    "{\"a\":\"b\",\"a/b\":\"slash\",\"~1\":\"tilde\",\"\":\"empty\","
	    "\"o\":{\"deep\":\"x\"},\"sub\":\"who\"}",
	    "");
	struct ac_jws *jws = parse(text);
	uint32_t reason;

	ok(member_is(jws, "a", NULL) && member_is(jws, "sub", NULL),
	    "no member before they were asked for");
	ok(ac_jws_claims(jws, &reason, NULL) != NULL &&
		member_is(jws, "a", "b") && member_is(jws, "sub", "who") &&
		member_is(jws, "", "empty"),
	    "members by name");
	ok(member_is(jws, "a/b", "slash") && member_is(jws, "~1", "tilde"),
	    "which is no pointer");
	ok(member_is(jws, "/a", NULL) && member_is(jws, "A", NULL) &&
		member_is(jws, "aud", NULL) && member_is(jws, "deep", NULL) &&
		member_is(jws, "o/deep", NULL),
	    "none of another name");
	ac_jws_free(&jws);
	free(text);
	text = token("{}", "{\"sub\":\"who\",\"a\":\"b\",\"a\":1}", "");
	jws = parse(text);
	ok(ac_jws_claims(jws, &reason, NULL) == NULL &&
		member_is(jws, "sub", NULL) && member_is(jws, "a", NULL),
	    "none of a payload that was refused");
	ac_jws_free(&jws);
	free(text);
}

static void
test_claim(void)
{
	char *text = token("{}",
	    "{\"a\":\"b\",\"a\\/b\":\"slash\",\"~\":\"tilde\",\"n\":null,"
	    "\"\":\"empty\",\"o\":{\"a\":\"deep\"},\"e\":\"\\u00e9\","
	    "\"l\":[\"x\",1,\"y\\n\",[\"z\"]],\"d\":1e300}",
	    "");
	struct ac_jws *jws = parse(text);
	struct authchain_span item;
	struct authchain_value value;
	size_t at = 0;
	uint32_t reason;

	ok(claim_is(jws, "/a", NULL) && ac_jws_claim(jws, "", &value) == 0 &&
		!ac_jws_text_item(jws, ac_span_text("l"), &at, &item),
	    "none before they were asked for");
	ok(ac_jws_claims(jws, &reason, NULL) != NULL &&
		claim_is(jws, "/a", "b") && claim_is(jws, "/", "empty") &&
		claim_is(jws, "/e", "\xc3\xa9"),
	    "claims by name");
	ok(claim_is(jws, "/x", NULL) && claim_is(jws, "/A", NULL) &&
		claim_is(jws, "a", NULL) && claim_is(jws, "/a/b", NULL) &&
		claim_is(jws, "/l/4", NULL) && claim_is(jws, "/~", NULL) &&
		claim_is(jws, "/o/x", NULL),
	    "none of another name");
	ok(claim_is(jws, "/a~1b", "slash") && claim_is(jws, "/~0", "tilde") &&
		claim_is(jws, "/o/a", "deep") && claim_is(jws, "/l/0", "x") &&
		claim_is(jws, "/l/3/0", "z"),
	    "claims by pointers that go deeper");
	ok(ac_jws_claim(jws, "/n", &value) == 1 &&
		value.type == AUTHCHAIN_TYPE_NULL &&
		ac_jws_claim(jws, "/o", &value) == 1 && value.count == 1 &&
		ac_jws_claim(jws, "/d", &value) == 1 && value.real == 1e300 &&
		ac_jws_claim(jws, "", &value) == 1 && value.count == 9,
	    "and of each type");
	at = 0;
	ok(ac_jws_text_item(jws, ac_span_text("l"), &at, &item) &&
		ac_span_is_text(item, "x") &&
		ac_jws_text_item(jws, ac_span_text("l"), &at, &item) &&
		item.data == NULL &&
		ac_jws_text_item(jws, ac_span_text("l"), &at, &item) &&
		ac_span_is_text(item, "y\n") &&
		ac_jws_text_item(jws, ac_span_text("l"), &at, &item) &&
		item.data == NULL &&
		!ac_jws_text_item(jws, ac_span_text("l"), &at, &item),
	    "a list's items, one by one");
	at = 0;
	ok(!ac_jws_text_item(jws, ac_span_text("o"), &at, &item) &&
		!ac_jws_text_item(jws, ac_span_text("a"), &at, &item) &&
		!ac_jws_text_item(jws, ac_span_text("x"), &at, &item),
	    "no items of what is no list");
	ac_jws_free(&jws);
	free(text);
}

/* Few are kept with the token, more on their own. */
static void
test_many_audiences(void)
{
	static const char *const payloads[] = {
		"{\"aud\":[\"a\",\"\\u0062\",\"c\",\"d\"]}",
		"{\"aud\":[\"a\",\"\\u0062\",\"c\",\"d\",\"e\"]}",
		"{\"aud\":[\"a\",\"b\",\"c\",\"d\",5]}",
	};
	static const size_t counts[] = { 4, 5, 0 };
	bool right = true;
	size_t i, j;

	for (i = 0; i < 3; i++) {
		char *text = token("{}", payloads[i], "");
		struct ac_jws *jws = parse(text);
		uint32_t reason;
		const struct authchain_peek *peek =
		    ac_jws_claims(jws, &reason, NULL);

		right = right && peek != NULL &&
			peek->audience_count == counts[i] &&
			(peek->audiences == NULL) == (counts[i] == 0);
		for (j = 0; right && j < counts[i]; j++)
			right = peek->audiences[j].len == 1 &&
				strcmp(peek->audiences[j].data,
				    &"a\0b\0c\0d\0e"[2 * j]) == 0;
		ac_jws_free(&jws);
		free(text);
	}
	ok(right, "four audiences, five, and none where one is no text");
}

static void
test_no_claims(void)
{
	static const char *const payloads[] = { "", "[\"alice\"]", "\"alice\"",
		"5", "null", "{\"a\":1,\"a\":2}", "{} {}", "{\"a\":\"\xff\"}",
		"{\"a\":\"\\u0000\"}", "{\"a\":1e400}", "foo" };
	size_t i;

	for (i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++) {
		char *text = token("{}", payloads[i], "");
		struct ac_jws *jws = parse(text);
		uint32_t reason = 99;
		struct authchain_error err = { 0 };
		char name[64];

		snprintf(name, sizeof(name), "no claims: %s",
		    strchr(payloads[i], '\xff') != NULL ? "not UTF-8"
							: payloads[i]);
		ok(jws != NULL && ac_jws_claims(jws, &reason, &err) == NULL &&
			reason == AUTHCHAIN_REASON_MALFORMED_TOKEN &&
			err.code != 0 && ac_jws_tree(jws) == NULL,
		    name);
		ac_jws_free(&jws);
		free(text);
	}
}

static void
test_refuse(void)
{
	static const char *const logout[] = { "application/logout+jwt", NULL };
	static const struct {
		const char *name;
		const char *header;
		const char *const *types;
		uint32_t reason;
	} rows[] = {
		{ "an algorithm that is allowed", "{\"alg\":\"RS256\"}", NULL,
		    AUTHCHAIN_REASON_NONE },
		{ "one that is not", "{\"alg\":\"HS256\"}", NULL,
		    AUTHCHAIN_REASON_ALGORITHM_NOT_ALLOWED },
		{ "none", "{\"alg\":\"none\"}", NULL,
		    AUTHCHAIN_REASON_ALGORITHM_NOT_ALLOWED },
		{ "None", "{\"alg\":\"None\"}", NULL,
		    AUTHCHAIN_REASON_ALGORITHM_NOT_ALLOWED },
		{ "no alg", "{}", NULL,
		    AUTHCHAIN_REASON_ALGORITHM_NOT_ALLOWED },
		{ "alg that is a number", "{\"alg\":0}", NULL,
		    AUTHCHAIN_REASON_ALGORITHM_NOT_ALLOWED },
		{ "alg in a list", "{\"alg\":[\"RS256\"]}", NULL,
		    AUTHCHAIN_REASON_ALGORITHM_NOT_ALLOWED },
		{ "crit", "{\"alg\":\"RS256\",\"crit\":[]}", NULL,
		    AUTHCHAIN_REASON_CRITICAL_HEADER },
		{ "b64", "{\"alg\":\"RS256\",\"b64\":false}", NULL,
		    AUTHCHAIN_REASON_CRITICAL_HEADER },
		{ "typ JWT", "{\"alg\":\"RS256\",\"typ\":\"JWT\"}", NULL,
		    AUTHCHAIN_REASON_NONE },
		{ "typ jwt", "{\"alg\":\"RS256\",\"typ\":\"jwt\"}", NULL,
		    AUTHCHAIN_REASON_NONE },
		{ "typ at+jwt", "{\"alg\":\"RS256\",\"typ\":\"at+jwt\"}", NULL,
		    AUTHCHAIN_REASON_NONE },
		{ "typ in full",
		    "{\"alg\":\"RS256\",\"typ\":\"Application/AT+JWT\"}", NULL,
		    AUTHCHAIN_REASON_NONE },
		{ "typ empty", "{\"alg\":\"RS256\",\"typ\":\"\"}", NULL,
		    AUTHCHAIN_REASON_WRONG_TYPE },
		{ "typ application/ alone",
		    "{\"alg\":\"RS256\",\"typ\":\"application/\"}", NULL,
		    AUTHCHAIN_REASON_WRONG_TYPE },
		{ "typ in full twice",
		    "{\"alg\":\"RS256\",\"typ\":"
		    "\"application/application/jwt\"}",
		    NULL, AUTHCHAIN_REASON_WRONG_TYPE },
		{ "typ of a logout token",
		    "{\"alg\":\"RS256\",\"typ\":\"logout+jwt\"}", NULL,
		    AUTHCHAIN_REASON_WRONG_TYPE },
		{ "which is wanted here",
		    "{\"alg\":\"RS256\",\"typ\":\"logout+jwt\"}", logout,
		    AUTHCHAIN_REASON_NONE },
		{ "where JWT is not", "{\"alg\":\"RS256\",\"typ\":\"JWT\"}",
		    logout, AUTHCHAIN_REASON_WRONG_TYPE },
		{ "typ that only begins so",
		    "{\"alg\":\"RS256\",\"typ\":\"JWTX\"}", NULL,
		    AUTHCHAIN_REASON_WRONG_TYPE },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct ac_alg *rs256 = ac_alg_find(ac_span_text("RS256"));
		const struct ac_alg *alg = NULL;
		struct ac_header_policy policy = { ac_alg_bit(rs256),
			rows[i].types };
		char *text = token(rows[i].header, "{}", "");
		struct ac_jws *jws = parse(text);
		bool good = rows[i].reason == AUTHCHAIN_REASON_NONE;

		ok(jws != NULL &&
			ac_header_refuse(ac_jws_header(jws), &policy, &alg) ==
			    rows[i].reason &&
			alg == (good ? rs256 : NULL),
		    rows[i].name);
		ac_jws_free(&jws);
		free(text);
	}
}

static struct ac_jwks *
set_of(const char *key, const char *kid)
{
	json_t *object =
	    ac_json_parse(ac_span_text(key), &ac_json_document, NULL);
	struct ac_jwk *jwk;
	struct ac_jwks *jwks;

	if (kid != NULL)
		json_object_set_new(object, "kid", json_string(kid));
	jwk = ac_jwk_parse(object, AC_JWK_LOCAL, NULL);
	jwks = ac_jwks_of(&jwk);
	json_decref(object);
	return jwks;
}

static uint32_t
verdict(const char *text, const struct ac_alg *alg, const struct ac_jwks *jwks)
{
	struct ac_jws *jws = parse(text);
	const struct ac_jwk *key = NULL;
	uint32_t reason = ac_jws_verify(ac_jws_header(jws), alg, jwks, &key);

	if ((key != NULL) != (reason == AUTHCHAIN_REASON_NONE))
		reason = 99;
	ac_jws_free(&jws);
	return reason;
}

static void
test_verify(void)
{
	const struct ac_alg *es256 = ac_alg_find(ac_span_text("ES256"));
	const struct ac_alg *rs256 = ac_alg_find(ac_span_text("RS256"));
	struct ac_jwks *jwks = set_of(p256_private, "a");
	struct ac_jwks *other = set_of(p384_private, "a");
	static const char *const headers[] = {
		"{\"alg\":\"ES256\",\"kid\":\"a\"}", "{\"alg\":\"ES256\"}",
		"{\"alg\":\"ES256\",\"kid\":\"b\"}"
	};
	static const uint32_t want[] = { AUTHCHAIN_REASON_NONE,
		AUTHCHAIN_REASON_NONE, AUTHCHAIN_REASON_UNKNOWN_KID };
	char *text = NULL;
	size_t i;

	for (i = 0; i < 3; i++) {
		text = ac_jws_sign(ac_jwks_at(jwks, 0), es256,
		    ac_span_text(headers[i]), ac_span_text("{}"), NULL);
		ok(text != NULL && verdict(text, es256, jwks) == want[i],
		    headers[i]);
		if (i < 2)
			free(text);
	}
	free(text);
	text = ac_jws_sign(ac_jwks_at(jwks, 0), es256, ac_span_text(headers[0]),
	    ac_span_text("{}"), NULL);
	ok(verdict(text, rs256, jwks) == AUTHCHAIN_REASON_UNUSABLE_KEY &&
		verdict(text, es256, other) == AUTHCHAIN_REASON_UNUSABLE_KEY,
	    "a key that may not serve the algorithm");
	free(text);
	text = ac_jws_sign(ac_jwks_at(jwks, 0), es256, ac_span_text(headers[1]),
	    ac_span_text("{\"a\":1}"), NULL);
	strstr(text, ".")[3]++;
	ok(verdict(text, es256, jwks) == AUTHCHAIN_REASON_BAD_SIGNATURE,
	    "a payload that was altered");
	ok(verdict(text, es256, other) == AUTHCHAIN_REASON_UNKNOWN_KID,
	    "no kid, and no key of the type");
	free(text);
	ac_jwks_free(&jwks);
	ac_jwks_free(&other);
}

static void
test_sign_bounds(void)
{
	struct ac_jwks *jwks = set_of(oct_64, NULL);
	const struct ac_jwk *key = ac_jwks_at(jwks, 0);
	const struct ac_alg *hs256 = ac_alg_find(ac_span_text("HS256"));
	const struct ac_alg *es256 = ac_alg_find(ac_span_text("ES256"));
	struct authchain_error err = { 0 };
	char *payload = malloc(AC_JWS_MAX_TOKEN + 1), *text;
	/* 20 of header, 2 dots, 43 of signature: what is left for payload */
	size_t room = ac_base64url_decoded(AC_JWS_MAX_TOKEN - 65);

	if (payload == NULL)
		abort();
	memset(payload, 'x', AC_JWS_MAX_TOKEN + 1);
	text = ac_jws_sign(key, hs256, ac_span_text("{\"alg\":\"HS256\"}"),
	    ac_span(payload, room), NULL);
	ok(text != NULL && strlen(text) <= AC_JWS_MAX_TOKEN &&
		verdict(text, hs256, jwks) == AUTHCHAIN_REASON_NONE,
	    "a token as long as is allowed");
	free(text);
	ok(ac_jws_sign(key, hs256, ac_span_text("{\"alg\":\"HS256\"}"),
	       ac_span(payload, room + 1), &err) == NULL &&
		strstr(err.text, "longer than 16384") != NULL,
	    "one byte more");
	ok(ac_jws_sign(key, hs256, ac_span(payload, AC_JWS_MAX_HEADER + 1),
	       ac_span("", 0), NULL) == NULL,
	    "a header too long");
	ok(ac_jws_sign(key, hs256, ac_span_text("{}"),
	       ac_span(payload, AC_JWS_MAX_TOKEN + 1), NULL) == NULL,
	    "a payload too long");
	ac_error_clear(&err);
	ok(ac_jws_sign(key, es256, ac_span_text("{}"), ac_span("", 0), &err) ==
		    NULL &&
		strstr(err.text, "may not sign with ES256") != NULL,
	    "an algorithm that the key may not serve");
	free(payload);
	ac_jwks_free(&jwks);
}

int
main(void)
{
	test_form();
	test_header();
	test_bounds();
	test_views();
	test_claims();
	test_types();
	test_member();
	test_claim();
	test_many_audiences();
	test_no_claims();
	test_refuse();
	test_verify();
	test_sign_bounds();
	return done();
}
