/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dpop without a host: a proof judged at a time that the test says (the
 * example of RFC 9449 7.1 among them), URIs, the memory of proofs, nonces, and
 * certificates in headers.
 */
#include "tap.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "certificate.h"
#include "dpop-nonce.h"
#include "dpop-proof.h"
#include "dpop-replay.h"
#include "dpop-uri.h"

/* ---- the example of RFC 9449 ------------------------------------------- */

static const char example_token[] =
    "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
static const char example_proof[] =
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6Ik"
    "VDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCR"
    "nMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JE"
    "QSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIj"
    "oiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0Z"
    "WRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNF"
    "c05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71E"
    "OptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";
#define EXAMPLE_IAT INT64_C(1562262618)

static struct authchain_span example_uri;

static struct dpop_wanted
example_wanted(void)
{
	example_uri =
	    ac_span_text("https://resource.example.org/protectedresource");
	return (struct dpop_wanted){
		.algorithms = ac_alg_bit(ac_alg_find(ac_span_text("ES256"))),
		.method = ac_span_text("GET"),
		.uris = &example_uri,
		.uri_count = 1,
		.token = ac_span_text(example_token),
		.thumbprint =
		    ac_span_text("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"),
		.now_ms = EXAMPLE_IAT * 1000,
		.max_age_ms = 60000,
		.leeway_ms = 10000,
	};
}

static uint32_t
judge_text(const struct dpop_wanted *wanted, const char *text)
{
	struct authchain_error err = { 0 };
	struct dpop_proof proof;

	return dpop_proof_judge(ac_span_text(text), wanted, &proof, &err);
}

static uint32_t
judge(const struct dpop_wanted *wanted)
{
	return judge_text(wanted, example_proof);
}

static bool
is_taken_at(int64_t later_ms)
{
	struct dpop_wanted wanted = example_wanted();

	wanted.now_ms += later_ms;
	return judge(&wanted) == AUTHCHAIN_REASON_NONE;
}

static void
test_example(void)
{
	struct dpop_wanted wanted = example_wanted();
	char changed[sizeof(example_proof)];

	ok(judge(&wanted) == AUTHCHAIN_REASON_NONE,
	    "the proof of RFC 9449 7.1 is good at its time");
	ok(is_taken_at(70000) && !is_taken_at(70001),
	    "as old as it may be, and a millisecond older");
	ok(is_taken_at(-10000) && !is_taken_at(-10001),
	    "as far ahead as it may be, and a millisecond further");
	wanted.token = ac_span_text("another");
	ok(judge(&wanted) == AUTHCHAIN_REASON_INVALID_PROOF, "another token");
	wanted = example_wanted();
	wanted.method = ac_span_text("POST");
	ok(judge(&wanted) == AUTHCHAIN_REASON_INVALID_PROOF, "another method");
	wanted = example_wanted();
	example_uri = ac_span_text("https://resource.example.org/protected");
	ok(judge(&wanted) == AUTHCHAIN_REASON_INVALID_PROOF, "another URI");
	wanted = example_wanted();
	wanted.thumbprint.len--;
	ok(judge(&wanted) == AUTHCHAIN_REASON_INVALID_PROOF, "another key");
	wanted = example_wanted();
	wanted.algorithms = ac_alg_bit(ac_alg_find(ac_span_text("ES384")));
	ok(judge(&wanted) == AUTHCHAIN_REASON_INVALID_PROOF,
	    "another algorithm");
	wanted = example_wanted();
	memcpy(changed, example_proof, sizeof(changed));
	changed[sizeof(changed) - 20] ^= 1;
	ok(judge_text(&wanted, changed) == AUTHCHAIN_REASON_INVALID_PROOF,
	    "another signature");
	wanted.uri_count = 0;
	ok(judge(&wanted) == AUTHCHAIN_REASON_INVALID_PROOF, "no URI");
}

static void
test_thumbprint(void)
{
	/* RFC 7638 3.1 */
	static const char key[] =
	    "{\"kty\":\"RSA\",\"n\":\"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAF"
	    "bWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4"
	    "n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGj"
	    "QR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n9"
	    "1CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_x"
	    "BniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw\",\"e\":\"AQAB\","
	    "\"alg\":\"RS256\",\"kid\":\"2011-04-29\"}";
	static const char *const lacking[] = { "{}", "{\"kty\":\"oct\"}",
		"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"a\"}",
		"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":1}" };
	char out[AC_THUMBPRINT_BYTES + 1];
	json_t *jwk = json_loads(key, 0, NULL);

	ok(ac_thumbprint(jwk, out) == 0 &&
		strcmp(out, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs") == 0,
	    "the thumbprint of RFC 7638 3.1");
	json_decref(jwk);
	for (size_t i = 0; i < sizeof(lacking) / sizeof(lacking[0]); i++) {
		jwk = json_loads(lacking[i], 0, NULL);
		ok(ac_thumbprint(jwk, out) == -1 && out[0] == '\0', lacking[i]);
		json_decref(jwk);
	}
}

/* ---- URIs -------------------------------------------------------------- */

#define A "https://a.test"

static const struct {
	const char *uri, *normal; /* NULL: refused */
} uris[] = {
	{ A, A "/" },
	{ A "/", A "/" },
	{ "HTTPS://A.TEST/B", A "/B" },
	{ A ":443/", A "/" },
	{ A ":/", A "/" },
	{ A ":0443/", A "/" },
	{ A ":80/", A ":80/" },
	{ "http://a.test:80/x", "http://a.test/x" },
	{ "http://a.test:443/x", "http://a.test:443/x" },
	{ "http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/" },
	{ "http://[::1]/", "http://[::1]/" },
	{ A "?q", A "/" },
	{ A "?q=/a", A "/" },
	{ A "#/a", A "/" },
	{ A "#f?q", A "/" },
	{ A "/a?q#f", A "/a" },
	{ A "/a#f?q", A "/a" },
	{ A "/a%7eb/%41%2F%2f", A "/a~b/A%2F%2F" },
	{ A "/.", A "/" },
	{ A "/..", A "/" },
	{ A "/../../a", A "/a" },
	{ A "/a/b/..", A "/a/" },
	{ A "/a/b/../", A "/a/" },
	{ A "/a/./b", A "/a/b" },
	{ A "/a/b/../../c/.", A "/c/" },
	{ A "/a/%2e%2E/b", A "/b" },
	{ A "//a//b", A "//a//b" },
	{ A "//..//a", A "//a" },
	{ A "/...", A "/..." },
	{ A "/a..", A "/a.." },
	{ A "/a;b=c,d", A "/a;b=c,d" },
	{ "", NULL },
	{ "/", NULL },
	{ "a.test/", NULL },
	{ "https:/a.test/", NULL },
	{ "https:///a", NULL },
	{ "https://:443/", NULL },
	{ "ftp://a.test/", NULL },
	{ "https://u@a.test/", NULL },
	{ "https://u:p@a.test/", NULL },
	{ A ":x/", NULL },
	{ A ":65536/", NULL },
	{ A ":000443/", NULL },
	{ A ":4:43/", NULL },
	{ "https://[::1/", NULL },
	{ "https://[]/", NULL },
	{ "https://a%2etest/", NULL },
	{ "https://a\\b/", NULL },
	{ A "/a b", NULL },
	{ A "/a%", NULL },
	{ A "/a%4", NULL },
	{ A "/a%4g", NULL },
	{ A "/a\\b", NULL },
	{ A "/\"", NULL },
	{ A "/\xc3\xa9", NULL },
	{ A "/\x7f", NULL },
};

static void
test_uris(void)
{
	char text[DPOP_URI_MAX_BYTES + 2];
	struct ac_buf out;

	for (size_t i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		struct authchain_span uri = ac_span_text(uris[i].uri);
		bool taken;

		ac_buf_init(&out, 256);
		taken = dpop_uri_add(&out, uri);
		ok(uris[i].normal == NULL
			? !taken
			: taken && ac_span_is_text(ac_buf_span(&out),
				       uris[i].normal),
		    uris[i].uri);
		ac_buf_clear(&out);
	}
	memset(text, 'a', sizeof(text));
	memcpy(text, A "/", strlen(A "/"));
	ac_buf_init(&out, sizeof(text));
	ok(dpop_uri_add(&out, ac_span(text, DPOP_URI_MAX_BYTES)),
	    "a URI as long as it may be");
	ac_buf_clear(&out);
	ok(!dpop_uri_add(&out, ac_span(text, DPOP_URI_MAX_BYTES + 1)),
	    "and a byte longer");
	ac_buf_clear(&out);
	ok(dpop_uri_origin(&out, ac_span_text("HTTPS://A.test:8443/x?y")) &&
		ac_span_is_text(ac_buf_span(&out), A ":8443"),
	    "a URI's origin");
	ac_buf_clear(&out);
	ok(!dpop_uri_origin(&out, ac_span_text("urn:x")), "what has none");
	ac_buf_clear(&out);
}

/* ---- the memory of proofs ---------------------------------------------- */

static enum dpop_replay_answer
use(struct dpop_replay *replay, int name, int64_t iat_s, int64_t now_ms)
{
	unsigned char digest[AC_DIGEST_BYTES] = { 0 };

	memcpy(digest, &name, sizeof(name));
	return dpop_replay_use(replay, digest, iat_s, now_ms);
}

static void
test_replay(void)
{
	struct dpop_replay *replay = dpop_replay_new(100);

	ok(use(replay, 1, 100, 0) == DPOP_REPLAY_FULL,
	    "no room before it is made");
	dpop_replay_widen(replay, 3, 1000);
	ok(use(replay, 1, 100, 0) == DPOP_REPLAY_NEW, "a first use");
	ok(use(replay, 1, 100, 0) == DPOP_REPLAY_USED &&
		use(replay, 1, 100, 999) == DPOP_REPLAY_USED,
	    "a second one, as long as it is known");
	ok(use(replay, 2, 99, 0) == DPOP_REPLAY_USED,
	    "one from before it began");
	ok(use(replay, 3, 120, 10) == DPOP_REPLAY_NEW &&
		use(replay, 4, 101, 20) == DPOP_REPLAY_NEW &&
		dpop_replay_count(replay) == 3,
	    "as many as it holds");
	ok(use(replay, 5, 121, 30) == DPOP_REPLAY_FULL &&
		use(replay, 5, 121, 30) == DPOP_REPLAY_FULL,
	    "one more has to wait");
	ok(use(replay, 1, 100, 30) == DPOP_REPLAY_USED &&
		use(replay, 3, 120, 30) == DPOP_REPLAY_USED,
	    "and nobody is forgotten for it");
	ok(use(replay, 5, 121, 1000) == DPOP_REPLAY_NEW,
	    "until the oldest one's time is over");
	ok(use(replay, 1, 100, 1000) == DPOP_REPLAY_USED,
	    "which is old now, should a clock be set back");
	ok(use(replay, 6, 120, 1500) == DPOP_REPLAY_USED &&
		use(replay, 6, 121, 1500) == DPOP_REPLAY_NEW,
	    "as is all that was made when a forgotten one was");
	ok(use(replay, 5, 121, 1999) == DPOP_REPLAY_USED &&
		dpop_replay_count(replay) == 2,
	    "what is young stays");
	dpop_replay_free(&replay);
	dpop_replay_free(&replay);
	ok(replay == NULL, "it is gone");
}

/* Two who share it, each with its own idea of how long and how many. */
static void
test_wider(void)
{
	struct dpop_replay *replay = dpop_replay_new(100);

	dpop_replay_widen(replay, 1, 1000);
	ok(use(replay, 1, 100, 0) == DPOP_REPLAY_NEW &&
		use(replay, 2, 100, 0) == DPOP_REPLAY_FULL,
	    "room for one");
	dpop_replay_widen(replay, 2, 5000);
	ok(use(replay, 2, 100, 10) == DPOP_REPLAY_NEW &&
		use(replay, 3, 100, 10) == DPOP_REPLAY_FULL,
	    "who wants more makes room");
	dpop_replay_widen(replay, 1, 10);
	ok(use(replay, 3, 100, 20) == DPOP_REPLAY_FULL &&
		use(replay, 2, 100, 20) == DPOP_REPLAY_USED,
	    "who wants less takes none away");
	ok(use(replay, 1, 100, 4999) == DPOP_REPLAY_USED &&
		dpop_replay_count(replay) == 2,
	    "what was there before lives as long as the longest wants");
	ok(use(replay, 3, 101, 5000) == DPOP_REPLAY_NEW &&
		dpop_replay_count(replay) == 2,
	    "and no longer");
	dpop_replay_widen(replay, 3, 1000);
	ok(use(replay, 4, 101, 5001) == DPOP_REPLAY_NEW &&
		use(replay, 2, 100, 5009) == DPOP_REPLAY_USED &&
		dpop_replay_count(replay) == 3,
	    "a larger number with a shorter life");
	dpop_replay_free(&replay);
}

struct racer {
	struct dpop_replay *replay;
	size_t won;
};

static void *
race(void *arg)
{
	struct racer *racer = arg;

	for (int i = 0; i < 5000; i++)
		racer->won += use(racer->replay, i, 100, 0) == DPOP_REPLAY_NEW;
	return NULL;
}

static void
test_race(void)
{
	struct dpop_replay *replay = dpop_replay_new(100);
	struct racer racers[4] = { 0 };
	pthread_t threads[4];
	size_t won = 0;

	dpop_replay_widen(replay, 10000, 1000);
	for (size_t i = 0; i < 4; i++) {
		racers[i].replay = replay;
		(void)pthread_create(&threads[i], NULL, race, &racers[i]);
	}
	for (size_t i = 0; i < 4; i++) {
		(void)pthread_join(threads[i], NULL);
		won += racers[i].won;
	}
	ok(won == 5000 && dpop_replay_count(replay) == 5000,
	    "four threads use each proof once among them");
	dpop_replay_free(&replay);
}

/* ---- nonces ------------------------------------------------------------ */

static void
test_nonces(void)
{
	struct authchain_span key = ac_span_text("0123456789abcdef"),
			      other = ac_span_text("0123456789abcdeF");
	char nonce[DPOP_NONCE_CHARS + 1], next[DPOP_NONCE_CHARS + 1];
	struct authchain_span is = ac_span(nonce, DPOP_NONCE_CHARS);

	ok(dpop_nonce_make(key, 1000, nonce) == 0 &&
		dpop_nonce_make(key, 1001, next) == 0 &&
		strcmp(nonce, next) != 0 && strlen(nonce) == DPOP_NONCE_CHARS,
	    "nonces of two seconds differ");
	ok(dpop_nonce_is_good(is, key, 1000, 60) &&
		dpop_nonce_is_good(is, key, 1060, 60) &&
		!dpop_nonce_is_good(is, key, 1061, 60),
	    "one lasts as long as it is said to");
	ok(!dpop_nonce_is_good(is, key, 999, 60), "it is of no time to come");
	ok(!dpop_nonce_is_good(is, other, 1000, 60), "nor of another key");
	ok(!dpop_nonce_is_good(ac_span(nonce, DPOP_NONCE_CHARS - 1), key, 1000,
	       60) &&
		!dpop_nonce_is_good(ac_span(nonce, 0), key, 1000, 60),
	    "a part of one is none");
	for (size_t i = 0; i < DPOP_NONCE_CHARS; i++) {
		char was = nonce[i];

		nonce[i] = was == 'A' ? 'B' : 'A';
		if (dpop_nonce_is_good(is, key, 1000, 60))
			ok(false, "one with another character is good");
		nonce[i] = was;
	}
	ok(dpop_nonce_is_good(is, key, 1000, 60), "each character counts");
	nonce[0] = '!';
	ok(!dpop_nonce_is_good(is, key, 1000, 60), "what is no base64url");
}

/* ---- certificates ------------------------------------------------------ */

static void
test_certificates(void)
{
	static const char line[] = "-----BEGIN%20CERTIFICATE-----%0A"
				   "AQID%0ABAUG%0A-----END%20CERTIFICATE-----";
	static const char *const good[] = { "AQIDBAUG", ":AQIDBAUG:", line };
	static const char *const bad[] = { "", ":", "::", ":AQIDBAUG",
		"AQIDBAUG:", "AQIDBAU", "AQID BAUG", "AQID\nBAUG", "%41QIDBAUG",
		"-----BEGIN%20CERTIFICATE-----%0A", "AQIDBAUG%", "====" };
	unsigned char wanted[AC_DIGEST_BYTES], got[AC_DIGEST_BYTES];
	char *text = calloc(1, CERTIFICATE_MAX_BYTES + 5);

	(void)ac_digest(ac_span_text("\1\2\3\4\5\6"), wanted);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ok(certificate_digest(ac_span_text(good[i]), got) == NULL &&
			memcmp(got, wanted, sizeof(got)) == 0,
		    good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(certificate_digest(ac_span_text(bad[i]), got) != NULL,
		    "no certificate");
	memset(text, 'A', CERTIFICATE_MAX_BYTES + 4);
	ok(certificate_digest(ac_span(text, CERTIFICATE_MAX_BYTES), got) ==
		NULL,
	    "as long as it may be");
	ok(certificate_digest(ac_span(text, CERTIFICATE_MAX_BYTES + 4), got) !=
		NULL,
	    "and longer");
	free(text);
}

int
main(void)
{
	test_example();
	test_thumbprint();
	test_uris();
	test_replay();
	test_wider();
	test_race();
	test_nonces();
	test_certificates();
	return done();
}
