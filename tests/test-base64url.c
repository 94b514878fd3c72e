/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include <stdlib.h>

#include "base/base64url-parts.h"

#define T(text)                                                                \
	{                                                                      \
		text, sizeof(text) - 1                                         \
	}

static void
test_known(void)
{
	/* RFC 4648 10, without padding; and the two letters that differ */
	static const struct {
		const char *name;
		struct authchain_span bytes;
		struct authchain_span text;
	} rows[] = {
		{ "nothing", T(""), T("") },
		{ "f", T("f"), T("Zg") },
		{ "fo", T("fo"), T("Zm8") },
		{ "foo", T("foo"), T("Zm9v") },
		{ "foob", T("foob"), T("Zm9vYg") },
		{ "fooba", T("fooba"), T("Zm9vYmE") },
		{ "foobar", T("foobar"), T("Zm9vYmFy") },
		{ "minus and underscore", T("\xfb\xff\xfe"), T("-__-") },
		{ "NULs", T("\0\0"), T("AAA") },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned char bytes[16];
		char text[16];
		bool good =
		    ac_base64url_decode(rows[i].text, bytes) &&
		    ac_base64url_decoded(rows[i].text.len) ==
			rows[i].bytes.len &&
		    memcmp(bytes, rows[i].bytes.data, rows[i].bytes.len) == 0;

		ac_base64url_encode(rows[i].bytes, text);
		ok(good && ac_span_is_text(rows[i].text, text) &&
			ac_base64url_encoded(rows[i].bytes.len) ==
			    rows[i].text.len,
		    rows[i].name);
	}
}

static void
test_refused(void)
{
	static const struct {
		const char *name;
		struct authchain_span text;
	} rows[] = {
		{ "one letter alone", T("Z") },
		{ "five letters", T("Zm9vY") },
		{ "padding", T("Zg==") },
		{ "padding of one", T("Zm8=") },
		{ "padding where none belongs", T("Zm9v=") },
		{ "stray bits behind one byte", T("Zh") },
		{ "all stray bits behind one byte", T("Z_") },
		{ "stray bits behind two bytes", T("Zm9") },
		{ "base64's plus", T("+___") },
		{ "base64's slash", T("__/_") },
		{ "a space", T("Zm9 ") },
		{ "a line break", T("Zm9v\n") },
		{ "a line break inside", T("Zm\n9v") },
		{ "a NUL", T("Zm9\0") },
		{ "a byte above ASCII", T("Zm9\xc3") },
		{ "a bad letter in the tail of two", T("Zm9v.g") },
		{ "a bad letter last in the tail of two", T("Zm9vZ.") },
		{ "a bad letter last in the tail of three", T("Zm9vZm.") },
	};
	unsigned char bytes[16];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* of its own, so that a sanitizer sees a byte too much */
		char *text = malloc(rows[i].text.len);

		if (text == NULL)
			abort();
		memcpy(text, rows[i].text.data, rows[i].text.len);
		ok(!ac_base64url_decode(ac_span(text, rows[i].text.len), bytes),
		    rows[i].name);
		free(text);
	}
}

/* Each of the 256 bytes at each place of a group of four. */
static void
test_alphabet(void)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
	    "qrstuvwxyz0123456789-_";
	unsigned char bytes[4];
	bool right = true;
	int at, c;

	for (at = 0; at < 4; at++) {
		for (c = 0; c < 256; c++) {
			char text[4] = { 'A', 'A', 'A', 'A' };

			text[at] = (char)c;
			right = right &&
				ac_base64url_decode(ac_span(text, 4), bytes) ==
				    (c != 0 && strchr(digits, c) != NULL);
		}
	}
	ok(right, "64 letters and no other byte");
}

/* The same at each place of a long text, which is read in blocks; what is
 * decoded encodes to the same text again. */
static void
test_blocks(void)
{
	unsigned char bytes[37];
	char text[50], again[51];
	bool right = true;
	int at, c;

	for (at = 0; at < 48; at++) {
		for (c = 0; c < 256; c++) {
			bool digit =
			    c == '-' || c == '_' || (c >= '0' && c <= '9') ||
			    (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

			memset(text, 'x', 50);
			text[at] = (char)c;
			text[49] = 'g'; /* no stray bits */
			right = right && ac_base64url_decode(ac_span(text, 50),
					     bytes) == digit;
			if (!digit)
				continue;
			ac_base64url_encode(ac_span((char *)bytes, 37), again);
			right = right && memcmp(text, again, 50) == 0;
		}
	}
	ok(right, "64 letters and no other byte in a long text");
}

typedef size_t blocks(struct authchain_span text, unsigned char *out);

/* On text in memory of its own size, as is what it decodes to: all digits but
 * fewer than left, or 0 where good is false. */
static bool
blocks_do(blocks *decode, const char *text, size_t len, size_t left, bool good)
{
	const size_t room = ac_base64url_decoded(len) + 1;
	unsigned char *out = malloc(room);
	char *exact = malloc(len + 1), again[161];
	size_t done;
	bool right;

	if (out == NULL || exact == NULL)
		abort();
	exact = realloc(exact, len == 0 ? 1 : len);
	memcpy(exact, text, len);
	memset(out, 0xa5, room);
	done = decode(ac_span(exact, len), out);
	if (good) {
		ac_base64url_encode(ac_span((char *)out, done / 4 * 3), again);
		right = done % 4 == 0 && done <= len && len - done < left &&
			memcmp(again, text, done) == 0 &&
			out[done / 4 * 3] == 0xa5;
	} else {
		right = done == 0;
	}
	free(out);
	free(exact);
	return right;
}

/* Each length, and each of the 256 bytes at each place of some. */
static bool
blocks_right(blocks *decode, size_t least, size_t left)
{
	static const char digits[] =
	    "-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	char text[160];
	bool right = true;
	size_t len, at;
	int c;

	for (at = 0; at < sizeof(text); at++)
		text[at] = digits[(at * 37 + at / 64) % 64];
	for (len = least; len <= sizeof(text); len++)
		right = right && blocks_do(decode, text, len, left, true);
	for (len = 48; len <= 80; len += 32) {
		for (at = 0; at < len; at++) {
			char kept = text[at];

			for (c = 0; c < 256; c++) {
				text[at] = (char)c;
				right =
				    right &&
				    blocks_do(decode, text, len, left,
					c != 0 && strchr(digits, c) != NULL);
			}
			text[at] = kept;
		}
	}
	return right;
}

static void
test_blocks_apart(void)
{
	ok(blocks_right(ac_base64url_blocks, 0, 16),
	    "blocks of sixteen: each length, each byte at each place");
#ifdef AC_BASE64URL_AVX2
	if (__builtin_cpu_supports("avx2"))
		ok(blocks_right(ac_base64url_blocks_avx2, AC_BASE64URL_AVX2, 4),
		    "blocks by AVX2: each length, each byte at each place");
#endif
}

/* Only one text decodes to any bytes: what decodes encodes to itself. */
static void
test_one_spelling(void)
{
	bool right = true;
	int a, b;

	for (a = 0; a < 256; a++) {
		for (b = 0; b < 256; b++) {
			char text[2] = { (char)a, (char)b }, again[4];
			unsigned char byte;

			if (!ac_base64url_decode(ac_span(text, 2), &byte))
				continue;
			ac_base64url_encode(ac_span((char *)&byte, 1), again);
			right = right && memcmp(text, again, 2) == 0;
		}
	}
	ok(right, "no byte has two spellings");
}

static void
test_base64(void)
{
	static const struct {
		const char *name;
		struct authchain_span text;
		const char *bytes; /* NULL: refused */
	} rows[] = {
		{ "nothing", T(""), "" },
		{ "two of padding", T("Zg=="), "f" },
		{ "one of padding", T("Zm8="), "fo" },
		{ "no padding", T("Zm9v"), "foo" },
		{ "longer", T("Zm9vYg=="), "foob" },
		{ "plus and slash", T("+/+/"), "\xfb\xff\xbf" },
		{ "padding missing", T("Zg"), NULL },
		{ "three of padding", T("Z==="), NULL },
		{ "padding alone", T("===="), NULL },
		{ "padding inside", T("Zg==Zg=="), NULL },
		{ "stray bits", T("Zh=="), NULL },
		{ "base64url's minus", T("-__-"), NULL },
		{ "base64url's underscore", T("___="), NULL },
		{ "a line break", T("Zm9v\n"), NULL },
		{ "a space", T("Zm9 "), NULL },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned char out[16];
		size_t len = 99;
		bool good = ac_base64_decode(rows[i].text, out, &len);

		if (rows[i].bytes != NULL)
			good = good && len == strlen(rows[i].bytes) &&
			       memcmp(out, rows[i].bytes, len) == 0;
		else
			good = !good;
		ok(good, rows[i].name);
	}
}

static void
test_hex(void)
{
	unsigned char out[4];

	ok(ac_hex_decode(ac_span("00fFAb", 6), out) &&
		memcmp(out, "\x00\xff\xab", 3) == 0,
	    "both cases");
	ok(ac_hex_decode(ac_span("", 0), out), "nothing");
	ok(!ac_hex_decode(ac_span("abc", 3), out), "an odd digit");
	ok(!ac_hex_decode(ac_span("0g", 2), out), "no digit second");
	ok(!ac_hex_decode(ac_span("g0", 2), out), "no digit first");
	ok(!ac_hex_decode(ac_span("0x", 2), out), "C's prefix");
	ok(!ac_hex_decode(ac_span("/0:0@0`0", 8), out), "beside the digits");
}

int
main(void)
{
	test_known();
	test_refused();
	test_alphabet();
	test_blocks();
	test_blocks_apart();
	test_one_spelling();
	test_base64();
	test_hex();
	return done();
}
