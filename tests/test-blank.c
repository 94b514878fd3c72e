/* SPDX-License-Identifier: BSD-2-Clause */
/* The blanking of token bytes: rows, and any texts beside the plain way. */
#include "config.h" /* memmem */

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "engine/call.h"
#include "tap.h"

#define PIECE     8
#define ROUNDS    3000
#define MAX_TOKEN 700
#define MAX_TEXT  300

static const struct {
	const char *name, *token, *text, *blanked;
} rows[] = {
	{ "text without a piece of the token stays", "abcdefghijklmnop",
	    "nothing here", "nothing here" },
	{ "seven bytes of it stay", "abcdefghijklmnop", "<abcdefg>",
	    "<abcdefg>" },
	{ "eight bytes of it go", "abcdefghijklmnop", "<abcdefgh>",
	    "<********>" },
	{ "all of it goes", "abcdefghijklmnop", "x abcdefghijklmnop y",
	    "x **************** y" },
	{ "the end of it goes", "abcdefghijklmnop", "hijklmnop", "*********" },
	{ "two pieces go", "abcdefghijklmnop", "abcdefghX ijklmnop",
	    "********X ********" },
	{ "pieces that touch go", "abcdefghijklmnop", "ijklmnopabcdefgh",
	    "****************" },
	{ "a token shorter than a piece blanks nothing", "abcdefg",
	    "abcdefg abcdefg", "abcdefg abcdefg" },
	{ "no token blanks nothing", "", "abcdefghijklmnop",
	    "abcdefghijklmnop" },
};

static void
test_blank(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct authchain_call call = { .token = ac_span_text(
						   rows[i].token) };
		char text[64];

		snprintf(text, sizeof(text), "%s", rows[i].text);
		ac_call_blank(&call, text);
		ok(strcmp(text, rows[i].blanked) == 0, rows[i].name);
	}
}

/* xorshift64: the same texts each time */
static uint64_t
any(uint64_t *state, uint64_t below)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state % below;
}

/* How much of text stands in the token, at least PIECE bytes or else 0. */
static size_t
longest(struct authchain_span token, const char *text, size_t len)
{
	size_t run = PIECE - 1;

	while (
	    run < len && memmem(token.data, token.len, text, run + 1) != NULL)
		run++;
	return run < PIECE ? 0 : run;
}

static void
blank_plainly(struct authchain_span token, char *text)
{
	size_t run, left = strlen(text);

	for (size_t at = 0; at < left; at += run == 0 ? 1 : run) {
		run = longest(token, text + at, left - at);
		memset(text + at, '*', run);
	}
}

/* Of few letters pieces come about by chance, and nearly do. */
static size_t
make(uint64_t *state, char *out, size_t len, const char *letters)
{
	size_t count = strlen(letters);

	for (size_t i = 0; i < len; i++)
		out[i] = letters[any(state, count)];
	out[len] = '\0';
	return len;
}

/* Pieces of the token, shorter ones as well, and what stands between. */
static void
make_text(uint64_t *state, struct authchain_span token, char *out,
    const char *letters)
{
	size_t len = 0, most = any(state, MAX_TEXT);

	while (len < most) {
		size_t piece = any(state, 3 * PIECE);
		size_t from = any(state, token.len + 1);

		if (any(state, 2) == 0 && from + piece <= token.len) {
			memcpy(out + len, token.data + from, piece);
			len += piece;
		} else {
			len += make(state, out + len, piece, letters);
		}
	}
	out[len] = '\0';
}

static void
test_any(const char *token_letters, const char *text_letters, const char *name)
{
	char token[MAX_TOKEN + 1], text[MAX_TEXT + 3 * PIECE + 1];
	char plain[sizeof(text)];
	uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
	size_t blanked = 0, same = 0;

	for (size_t i = 0; i < ROUNDS; i++) {
		struct authchain_call call = { 0 };

		call.token = ac_span(token,
		    make(&state, token, any(&state, MAX_TOKEN + 1),
			token_letters));
		make_text(&state, call.token, text, text_letters);
		memcpy(plain, text, sizeof(text));
		blank_plainly(call.token, plain);
		blanked += strcmp(text, plain) != 0;
		ac_call_blank(&call, text);
		same += strcmp(text, plain) == 0;
	}
	ok(same == ROUNDS && blanked > 0, name);
}

int
main(void)
{
	test_blank();
	test_any("ab", "ab \"", "tokens of two letters, as the plain way");
	test_any("abc.-", "abc.-:\x80", "of five, as the plain way");
	test_any("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		 "0123456789-._~+/=",
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~+/= :\"\x7f",
	    "of all that there are, as the plain way");
	return done();
}
