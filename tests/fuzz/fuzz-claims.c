/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A token's payload as our reader of claims sees it and as jansson does: they
 * agree on what is a strict object, and on the value of each registered claim.
 */
#include "fuzz.h"
#include "strict.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64url.h"
#include "base/json.h"
#include "jose/jws.h"

#define HEADER "eyJhbGciOiJIUzI1NiJ9." /* {"alg":"HS256"} */
#define TAIL   ".AA"

/* ---- promises ---------------------------------------------------------- */

static bool
same_text(struct authchain_span ours, const json_t *theirs)
{
	return json_is_string(theirs) &&
	       ours.len == json_string_length(theirs) &&
	       (ours.len == 0 ||
		   memcmp(ours.data, json_string_value(theirs), ours.len) == 0);
}

static bool
same_value(const struct authchain_value *ours, const json_t *theirs)
{
	if (theirs == NULL)
		return ours->type == AUTHCHAIN_TYPE_ABSENT;
	switch (json_typeof(theirs)) {
	case JSON_OBJECT:
		return ours->type == AUTHCHAIN_TYPE_OBJECT &&
		       ours->count == json_object_size(theirs);
	case JSON_ARRAY:
		return ours->type == AUTHCHAIN_TYPE_LIST &&
		       ours->count == json_array_size(theirs);
	case JSON_STRING:
		return ours->type == AUTHCHAIN_TYPE_STRING &&
		       same_text(ours->text, theirs);
	case JSON_INTEGER:
		return ours->type == AUTHCHAIN_TYPE_INTEGER &&
		       ours->integer == json_integer_value(theirs);
	case JSON_REAL:
		return ours->type == AUTHCHAIN_TYPE_REAL &&
		       !(ours->real < json_real_value(theirs)) &&
		       !(ours->real > json_real_value(theirs));
	case JSON_TRUE:
	case JSON_FALSE:
		return ours->type == AUTHCHAIN_TYPE_BOOL &&
		       (ours->integer != 0) == json_is_true(theirs);
	default:
		return ours->type == AUTHCHAIN_TYPE_NULL;
	}
}

static bool
same_audiences(const struct authchain_peek *peek, const json_t *aud)
{
	const json_t *item;
	size_t i;

	if (json_is_string(aud))
		return peek->audience_count == 1 &&
		       same_text(peek->audiences[0], aud);
	json_array_foreach(aud, i, item)
	{
		if (!json_is_string(item))
			return peek->audience_count == 0;
	}
	if (peek->audience_count != json_array_size(aud))
		return false;
	json_array_foreach(aud, i, item)
	{
		if (!same_text(peek->audiences[i], item))
			return false;
	}
	return true;
}

static void
check_same(const struct authchain_peek *peek, const json_t *tree)
{
	const struct {
		const char *name;
		const struct authchain_value *value;
	} claims[] = {
		{ "iss", &peek->iss },
		{ "sub", &peek->sub },
		{ "aud", &peek->aud },
		{ "exp", &peek->exp },
		{ "nbf", &peek->nbf },
		{ "iat", &peek->iat },
		{ "jti", &peek->jti },
	};

	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++)
		fuzz_promise(same_value(claims[i].value,
				 json_object_get(tree, claims[i].name)),
		    claims[i].name);
	fuzz_promise(same_audiences(peek, json_object_get(tree, "aud")),
	    "the list of audiences");
}

/* RFC 6901, as the claims of plugins are found. */
static void
check_pointers(const json_t *tree)
{
	static const char *const bad[] = { "iss", "/~", "/~2", "/aud/-",
		"/aud/01", "/aud/99999999999999999999", "/aud/x", "/aud/",
		"/a~1b/~0/c" };
	struct authchain_value value;
	const json_t *aud = json_object_get(tree, "aud"), *member;
	const char *name;

	fuzz_promise(ac_json_pointer(tree, "") == tree, "the whole");
	fuzz_promise(ac_json_pointer(tree, "/aud") == aud, "a member");
	fuzz_promise(ac_json_pointer(tree, "/a~1b") ==
			 json_object_get(tree, "a/b"),
	    "an escaped one");
	if (json_is_array(aud))
		fuzz_promise(ac_json_pointer(tree, "/aud/1") ==
				 json_array_get(aud, 1),
		    "an item of a list");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		fuzz_promise(ac_json_pointer(tree, bad[i]) == NULL ||
				 json_is_object(aud) || i == 8,
		    "no pointer is guessed at");
	json_object_foreach((json_t *)(uintptr_t)tree, name, member)
	{
		ac_json_value(member, &value);
		fuzz_promise(same_value(&value, member), "a value as it is");
	}
}

/* One claim after another, without a tree where that will do. */
static void
check_found(struct ac_jws *jws, const json_t *tree)
{
	static const char *const found[] = { "/iss", "/scope", "/a~1b", "/Iss",
		"/aud", "/n", "/t" };
	struct authchain_value value;
	struct authchain_span item;
	size_t at = 0, items = 0;

	for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
		const json_t *theirs = ac_json_pointer(tree, found[i]);

		fuzz_promise(ac_jws_claim(jws, found[i], &value) ==
				 (theirs != NULL),
		    "a claim is found when it is there");
		fuzz_promise(same_value(&value, theirs), found[i]);
	}
	fuzz_promise(ac_jws_claim(jws, "/aud/0", &value) ==
			 (ac_json_pointer(tree, "/aud/0") != NULL),
	    "so is one inside another");
	while (ac_jws_text_item(jws, ac_span_text("scope"), &at, &item)) {
		const json_t *theirs =
		    json_array_get(json_object_get(tree, "scope"), items++);

		fuzz_promise(item.data == NULL
				 ? theirs != NULL && !json_is_string(theirs)
				 : same_text(item, theirs),
		    "an item of a list of texts");
	}
	fuzz_promise(items == json_array_size(json_object_get(tree, "scope")),
	    "each of them once");
}

static void
check(struct authchain_span token, const json_t *tree)
{
	struct authchain_error err = { 0 };
	uint32_t reason;
	struct ac_jws *jws = ac_jws_parse(token, &reason, &err);
	const struct authchain_peek *peek;

	fuzz_promise(jws != NULL, "the token around the claims is fine");
	peek = ac_jws_claims(jws, &reason, &err);
	fuzz_promise(peek == NULL || tree != NULL,
	    "no claims are read of what jansson refuses");
	fuzz_promise(peek != NULL || tree == NULL,
	    "claims are read of all that jansson takes");
	fuzz_promise(peek != NULL ||
			 (reason == AUTHCHAIN_REASON_MALFORMED_TOKEN &&
			     err.text[0] != '\0'),
	    "what is refused has a reason");
	if (peek != NULL) {
		check_same(peek, tree);
		fuzz_promise(json_equal(ac_jws_tree(jws), tree) == 1,
		    "the tree is the same");
		check_pointers(tree);
		check_found(jws, tree);
	}
	ac_jws_free(&jws);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char token[AC_JWS_MAX_TOKEN];
	struct authchain_span payload = ac_span((const char *)data, size);
	size_t head = strlen(HEADER), tail = strlen(TAIL);
	size_t encoded = ac_base64url_encoded(size);
	json_t *tree;

	if (head + encoded + tail >= sizeof(token))
		return 0;
	memcpy(token, HEADER, head);
	ac_base64url_encode(payload, token + head);
	memcpy(token + head + encoded, TAIL, tail);
	tree = strict_object(payload.data, size, AC_JWS_MAX_TOKEN, 1024);
	check(ac_span(token, head + encoded + tail), tree);
	json_decref(tree);
	return 0;
}

/* ---- changes ----------------------------------------------------------- */

static const char *const names[] = { "iss", "sub", "aud", "exp", "nbf", "iat",
	"jti", "scope", "Iss", "is", "isss", "\\u0069ss", "i\\u0073s", "a\\/b",
	"a/b", "sub\\u0000", "\\ud83d\\ude00", "\xc3\xa9", "", NULL };
static const char *const values[] = { "\"a\"", "\"\"", "\"\\u0041\"",
	"\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud83d\\ude00\"",
	"\"\\ud83d\\ud83d\"", "\"\\u00e9\"", "\"\\x\"",
	"\"\\\"\\\\\\/\\b\\f"
	"\\n\\r\\t\"",
	"\"\xc3\xa9\"", "\"\xed\xa0\x80\"", "\"\xc0\x80\"",
	"\"\xf4\x90\x80\x80\"", "\"\xff\"", "\"\x01\"", "\"\x7f\"", "0", "-0",
	"-0.0", "00", "01", "-", "+1", "1.", ".5", "1e5", "1E+5", "1e-5",
	"1e400", "-1e400", "1e-400", "1.7976931348623157e308",
	"9223372036854775807", "9223372036854775808", "-9223372036854775808",
	"-9223372036854775809", "123456789012345678901234567890", "1800000000",
	"1800000000.5", "0x10", "NaN", "Infinity", "null", "true", "false",
	"nul", "True", "[]", "[[]]", "[1,]", "[,]", "{}", "{\"a\":1,\"a\":1}",
	"{\"iss\":\"a\"}", "[\"a\",\"b\"]", "[\"a\",1]", "[\"a\",[\"b\"]]",
	"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
	"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", " 1 ",
	"\t\n\r 1", "\f1", "1 2", "\"a\" \"b\"", "/*x*/1",
	"\xef\xbb\xbf"
	"1",
	NULL };

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
    unsigned int seed)
{
	static const struct fuzz_words name_words = { names };
	static const struct fuzz_words value_words = { values };
	struct fuzz_text text = { (char *)data, size, max_size };
	struct fuzz_random random;

	fuzz_random_seed(&random, seed);
	for (size_t k = fuzz_below(&random, 3) + 1; k > 0; k--)
		fuzz_json(&text, &random, &name_words, &value_words);
	return text.len;
}
