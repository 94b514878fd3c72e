/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Project Wycheproof's vectors for the primitives, through the key layer: what
 * is not plainly valid is refused, MACs that were cut and keys that are too
 * short among it.
 */
#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/base64url.h"
#include "base/file.h"
#include "jose/jwk.h"

static const struct ac_json_limits file_limits = { .max_bytes = 16u << 20,
	.max_depth = AC_JSON_MAX_DEPTH,
	.max_members = 1024,
	.max_items = 1u << 16 };

static const struct {
	const char *file, *alg;
	size_t accepted, tests;
} rows[] = {
	{ "ecdsa_secp256r1_sha256_p1363_test", "ES256", 173, 262 },
	{ "ecdsa_secp384r1_sha384_p1363_test", "ES384", 193, 280 },
	{ "ecdsa_secp521r1_sha512_p1363_test", "ES512", 231, 318 },
	{ "ed25519_test", "EdDSA", 88, 151 },
	{ "ed448_test", "EdDSA", 17, 87 },
	{ "hmac_sha256_test", "HS256", 30, 174 },
	{ "hmac_sha384_test", "HS384", 30, 174 },
	{ "hmac_sha512_test", "HS512", 30, 174 },
	{ "rsa_pss_2048_sha256_mgf1_32_test", "PS256", 63, 108 },
	{ "rsa_pss_2048_sha384_mgf1_48_test", "PS384", 95, 141 },
	{ "rsa_pss_4096_sha512_mgf1_64_test", "PS512", 132, 179 },
	{ "rsa_signature_2048_sha256_test", "RS256", 9, 259 },
	{ "rsa_signature_2048_sha384_test", "RS384", 7, 258 },
	{ "rsa_signature_2048_sha512_test", "RS512", 8, 259 },
};

struct counts {
	size_t accepted, tests, wrong;
};

/* Hexadecimal member; the caller's to free. */
static struct authchain_span
bytes_of(const json_t *test, const char *name)
{
	struct authchain_span text = ac_json_string(test, name);
	char *bytes = malloc(text.len / 2 + 1);

	if (bytes == NULL || !ac_hex_decode(text, (unsigned char *)bytes))
		abort();
	return ac_span(bytes, text.len / 2);
}

static void
release(struct authchain_span bytes)
{
	union {
		const char *view;
		char *owned;
	} memory = { bytes.data };

	free(memory.owned);
}

/* The key of a test: its group's, or, for a MAC, its own. */
static struct ac_jwk *
key_of(const json_t *group, const json_t *test, bool as_jwk)
{
	const json_t *jwk = json_object_get(group, "publicKeyJwk");
	struct ac_jwk *key;

	if (json_object_get(test, "key") != NULL) {
		struct authchain_span secret = bytes_of(test, "key");

		key = ac_jwk_from_secret(secret, NULL);
		release(secret);
		return key;
	}
	if (jwk == NULL)
		jwk = json_object_get(group, "keyJwk");
	if (as_jwk && jwk != NULL)
		return ac_jwk_parse(jwk, AC_JWK_REMOTE, NULL);
	return ac_jwk_from_pem(ac_json_string(group, "publicKeyPem"), NULL);
}

static bool
verify(const struct ac_jwk *key, const struct ac_alg *alg, const json_t *test)
{
	const char *name = json_object_get(test, "tag") == NULL ? "sig" : "tag";
	struct authchain_span message = bytes_of(test, "msg");
	struct authchain_span signature = bytes_of(test, name);
	bool good = key != NULL && ac_jwk_verify(key, alg, message, signature);

	release(message);
	release(signature);
	return good;
}

/* Valid, of full length, by a key that is long enough. */
static bool
is_valid(const json_t *test, const struct ac_alg *alg)
{
	return ac_span_is_text(ac_json_string(test, "result"), "valid") &&
	       (alg->scheme != AC_SCHEME_HMAC ||
		   (ac_json_string(test, "tag").len == 2 * alg->hash_bytes &&
		       ac_json_string(test, "key").len >= 2 * alg->hash_bytes));
}

static void
run_group(const json_t *group, const struct ac_alg *alg, struct counts *counts)
{
	const json_t *tests = json_object_get(group, "tests");
	struct ac_jwk *pem = NULL, *jwk = NULL;
	size_t i;

	for (i = 0; i < json_array_size(tests); i++) {
		const json_t *test = json_array_get(tests, i);
		bool good, want = is_valid(test, alg);

		if (i == 0 || alg->scheme == AC_SCHEME_HMAC) {
			ac_jwk_free(&pem);
			ac_jwk_free(&jwk);
			pem = key_of(group, test, false);
			jwk = key_of(group, test, true);
		}
		good = verify(pem, alg, test);
		counts->tests++;
		counts->accepted += good ? 1 : 0;
		if (good != want || verify(jwk, alg, test) != want) {
			counts->wrong++;
			printf("# test %d is wrong\n",
			    (int)json_integer_value(
				json_object_get(test, "tcId")));
		}
	}
	ac_jwk_free(&pem);
	ac_jwk_free(&jwk);
}

static void
run(const char *corpus, size_t row)
{
	const struct ac_alg *alg = ac_alg_find(ac_span_text(rows[row].alg));
	struct counts counts = { 0, 0, 0 };
	struct authchain_error err = { 0 };
	json_t *root = NULL;
	const json_t *groups;
	char path[1024], name[128];
	char *text = NULL;
	size_t len, i;

	snprintf(path, sizeof(path), "%s/wycheproof/%s.json", corpus,
	    rows[row].file);
	if (ac_file_read(path, AC_FILE_ANY, 16u << 20, &text, &len, &err) == 0)
		root = ac_json_parse(ac_span(text, len), &file_limits, &err);
	groups = json_object_get(root, "testGroups");
	for (i = 0; i < json_array_size(groups); i++)
		run_group(json_array_get(groups, i), alg, &counts);
	snprintf(name, sizeof(name), "%s: %s takes %zu of %zu", rows[row].file,
	    rows[row].alg, rows[row].accepted, rows[row].tests);
	ok(counts.accepted == rows[row].accepted &&
		counts.tests == rows[row].tests && counts.wrong == 0,
	    name);
	if (counts.tests != rows[row].tests)
		printf("# %zu of %zu %s\n", counts.accepted, counts.tests,
		    err.text);
	json_decref(root);
	free(text);
}

int
main(void)
{
	const char *corpus = getenv("AUTHCHAIN_CORPUS");
	char path[1024];
	int fd;
	size_t i;

	snprintf(path, sizeof(path), "%s/wycheproof/ed25519_test.json",
	    corpus == NULL ? "." : corpus);
	fd = ac_file_open(path, AC_FILE_ANY, NULL);
	if (fd < 0) {
		printf("1..0 # SKIP no corpus at AUTHCHAIN_CORPUS\n");
		return 0;
	}
	(void)close(fd);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		run(corpus, i);
	return done();
}
