/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keeps the current token out of what a plugin says: any piece of eight bytes
 * or more becomes asterisks.  Which call a thread works for is the one thing
 * that has to be thread-local, since a log line does not name its call.
 */
#include "config.h" /* memmem */

#include "engine/call.h"

#define PIECE 8

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

void
ac_call_blank(const struct authchain_call *call, char *text)
{
	size_t len = strlen(text), i = 0;

	if (call == NULL || call->token.len < PIECE)
		return;
	while (i < len) {
		size_t run = piece_at(call->token, text + i, len - i);

		memset(text + i, '*', run);
		i += run == 0 ? 1 : run;
	}
}
