/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which bytes a bearer token may hold (RFC 6750 2.1) is asked of each token,
 * whether or not it can be read as a JWS: each byte at each place, of a token
 * that would be one and of one that would not.
 */
#include <stdio.h>
#include <string.h>

#include "base/base64url.h"
#include "engine.h"
#include "tap.h"

#define LONGEST  64 /* bytes of a payload */
#define MAX_TEXT 256

static struct engine engine;

static bool
may_stand(unsigned byte)
{
	return byte != 0 &&
	       strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		      "0123456789-._~+/",
		   (int)byte) != NULL;
}

/* Was it refused for its bytes? */
static bool
is_foreign(const char *chain, const char *text, size_t len)
{
	const struct authchain_request request = { .size = sizeof(request),
		.token = { text, len } };
	struct authchain_decision *decision;
	bool foreign;

	(void)authchain_check(engine.ac, chain, &request, &decision);
	foreign = decision->status == 400 &&
		  strcmp(authchain_reason_name(decision->reason),
		      "malformed_credentials") == 0;
	authchain_decision_free(&decision);
	return foreign;
}

static size_t
encode(const char *bytes, size_t len, char *out)
{
	ac_base64url_encode((struct authchain_span){ bytes, len }, out);
	return ac_base64url_encoded(len);
}

/* eyJ....{"a":"xxx"}.sig of a payload of so many bytes; its length. */
static size_t
make_jws(size_t payload_bytes, char out[MAX_TEXT])
{
	static const char header[] = "{\"alg\":\"HS256\"}";
	char payload[LONGEST + 8];
	size_t at = encode(header, sizeof(header) - 1, out);

	memset(payload, 'x', sizeof(payload));
	if (payload_bytes >= 8) {
		memcpy(payload, "{\"a\":\"", 6);
		memcpy(payload + payload_bytes - 2, "\"}", 2);
	}
	out[at++] = '.';
	at += encode(payload, payload_bytes, out + at);
	out[at++] = '.';
	return at + encode("signature", 9, out + at);
}

/* The last byte but for '=' may be anything a token may hold, and '=' too. */
static bool
each_byte(const char *chain, const char *text, size_t len, size_t step)
{
	char changed[MAX_TEXT];
	bool same = !is_foreign(chain, text, len);

	for (size_t at = 0; at < len; at += step)
		for (unsigned byte = 0; byte < 256; byte++) {
			bool good = may_stand(byte) ||
				    (byte == '=' && at == len - 1 && len > 1);

			memcpy(changed, text, len);
			changed[at] = (char)byte;
			same = same && is_foreign(chain, changed, len) != good;
		}
	return same;
}

static void
test_chain(const char *chain, const char *name)
{
	char text[MAX_TEXT], told[128];
	bool same = true;
	size_t len;

	for (size_t bytes = 0; bytes <= LONGEST; bytes++) {
		len = make_jws(bytes, text);
		same = same && each_byte(chain, text, len, 7 + bytes % 5);
	}
	(void)snprintf(told, sizeof(told),
	    "%s: each byte, in payloads of each length", name);
	ok(same, told);
	len = make_jws(20, text);
	(void)snprintf(told, sizeof(told), "%s: each byte at each place", name);
	ok(each_byte(chain, text, len, 1), told);
	(void)snprintf(told, sizeof(told),
	    "%s: and where only the beginning is a JWS's", name);
	ok(each_byte(chain, "eyJust-a-word", 13, 1), told);
	memset(text, 'a', sizeof(text));
	same = true;
	for (len = 1; len <= LONGEST; len++)
		same = same && each_byte(chain, text, len, len > 4 ? 3 : 1);
	(void)snprintf(told, sizeof(told), "%s: and of opaque ones", name);
	ok(same, told);
}

int
main(void)
{
	if (!engine_open(&engine,
		"[chain]\nidentity = own\ncache = no\n"
		"[plugin own]\npath = @TESTS@/scripted.so\n"
		"type = scripted\nprefix = own-\nverify = accept\n") ||
	    !engine_start(&engine)) {
		printf("Bail out! %s %s\n", engine.error.text, engine.found);
		return 99;
	}
	test_chain("t", "no cache");
	engine_close(&engine);
	if (!engine_open(&engine,
		"[chain]\nidentity = own\n"
		"[plugin own]\npath = @TESTS@/scripted.so\n"
		"type = scripted\nprefix = own-\nverify = accept\n") ||
	    !engine_start(&engine))
		return 99;
	test_chain("t", "a cache is looked at first");
	engine_close(&engine);
	if (!engine_open(&engine,
		"[chain]\nguard = first\nidentity = own\n"
		"[plugin first]\npath = @TESTS@/scripted.so\n"
		"type = scripted\nguard = allow\n"
		"[plugin own]\npath = @TESTS@/scripted.so\n"
		"type = scripted\nprefix = own-\nverify = accept\n") ||
	    !engine_start(&engine)) {
		printf("Bail out! %s %s\n", engine.error.text, engine.found);
		return 99;
	}
	test_chain("t", "a guard comes first");
	engine_close(&engine);
	done();
}
