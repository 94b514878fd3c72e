/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include <stdlib.h>

#include "base/buf.h"
#include "jose/jwks.h"

#include "testkeys.h"

/* A key with members in front: {"kid":"a",...rest of key */
static void
add_key(struct ac_buf *out, const char *members, const char *key)
{
	char last = out->len == 0 ? '[' : out->data[out->len - 1];

	if (last != '[')
		ac_buf_byte(out, ',');
	ac_buf_format(out, "{%s%s%s", members, *members == '\0' ? "" : ",",
	    key + 1);
}

static struct ac_jwks *
parse(struct ac_buf *keys, enum ac_jwk_source source,
    struct authchain_error *err)
{
	struct ac_buf text;
	struct ac_jwks *jwks;

	ac_buf_init(&text, 4u << 20);
	ac_buf_text(&text, "{\"keys\":[");
	ac_buf_add(&text, ac_buf_span(keys));
	ac_buf_text(&text, "]}");
	jwks = ac_jwks_parse(ac_buf_span(&text), source, err);
	ac_buf_clear(&text);
	ac_buf_clear(keys);
	return jwks;
}

static const struct ac_alg *
alg(const char *name)
{
	return ac_alg_find(ac_span_text(name));
}

/* What a search finds, and how many keys to try. */
static enum ac_jwks_find
find(const struct ac_jwks *jwks, const char *kid, const char *name,
    size_t *count)
{
	const struct ac_jwk *keys[AC_JWKS_MAX_TRIES];

	return ac_jwks_find(jwks, ac_span_text(kid), alg(name), keys, count);
}

static void
test_no_set(void)
{
	static const struct {
		const char *name;
		const char *text;
		const char *words;
	} rows[] = {
		{ "nothing", "", "ends too early" },
		{ "HTML", "<html></html>", "not well-formed" },
		{ "no keys", "{}", "no list \"keys\"" },
		{ "keys that is null", "{\"keys\":null}", "no list \"keys\"" },
		{ "keys that is an object", "{\"keys\":{}}",
		    "no list \"keys\"" },
		{ "keys twice", "{\"keys\":[],\"keys\":[]}", "twice" },
		{ "a bare list", "[]", "not a JSON object" },
		{ "a member twice in a key",
		    "{\"keys\":[{\"kty\":\"RSA\",\"kty\":\"RSA\"}]}", "twice" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct authchain_error err = { 0 };
		struct ac_jwks *jwks = ac_jwks_parse(ac_span_text(rows[i].text),
		    AC_JWK_REMOTE, &err);

		ok(jwks == NULL && strstr(err.text, rows[i].words) != NULL,
		    rows[i].name);
		ac_jwks_free(&jwks);
	}
}

static void
test_left_out(void)
{
	struct authchain_error err = { 0 };
	struct ac_jwks *jwks;
	struct ac_buf keys;
	size_t count;

	ac_buf_init(&keys, 1u << 20);
	add_key(&keys, "\"kid\":\"small\"", rsa_1024_public);
	add_key(&keys, "\"kid\":\"good\"", rsa_public);
	add_key(&keys, "\"kid\":\"secret\"", oct_64);
	add_key(&keys, "\"kid\":\"private\"", p256_private);
	add_key(&keys, "\"kid\":\"enc\",\"use\":\"enc\"", p256_public);
	ac_buf_text(&keys, ",1,{},{\"kid\":7},\"x\",null,[]");
	jwks = parse(&keys, AC_JWK_REMOTE, &err);
	ok(jwks != NULL && ac_jwks_count(jwks) == 2 &&
		ac_jwks_left_out(jwks) == 9,
	    "bad keys don't spoil the good ones");
	ok(strstr(err.text, "key 1 (kid \"small\") is left out: an RSA key of "
			    "1024 bits") != NULL,
	    "the first note says which and why");
	ok(find(jwks, "good", "RS256", &count) == AC_JWKS_FOUND && count == 1,
	    "the good key is found");
	ok(find(jwks, "small", "RS256", &count) == AC_JWKS_UNUSABLE &&
		count == 0 &&
		find(jwks, "secret", "HS256", &count) == AC_JWKS_UNUSABLE &&
		find(jwks, "private", "ES256", &count) == AC_JWKS_UNUSABLE,
	    "the kid of one left out is unusable");
	ok(find(jwks, "enc", "ES256", &count) == AC_JWKS_UNUSABLE,
	    "so is a key for another use");
	ok(find(jwks, "good", "ES256", &count) == AC_JWKS_UNUSABLE &&
		find(jwks, "good", "HS256", &count) == AC_JWKS_UNUSABLE,
	    "and one of another type than the algorithm's");
	ok(ac_jwks_at(jwks, 1) != NULL && ac_jwks_at(jwks, 2) == NULL &&
		ac_jwks_at(jwks, SIZE_MAX) == NULL,
	    "there is none behind the last");
	ac_jwks_free(&jwks);
	ok(jwks == NULL, "free nulls");
	ac_jwks_free(&jwks);
}

static void
test_kids(void)
{
	static const char *const none[] = { "", "a", "abcd", "ab", "ABC", "abd",
		"abc ", "zzz" };
	struct ac_jwks *jwks;
	struct ac_buf keys;
	bool right = true;
	size_t count, i;

	ac_buf_init(&keys, 1u << 20);
	for (i = 0; i < 50; i++) {
		char members[64];

		snprintf(members, sizeof(members), "\"kid\":\"k%zu\"",
		    i * 7919 % 50);
		add_key(&keys, members, ed25519_public);
	}
	add_key(&keys, "\"kid\":\"abc\"", rsa_public);
	jwks = parse(&keys, AC_JWK_REMOTE, NULL);
	ok(jwks != NULL && ac_jwks_count(jwks) == 51, "51 keys");
	for (i = 0; i < 50; i++) {
		const struct ac_jwk *found[AC_JWKS_MAX_TRIES];
		char kid[16];

		snprintf(kid, sizeof(kid), "k%zu", i);
		right = right &&
			ac_jwks_find(jwks, ac_span_text(kid), alg("EdDSA"),
			    found, &count) == AC_JWKS_FOUND &&
			count == 1 &&
			ac_span_is_text(ac_jwk_kid(found[0]), kid);
	}
	ok(right, "each is found by its kid");
	right = true;
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		right = right &&
			find(jwks, none[i], "RS256", &count) == AC_JWKS_NONE &&
			count == 0;
	ok(right, "a kid that is not exactly one of them finds none");
	ok(find(jwks, "abc", "RS256", &count) == AC_JWKS_FOUND, "one that is");
	ac_jwks_free(&jwks);
}

static void
test_twins(void)
{
	struct authchain_error err = { 0 };
	struct ac_jwks *jwks;
	struct ac_buf keys;
	size_t count;

	ac_buf_init(&keys, 1u << 20);
	add_key(&keys, "\"kid\":\"a\"", rsa_public);
	add_key(&keys, "\"kid\":\"b\"", p256_public);
	add_key(&keys, "\"kid\":\"a\"", rsa_other_public);
	jwks = parse(&keys, AC_JWK_REMOTE, &err);
	ok(jwks != NULL && ac_jwks_count(jwks) == 1 &&
		find(jwks, "a", "RS256", &count) == AC_JWKS_UNUSABLE &&
		find(jwks, "b", "ES256", &count) == AC_JWKS_FOUND,
	    "a kid for two keys stands for none, others stay");
	ok(strstr(err.text, "kid \"a\" stands for more than one") != NULL,
	    "which is said");
	ok(find(jwks, NULL, "RS256", &count) == AC_JWKS_NONE,
	    "nor are they tried for a token without kid");
	ac_jwks_free(&jwks);
	add_key(&keys, "\"kid\":\"a\"", rsa_public);
	add_key(&keys, "\"kid\":\"a\"", rsa_public);
	add_key(&keys, "\"kid\":\"a\"", p256_public);
	jwks = parse(&keys, AC_JWK_REMOTE, NULL);
	ok(jwks != NULL && ac_jwks_count(jwks) == 0 &&
		ac_jwks_left_out(jwks) == 3,
	    "of three, none");
	ac_jwks_free(&jwks);
	add_key(&keys, "\"kid\":\"a\"", rsa_public);
	add_key(&keys, "\"kid\":\"a\"", rsa_1024_public);
	jwks = parse(&keys, AC_JWK_REMOTE, NULL);
	ok(jwks != NULL && ac_jwks_count(jwks) == 0,
	    "a bad twin takes the good one with it");
	ac_jwks_free(&jwks);
	add_key(&keys, "", rsa_public);
	add_key(&keys, "", rsa_other_public);
	jwks = parse(&keys, AC_JWK_REMOTE, NULL);
	ok(jwks != NULL && ac_jwks_count(jwks) == 2,
	    "keys without kid are no twins");
	ac_jwks_free(&jwks);
}

static void
test_without_kid(void)
{
	struct ac_jwks *jwks;
	struct ac_buf keys;
	size_t count, i;

	ac_buf_init(&keys, 1u << 20);
	add_key(&keys, "\"kid\":\"a\"", p256_public);
	for (i = 0; i < AC_JWKS_MAX_TRIES; i++)
		add_key(&keys, "", i == 0 ? rsa_public : rsa_other_public);
	jwks = parse(&keys, AC_JWK_REMOTE, NULL);
	ok(find(jwks, NULL, "PS256", &count) == AC_JWKS_FOUND &&
		count == AC_JWKS_MAX_TRIES,
	    "as many keys as are tried");
	ok(find(jwks, NULL, "ES256", &count) == AC_JWKS_FOUND && count == 1,
	    "only those that allow the algorithm, with a kid or without");
	ok(find(jwks, NULL, "ES384", &count) == AC_JWKS_NONE && count == 0,
	    "none that does");
	ok(find(jwks, "", "PS256", &count) == AC_JWKS_NONE,
	    "an empty kid is not no kid");
	ac_jwks_free(&jwks);
	for (i = 0; i <= AC_JWKS_MAX_TRIES; i++)
		add_key(&keys, "", rsa_public);
	jwks = parse(&keys, AC_JWK_REMOTE, NULL);
	ok(find(jwks, NULL, "PS256", &count) == AC_JWKS_FOUND &&
		count == AC_JWKS_MAX_TRIES,
	    "one more is not tried");
	ac_jwks_free(&jwks);
}

static void
test_mixed(void)
{
	struct authchain_error err = { 0 };
	struct ac_jwks *jwks;
	struct ac_buf keys;

	ac_buf_init(&keys, 1u << 20);
	add_key(&keys, "\"kid\":\"a\"", oct_64);
	add_key(&keys, "\"kid\":\"b\"", p256_public);
	jwks = parse(&keys, AC_JWK_LOCAL, &err);
	ok(jwks == NULL && strstr(err.text, "mixes") != NULL,
	    "our own set may not mix secrets and public keys");
	ac_jwks_free(&jwks);
	add_key(&keys, "\"kid\":\"a\"", oct_64);
	add_key(&keys, "\"kid\":\"b\"", oct_64);
	jwks = parse(&keys, AC_JWK_LOCAL, NULL);
	ok(jwks != NULL && ac_jwks_count(jwks) == 2, "secrets alone are fine");
	ac_jwks_free(&jwks);
}

static void
test_bounds(void)
{
	struct authchain_error err = { 0 };
	struct ac_jwks *jwks;
	struct ac_buf keys;
	char *spaces = malloc(AC_JWKS_MAX_BYTES + 1);
	size_t i;

	ac_buf_init(&keys, 1u << 20);
	for (i = 0; i < AC_JWKS_MAX_KEYS; i++)
		add_key(&keys, "", ed25519_public);
	jwks = parse(&keys, AC_JWK_REMOTE, NULL);
	ok(jwks != NULL && ac_jwks_count(jwks) == AC_JWKS_MAX_KEYS,
	    "as many keys as are allowed");
	ac_jwks_free(&jwks);
	for (i = 0; i <= AC_JWKS_MAX_KEYS; i++)
		add_key(&keys, "", ed25519_public);
	jwks = parse(&keys, AC_JWK_REMOTE, &err);
	ok(jwks == NULL && strstr(err.text, "257 keys; at most 256") != NULL,
	    "one more");
	jwks = parse(&keys, AC_JWK_REMOTE, NULL);
	ok(jwks != NULL && ac_jwks_count(jwks) == 0, "an empty set is a set");
	ac_jwks_free(&jwks);
	if (spaces == NULL)
		abort();
	memset(spaces, ' ', AC_JWKS_MAX_BYTES + 1);
	memcpy(spaces, "{\"keys\":[]}", 11);
	jwks = ac_jwks_parse(ac_span(spaces, AC_JWKS_MAX_BYTES), AC_JWK_REMOTE,
	    NULL);
	ok(jwks != NULL, "as many bytes as are allowed");
	ac_jwks_free(&jwks);
	ok(ac_jwks_parse(ac_span(spaces, AC_JWKS_MAX_BYTES + 1), AC_JWK_REMOTE,
	       NULL) == NULL,
	    "one more");
	free(spaces);
}

static void
test_of(void)
{
	struct ac_jwk *jwk =
	    ac_jwk_from_secret(ac_span("0123456789abcdef0123456789abcdef", 32),
		NULL);
	struct ac_jwks *jwks = ac_jwks_of(&jwk);
	struct authchain_error err = { 0 };
	json_t *object;
	size_t count;

	ok(jwks != NULL && jwk == NULL && ac_jwks_count(jwks) == 1 &&
		find(jwks, NULL, "HS256", &count) == AC_JWKS_FOUND &&
		find(jwks, "x", "HS256", &count) == AC_JWKS_NONE,
	    "a set of one key without kid");
	ac_jwks_free(&jwks);
	object = ac_json_parse(ac_span_text(p256_public), &ac_json_token, &err);
	json_object_set_new(object, "kid", json_string("x"));
	jwk = ac_jwk_parse(object, AC_JWK_REMOTE, &err);
	jwks = ac_jwks_of(&jwk);
	ok(jwks != NULL && find(jwks, "x", "ES256", &count) == AC_JWKS_FOUND &&
		find(jwks, "y", "ES256", &count) == AC_JWKS_NONE,
	    "a set of one key with a kid");
	ac_jwks_free(&jwks);
	json_decref(object);
}

int
main(void)
{
	test_no_set();
	test_left_out();
	test_kids();
	test_twins();
	test_without_kid();
	test_mixed();
	test_bounds();
	test_of();
	return done();
}
