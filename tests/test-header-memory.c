/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Headers remembered: by each of their bytes, not too long ones, not too many,
 * and never more of one than what it says.
 */
#include "tap.h"

#include <stdlib.h>

#include "jose/header-memory.h"
#include "jose/jws.h"

#define ROOM  8192
#define TAIL  ".e30.AQ"
#define NAMES "abcdefghijklmnopqrstuvwxyz"

static struct ac_header_memory memory;

/* Remember a header whose text is `{"kid":"FILL"}' of so many bytes, with fill
 * for each of FILL; by its encoded text. */
static struct authchain_span
encoded(char fill, size_t len, char out[ROOM], char text[ROOM])
{
	memset(text, fill, len);
	memcpy(text, "{\"kid\":\"", 8);
	memcpy(text + len - 2, "\"}", 2);
	text[len] = '\0';
	ac_base64url_encode(ac_span(text, len), out);
	return ac_span_text(out);
}

static void
keep(char fill, size_t len)
{
	static char out[ROOM], text[ROOM], copy[ROOM];
	struct authchain_span name = encoded(fill, len, out, text);
	struct authchain_peek peek = { .size = sizeof(peek) };

	memcpy(copy, text, len);
	copy[len - 2] = '\0';
	peek.header = ac_span(text, len);
	peek.kid = ac_span(copy + 8, len - 10);
	peek.critical = AUTHCHAIN_CRITICAL_ZIP;
	ac_header_keep(&memory, name, &peek, copy);
}

/* Is it remembered, and rightly? */
static bool
recalls(struct authchain_span name, const char *text)
{
	static char header[ROOM], copy[ROOM];
	struct authchain_peek peek = { .size = sizeof(peek) };

	memset(header, 0, sizeof(header));
	if (!ac_header_recall(&memory, name, &peek, header, copy))
		return false;
	return ac_span_is_text(peek.header, text) &&
	       peek.header.data == header && header[peek.header.len] == '\0' &&
	       peek.critical == AUTHCHAIN_CRITICAL_ZIP &&
	       peek.alg.data == NULL && peek.typ.data == NULL &&
	       peek.kid.data == copy + 8 &&
	       ac_span_is(peek.kid, ac_span(text + 8, strlen(text) - 10)) &&
	       peek.kid.data[peek.kid.len] == '\0';
}

static bool
remembered(char fill, size_t len)
{
	static char out[ROOM], text[ROOM];

	return recalls(encoded(fill, len, out, text), text);
}

static void
test_bytes(void)
{
	static char out[ROOM], text[ROOM];
	struct authchain_span name = encoded('a', 60, out, text);
	bool right = true;
	size_t at, bit;

	ok(!recalls(name, text), "at first nothing is remembered");
	keep('a', 60);
	ok(recalls(name, text), "a header is remembered");
	for (at = 0; at < name.len; at++) {
		for (bit = 0; bit < 8; bit++) {
			out[at] ^= (char)(1 << bit);
			right = right && !recalls(name, text);
			out[at] ^= (char)(1 << bit);
		}
	}
	ok(right, "one that differs in any bit is another");
	ok(!recalls(ac_span(out, name.len - 1), text) &&
		!recalls(ac_span(out, 0), text),
	    "so is its beginning, and nothing at all");
	ok(!recalls(ac_span(out, name.len + 1), text),
	    "so is one that goes on");
}

static void
test_bounds(void)
{
	/* of AC_HEADER_KEPT_TEXT digits, and the next */
	const size_t most = AC_HEADER_KEPT_BYTES - 1;
	size_t i;

	memset(&memory, 0, sizeof(memory));
	keep('l', most);
	keep('m', most + 1);
	ok(remembered('l', most), "the longest that is kept");
	ok(!remembered('m', most + 1), "one byte more is too long");
	memset(&memory, 0, sizeof(memory));
	for (i = 0; i < AC_HEADERS_KEPT; i++)
		keep(NAMES[i], 40);
	ok(remembered(NAMES[0], 40) && remembered(NAMES[i - 1], 40),
	    "as many as there is room for");
	keep(NAMES[i], 40);
	ok(!remembered(NAMES[0], 40) && remembered(NAMES[1], 40) &&
		remembered(NAMES[i], 40),
	    "one more takes the place of the eldest");
	for (i = 0; i < 3 * AC_HEADERS_KEPT; i++)
		keep(NAMES[i], 40);
	ok(!remembered(NAMES[i - 1 - AC_HEADERS_KEPT], 40) &&
		remembered(NAMES[i - AC_HEADERS_KEPT], 40) &&
		remembered(NAMES[i - 1], 40),
	    "round and round");
}

/* A token of that header; its object is freed before it returns. */
static bool
reads(const char *header, const char *kid, uint32_t critical)
{
	char token[512];
	uint32_t reason;
	struct ac_jws *jws;
	const struct authchain_peek *peek;
	bool right;

	ac_base64url_encode(ac_span_text(header), token);
	memcpy(token + strlen(token), TAIL, sizeof(TAIL));
	jws = ac_jws_parse(ac_span_text(token), &reason, NULL);
	if (jws == NULL)
		return false;
	peek = ac_jws_header(jws);
	right = ac_span_is_text(peek->header, header) &&
		ac_span_is_text(peek->kid, kid) &&
		ac_span_is_text(peek->alg, "HS256") && peek->typ.data == NULL &&
		peek->critical == critical &&
		ac_span_is_text(peek->payload, "{}") &&
		strlen(peek->kid.data) == peek->kid.len;
	ac_jws_free(&jws);
	return right;
}

/* What a verifier allows is asked of each token, known header or not. */
static bool
refused_for(const char *header, ac_alg_set algorithms, uint32_t wanted)
{
	const struct ac_header_policy policy = { algorithms, NULL };
	const struct ac_alg *alg;
	char token[512];
	uint32_t reason;
	struct ac_jws *jws;

	ac_base64url_encode(ac_span_text(header), token);
	memcpy(token + strlen(token), TAIL, sizeof(TAIL));
	jws = ac_jws_parse(ac_span_text(token), &reason, NULL);
	if (jws == NULL)
		return false;
	reason = ac_header_refuse(ac_jws_header(jws), &policy, &alg);
	ac_jws_free(&jws);
	return reason == wanted;
}

static void
test_tokens(void)
{
	static const char one[] = "{\"alg\":\"HS256\",\"kid\":\"\\u0061b\"}";
	static const char bit[] = "{\"alg\":\"HS256\",\"kid\":\"\\u0061c\"}";
	static const char zip[] = "{\"alg\":\"HS256\",\"kid\":\"z\",\"zip\":1}";
	static const char bad[] = "{\"alg\":\"HS256\",\"kid\":\"z\",\"kid\":1}";
	const ac_alg_set hs256 = ac_alg_bit(ac_alg_find(ac_span_text("HS256")));
	const ac_alg_set rs256 = ac_alg_bit(ac_alg_find(ac_span_text("RS256")));

	ok(reads(one, "ab", 0) && reads(one, "ab", 0) && reads(one, "ab", 0),
	    "a header says the same again and again");
	ok(reads(bit, "ac", 0) && reads(one, "ab", 0) && reads(bit, "ac", 0),
	    "one that differs in a bit says its own");
	ok(reads(zip, "z", AUTHCHAIN_CRITICAL_ZIP) &&
		reads(zip, "z", AUTHCHAIN_CRITICAL_ZIP) &&
		refused_for(zip, hs256, AUTHCHAIN_REASON_CRITICAL_HEADER),
	    "what refuses a token refuses it the second time too");
	ok(!reads(bad, "z", 0) && !reads(bad, "z", 0),
	    "a bad header stays bad");
	ok(refused_for(one, hs256, AUTHCHAIN_REASON_NONE) &&
		refused_for(one, rs256,
		    AUTHCHAIN_REASON_ALGORITHM_NOT_ALLOWED) &&
		refused_for(one, hs256, AUTHCHAIN_REASON_NONE),
	    "no verifier profits from what another allows");
}

int
main(void)
{
	test_bytes();
	test_bounds();
	test_tokens();
	return done();
}
