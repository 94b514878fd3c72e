/* SPDX-License-Identifier: BSD-2-Clause */
/* What a row is made of. */
#include "row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bench_row *
bench_add_row(struct bench_rows *rows, const char *id, const char *text)
{
	struct bench_row *row = &rows->rows[rows->count++];

	row->id = id;
	row->text = text;
	row->unit = BENCH_FIGURE;
	return row;
}

void
bench_promise(struct bench_row *row, enum bench_unit unit, double budget)
{
	row->unit = unit;
	row->budget = budget;
}

void
bench_add_op(struct bench_row *row, struct bench_op op)
{
	struct bench_op *own = bench_must(malloc(sizeof(op)), "operation");

	*own = op;
	row->ops[row->op_count++] = own;
}

static void
add_asked(struct bench_row *row, const struct bench_peer *peer,
    const struct bench_peer_input *input)
{
	bench_add_op(row, (struct bench_op){ .name = peer->name,
			      .run = bench_asked_run,
			      .close = bench_asked_close,
			      .self = bench_asked_new(peer, input) });
}

void
bench_add_peers(const struct bench_rows *rows, struct bench_row *row,
    const char *what, struct bench_peer_input input)
{
	char word[32];

	input.dir = rows->site.dir;
	(void)snprintf(word, sizeof(word), " %s ", what);
	for (const struct bench_peer *const *peer = bench_peers();
	     *peer != NULL; peer++)
		if (strstr((*peer)->does, word) != NULL)
			add_asked(row, *peer, &input);
}

bool
bench_add_peer(const struct bench_rows *rows, struct bench_row *row,
    const char *library, struct bench_peer_input input)
{
	input.dir = rows->site.dir;
	for (const struct bench_peer *const *peer = bench_peers();
	     *peer != NULL; peer++) {
		if (strncmp((*peer)->name, library, strlen(library)) != 0)
			continue;
		add_asked(row, *peer, &input);
		return true;
	}
	return false;
}

void
bench_add_check(const struct bench_rows *rows, struct bench_row *row,
    const char *chain, const struct authchain_span *tokens, size_t count)
{
	struct bench_check *check =
	    bench_must(calloc(1, sizeof(*check)), "check");

	check->ac = rows->site.ac;
	check->chain = chain;
	check->tokens = tokens;
	check->count = count;
	check->cached = BENCH_EITHER;
	bench_add_op(row, (struct bench_op){ .name = "authchain",
			      .run = bench_check_run,
			      .close = free,
			      .self = check });
}

void
bench_expect(const struct bench_row *row, uint32_t reason)
{
	struct bench_check *check = row->ops[row->op_count - 1]->self;

	check->reason = reason;
}

void
bench_add_raw(struct bench_row *row, const char *name, struct bench_raw *raw)
{
	bench_add_op(row, (struct bench_op){ .name = name,
			      .run = bench_raw_run,
			      .close = bench_raw_close,
			      .self = raw });
}

void
bench_add_digest(struct bench_row *row, const struct authchain_span *tokens,
    size_t count)
{
	bench_add_raw(row, "SHA-256 of the token",
	    bench_raw_digest(tokens, count));
}
