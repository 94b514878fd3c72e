/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keeps the current token out of what a plugin says: any piece of eight bytes
 * or more becomes asterisks.  Which call a thread works for is the one thing
 * that has to be thread-local, since a log line does not name its call.
 */
#include "config.h" /* memmem */

#include "engine/call.h"

#include <limits.h>

#define PIECE  8
#define SAMPLE 4
#define STRIDE (PIECE - SAMPLE + 1) /* of any so many, a piece holds one */
#define HASHES 1024

static _Thread_local struct authchain_call *current;

struct authchain_call *
ac_call_current(void)
{
	return current;
}

struct authchain_call *
ac_call_set_current(struct authchain_call *call)
{
	struct authchain_call *before = current;

	current = call;
	return before;
}

/* How much of text, at least PIECE bytes or else 0, stands in the token. */
static size_t
piece_at(struct authchain_span token, const char *text, size_t len)
{
	size_t run = PIECE;

	if (len < PIECE || memmem(token.data, token.len, text, run) == NULL)
		return 0;
	while (
	    run < len && memmem(token.data, token.len, text, run + 1) != NULL)
		run++;
	return run;
}

/* May a token hold it (RFC 6750 2.1)? */
static const bool token_byte[UCHAR_MAX + 1] = {
	['+'] = true,
	['-' ... '9'] = true,
	['='] = true,
	['A' ... 'Z'] = true,
	['_'] = true,
	['a' ... 'z'] = true,
	['~'] = true,
};

/* Of how many bytes that a token may hold the text begins. */
static size_t
run_of(const char *text)
{
	size_t len = 0;

	while (token_byte[(unsigned char)text[len]])
		len++;
	return len;
}

static uint32_t
hash_of(const char *sample)
{
	uint32_t word;

	memcpy(&word, sample, SAMPLE);
	return word * UINT32_C(0x9e3779b1) / (UINT32_MAX / HASHES + 1);
}

/* Can a piece of the token be in the run?  Texts are short and tokens are long:
 * so all samples of the text are noted, and few of the token are looked up. */
static bool
may_hold(struct authchain_span token, const char *run, size_t len)
{
	bool noted[HASHES] = { false };

	for (size_t i = 0; i + SAMPLE <= len; i++)
		noted[hash_of(run + i)] = true;
	for (size_t i = 0; i + SAMPLE <= token.len; i += STRIDE)
		if (noted[hash_of(token.data + i)] &&
		    memmem(run, len, token.data + i, SAMPLE) != NULL)
			return true;
	return false;
}

static void
blank_run(struct authchain_span token, char *text, size_t len)
{
	size_t i = 0;

	while (i < len) {
		size_t run = piece_at(token, text + i, len - i);

		memset(text + i, '*', run);
		i += run == 0 ? 1 : run;
	}
}

void
ac_call_blank(const struct authchain_call *call, char *text)
{
	size_t run;

	if (call == NULL || call->token.len < PIECE)
		return;
	for (; *text != '\0'; text += run == 0 ? 1 : run) {
		run = run_of(text);
		if (run >= PIECE && may_hold(call->token, text, run))
			blank_run(call->token, text, run);
	}
}
