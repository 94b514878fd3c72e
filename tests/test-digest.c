/* SPDX-License-Identifier: BSD-2-Clause */
/* SHA-256 by the examples of FIPS 180-4, and at the ends. */
#include "tap.h"

#include "base/digest.h"

static const struct row {
	const char *name;
	const char *text;
	const char *digest;
} rows[] = {
	{ "nothing", "",
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85"
	    "5" },
	{ "three letters", "abc",
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a"
	    "d" },
	{ "two blocks",
	    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c"
	    "1" },
};

int
main(void)
{
	char hex[AC_DIGEST_HEX];
	unsigned char bytes[AC_DIGEST_BYTES];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ok(ac_digest_hex(ac_span_text(rows[i].text), hex) == 0 &&
			strcmp(hex, rows[i].digest) == 0,
		    rows[i].name);
	ok(ac_digest_hex(ac_span(NULL, 0), hex) == 0 &&
		strcmp(hex, rows[0].digest) == 0,
	    "no bytes at all");
	ok(ac_digest(ac_span("a\0b", 3), bytes) == 0 && bytes[0] != 0xca,
	    "a NUL is a byte like any other");
	return done();
}
