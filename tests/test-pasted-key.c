/* SPDX-License-Identifier: BSD-2-Clause */
/* Which secrets are keys of another kind, and which only look a little so. */
#include "mint.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../providers/pasted-key.h"

#define TEXT(text) text, sizeof(text) - 1
#define THIRTY_TWO "0123456789abcdef0123456789abcdef"

static const struct {
	const char *name;
	const char *bytes;
	size_t len;
	const char *what; /* NULL: a secret */
} rows[] = {
	{ "PEM, first line", TEXT("-----BEGIN PUBLIC KEY-----"), "PEM text" },
	{ "PEM, last line", TEXT("-----END CERTIFICATE-----"), "PEM text" },
	{ "PEM behind something", TEXT("key: -----BEGIN RSA PRIVATE KEY-----"),
	    "PEM text" },
	{ "PEM at the very end", TEXT("x-----BEGIN "), "PEM text" },
	{ "nearly PEM", TEXT("----BEGIN PUBLIC KEY----"), NULL },
	{ "an SSH key, RSA", TEXT("ssh-rsa AAAAB3NzaC1yc2E"), "an SSH key" },
	{ "an SSH key, Ed25519", TEXT("ssh-ed25519 AAAAC3Nz"), "an SSH key" },
	{ "an SSH key, ECDSA", TEXT("ecdsa-sha2-nistp256 AAAA"), "an SSH key" },
	{ "a JWK", TEXT("{\"kty\":\"EC\",\"crv\":\"P-256\"}"),
	    "a JSON Web Key" },
	{ "a JWK with spaces", TEXT(" \t{ \"kid\":\"1\", \"kty\" : \"oct\" } "),
	    "a JSON Web Key" },
	{ "a JWK set", TEXT("{\"keys\":[]}"), "a JSON Web Key" },
	{ "a brace", TEXT("{"), NULL },
	{ "braces alone", TEXT("{not a key but thirty-two bytes}"), NULL },
	{ "kty without a brace", TEXT("the \"kty\" is what it is for"), NULL },
	{ "Ed25519 SPKI",
	    TEXT("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\0" THIRTY_TWO),
	    "a key in DER" },
	{ "Ed25519 PKCS#8",
	    TEXT("\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04"
		 "\x20" THIRTY_TWO),
	    "a key in DER" },
	{ "EC private key, SEC 1",
	    TEXT("\x30\x77\x02\x01\x01\x04\x20" THIRTY_TWO
		 "\xa0\x0a\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"),
	    "a key in DER" },
	{ "a certificate",
	    TEXT("\x30\x82\x03\x00\x30\x82\x02\x00\xa0\x03\x02\x01\x02"),
	    "a key in DER" },
	{ "RSA SPKI, cut at its 0x0a",
	    TEXT("\x30\x82\x01\x22\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01"
		 "\x01\x01\x05\x00\x03\x82\x01\x0f\x00\x30\x82\x01"),
	    "a key in DER" },
	{ "RSA PKCS#1, cut", TEXT("\x30\x82\x01\x0a\x02\x82\x01\x01\x00\xca"),
	    "a key in DER" },
	{ "RSA PKCS#1 of 520 bits",
	    TEXT("\x30\x48\x02\x42\x00\xca\x36\x4b\x92\xc1\xc7\x0c"),
	    "a key in DER" },
	{ "an integer of 64 bytes is no modulus",
	    TEXT("\x30\x47\x02\x40\x6a\xca\x36\x4b\x92\xc1\xc7\x0c"), NULL },
	{ "an integer as long as the whole",
	    TEXT("\x30\x48\x02\x48\x00\xca\x36\x4b\x92\xc1\xc7\x0c"), NULL },
	{ "version 2 is none of ours", TEXT("\x30\x77\x02\x01\x02\x04\x20\x00"),
	    NULL },
	{ "an integer and nothing", TEXT("\x30\x77\x02\x01\x01"), NULL },
	{ "bytes behind the sequence",
	    TEXT("\x30\x05\x30\x03\x06\x01\x2a" THIRTY_TWO), NULL },
	{ "exactly as long as it says", TEXT("\x30\x05\x30\x03\x06\x01\x2a"),
	    "a key in DER" },
	{ "an inner sequence longer than the outer",
	    TEXT("\x30\x2a\x30\x2a\x06\x03\x2b\x65\x70\x03\x21"), NULL },
	{ "a set where the sequence should be",
	    TEXT("\x30\x2a\x31\x05\x06\x03\x2b\x65\x70\x03\x21\0" THIRTY_TWO),
	    NULL },
	{ "a sequence of a boolean",
	    TEXT("\x30\x2a\x30\x05\x01\x03\x2b\x65\x70\x03\x21\0" THIRTY_TWO),
	    NULL },
	{ "a set for the whole",
	    TEXT("\x31\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\0" THIRTY_TWO),
	    NULL },
	{ "a length of no bytes", TEXT("\x30\x80\x30\x05\x06\x03"), NULL },
	{ "a length of four bytes",
	    TEXT("\x30\x84\x01\x00\x00\x00\x30\x05\x06\x03\x2b"), NULL },
	{ "a length of three bytes",
	    TEXT("\x30\x83\x01\x00\x00\x30\x05\x06\x03\x2b"), "a key in DER" },
	{ "nothing", TEXT(""), NULL },
	{ "one byte", TEXT("\x30"), NULL },
	{ "two bytes", TEXT("\x30\x82"), NULL },
	{ "three bytes", TEXT("\x30\x82\x01"), NULL },
	{ "a tag without its length", TEXT("\x30\x03\x30"), NULL },
	{ "base64, no DER",
	    TEXT("bm90IGEga2V5IGJ1dCB0aGlydHktdHdvIGJ5dGVzIQ=="), NULL },
	{ "base64 of Ed25519 SPKI",
	    TEXT(
		"MCowBQYDK2VwAyEAMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
	    "a key in encoded DER" },
	{ "base64 that goes wrong at once", TEXT("MIIB!jANBgkqhkiG9w0B"),
	    NULL },
	{ "a good secret in hexadecimal",
	    TEXT("d4666ba0fb88eb1be788c13d97096ec534ad8f6ebb233803"), NULL },
	{ "a good secret in words",
	    TEXT("correct horse battery staple, thrice"), NULL },
};

int
main(void)
{
	char name[128];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* a copy of its own size, so that a sanitizer sees its end */
		char *copy = malloc(rows[i].len == 0 ? 1 : rows[i].len);
		const char *what;

		if (copy == NULL)
			return 1;
		memcpy(copy, rows[i].bytes, rows[i].len);
		what = pasted_key(ac_span(copy, rows[i].len));
		(void)snprintf(name, sizeof(name), "%s: %s",
		    rows[i].what == NULL ? "a secret" : rows[i].what,
		    rows[i].name);
		ok(rows[i].what == NULL
			? what == NULL
			: what != NULL && strcmp(what, rows[i].what) == 0,
		    name);
		free(copy);
	}
	for (unsigned int form = 0; form < MINT_FORMS; form++) {
		/* nothing tells a modulus from a good secret */
		bool bare =
		    form == MINT_MODULUS || form == MINT_MODULUS_BASE64URL;

		(void)snprintf(name, sizeof(name), "%s: an RSA key as %s",
		    bare ? "a secret" : "no secret", mint_form_name(form));
		ok((pasted_key(mint_public_key(form)) == NULL) == bare, name);
	}
	mint_forget();
	return done();
}
