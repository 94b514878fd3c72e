/* SPDX-License-Identifier: BSD-2-Clause */
/* The examples of RFC 7515, 7517 and 7520. */
#include "tap.h"

#include <stdlib.h>

#include "base/base64url.h"
#include "base/file.h"
#include "base/reason.h"
#include "jose/jws.h"

static const char *corpus;

/* A file of the corpus without white space at its end; the caller's to free,
 * NULL without. */
static char *
load(const char *name, const char *suffix)
{
	char path[1024];
	char *text;
	size_t len;

	snprintf(path, sizeof(path), "%s/latchset-jose-rfc/%s.%s", corpus, name,
	    suffix);
	if (ac_file_read(path, AC_FILE_ANY, 1u << 16, &text, &len, NULL) != 0)
		return NULL;
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' '))
		text[--len] = '\0';
	return text;
}

static struct ac_jwk *
load_key(const char *name, enum ac_jwk_source source)
{
	char *text = load(name, "jwk");
	json_t *object =
	    ac_json_parse(ac_span_text(text), &ac_json_document, NULL);
	struct ac_jwk *jwk =
	    object == NULL ? NULL : ac_jwk_parse(object, source, NULL);

	json_decref(object);
	free(text);
	return jwk;
}

static const struct {
	const char *name;
	const char *alg;
	bool signs_the_same; /* no randomness in it */
} signatures[] = {
	{ "rfc7515_A.1", "HS256", true },
	{ "rfc7515_A.2", "RS256", true },
	{ "rfc7515_A.3", "ES256", false },
	{ "rfc7515_A.4", "ES512", false },
	{ "rfc7520_4.1", "RS256", true },
	{ "rfc7520_4.2", "PS384", false },
	{ "rfc7520_4.3", "ES512", false },
	{ "rfc7520_4.4", "HS256", true },
};

static void
test_signature(size_t row)
{
	const struct ac_alg *alg =
	    ac_alg_find(ac_span_text(signatures[row].alg));
	struct ac_header_policy policy = { ac_alg_bit(alg), NULL };
	char *text = load(signatures[row].name, "jwsc"), *again = NULL;
	struct ac_jwk *jwk = load_key(signatures[row].name, AC_JWK_LOCAL);
	struct ac_jwks *jwks = jwk == NULL ? NULL : ac_jwks_of(&jwk);
	const struct ac_jwk *key = NULL;
	const struct ac_alg *named = NULL;
	uint32_t reason = 99;
	struct ac_jws *jws = ac_jws_parse(ac_span_text(text), &reason, NULL);
	const struct authchain_peek *peek;

	if (jws == NULL || jwks == NULL) {
		ok(false, signatures[row].name);
		goto out;
	}
	peek = ac_jws_header(jws);
	reason = ac_header_refuse(peek, &policy, &named);
	if (reason == AUTHCHAIN_REASON_NONE)
		reason = ac_jws_verify(peek, named, jwks, &key);
	ok(reason == AUTHCHAIN_REASON_NONE && key == ac_jwks_at(jwks, 0),
	    signatures[row].name);
	if (reason != AUTHCHAIN_REASON_NONE)
		printf("# %s\n", ac_reason_name(reason));
	again = ac_jws_sign(ac_jwks_at(jwks, 0), alg, peek->header,
	    peek->payload, NULL);
	if (signatures[row].signs_the_same)
		ok(again != NULL && strcmp(again, text) == 0,
		    "and we sign the same");
out:
	free(text);
	free(again);
	ac_jws_free(&jws);
	ac_jwks_free(&jwks);
	ac_jwk_free(&jwk);
}

static void
test_refused(void)
{
	static const struct {
		const char *name, *suffix;
	} rows[] = {
		{ "rfc7515_A.6", "jwsg" },
		{ "rfc7515_A.7", "jwsf" },
		{ "rfc7520_4.1", "jwsf" },
		{ "rfc7520_4.1", "jwsg" },
		{ "rfc7520_4.6", "jwsf" },
		{ "rfc7520_4.8", "jwsg" },
	};
	const struct ac_alg *alg;
	struct ac_header_policy all = { ~(ac_alg_set)0, NULL };
	uint32_t reason;
	struct ac_jws *jws;
	char *text;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char name[64];

		text = load(rows[i].name, rows[i].suffix);
		snprintf(name, sizeof(name), "%s is no compact token",
		    rows[i].name);
		ok(text != NULL &&
			ac_jws_parse(ac_span_text(text), &reason, NULL) == NULL,
		    name);
		free(text);
	}
	text = load("rfc7515_A.5", "jwsc");
	jws = ac_jws_parse(ac_span_text(text), &reason, NULL);
	ok(jws != NULL && ac_header_refuse(ac_jws_header(jws), &all, &alg) ==
			      AUTHCHAIN_REASON_ALGORITHM_NOT_ALLOWED,
	    "rfc7515_A.5, alg none, is refused by whatever is allowed");
	ac_jws_free(&jws);
	free(text);
}

static void
test_keys(void)
{
	static const struct {
		const char *name;
		bool local, remote;
	} rows[] = {
		{ "rfc7515_A.1", true, false },
		{ "rfc7515_A.2", true, false },
		{ "rfc7515_A.3", true, false },
		{ "rfc7515_A.4", true, false },
		{ "rfc7517_B", true, true },
		{ "rfc7520_3.1", true, true },
		{ "rfc7520_3.2", true, false },
		{ "rfc7520_3.3", true, true },
		{ "rfc7520_3.4", true, false },
		{ "rfc7520_3.5", true, false },
		{ "rfc7520_3.6", true, false },
		{ "rfc7638_3.1", true, true },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ac_jwk *local = load_key(rows[i].name, AC_JWK_LOCAL);
		struct ac_jwk *remote = load_key(rows[i].name, AC_JWK_REMOTE);
		char name[64];

		snprintf(name, sizeof(name), "key %s: ours %s, others' %s",
		    rows[i].name, rows[i].local ? "yes" : "no",
		    rows[i].remote ? "yes" : "no");
		ok((local != NULL) == rows[i].local &&
			(remote != NULL) == rows[i].remote,
		    name);
		ac_jwk_free(&local);
		ac_jwk_free(&remote);
	}
}

static void
test_sets(void)
{
	static const struct {
		const char *name;
		enum ac_jwk_source source;
		int count; /* -1: refused as a whole */
	} rows[] = {
		{ "rfc7517_A.1", AC_JWK_REMOTE, 2 },
		{ "rfc7517_A.2", AC_JWK_REMOTE, 0 },
		{ "rfc7517_A.2", AC_JWK_LOCAL, 2 },
		{ "rfc7517_A.3", AC_JWK_REMOTE, 0 },
		{ "rfc7517_A.3", AC_JWK_LOCAL, 2 },
		{ "rfc7520_4.8", AC_JWK_LOCAL, -1 },
		{ "rfc7520_4.8", AC_JWK_REMOTE, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = load(rows[i].name, "jwkset");
		struct ac_jwks *jwks =
		    ac_jwks_parse(ac_span_text(text), rows[i].source, NULL);
		char name[64];

		snprintf(name, sizeof(name), "set %s: %d %s keys", rows[i].name,
		    rows[i].count,
		    rows[i].source == AC_JWK_LOCAL ? "own" : "others'");
		ok(text != NULL &&
			(jwks == NULL ? -1 : (int)ac_jwks_count(jwks)) ==
			    rows[i].count,
		    name);
		ac_jwks_free(&jwks);
		free(text);
	}
}

int
main(void)
{
	char *text;
	size_t i;

	corpus = getenv("AUTHCHAIN_CORPUS");
	if (corpus == NULL)
		corpus = ".";
	text = load("rfc7515_A.1", "jwsc");
	if (text == NULL) {
		printf("1..0 # SKIP no corpus at AUTHCHAIN_CORPUS\n");
		return 0;
	}
	free(text);
	for (i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++)
		test_signature(i);
	test_refused();
	test_keys();
	test_sets();
	return done();
}
