/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows, and the operations in them, each put behind those that are there. */
#ifndef BENCH_ROW_H
#define BENCH_ROW_H

#include "peer.h"
#include "raw.h"
#include "rows.h"

struct bench_row *bench_add_row(struct bench_rows *rows, const char *id,
    const char *text);
void bench_promise(struct bench_row *row, enum bench_unit unit, double budget);
void bench_add_op(struct bench_row *row, struct bench_op op);

/* Checks of one chain; expect: the last ones are refused for that. */
void bench_add_check(const struct bench_rows *rows, struct bench_row *row,
    const char *chain, const struct authchain_span *tokens, size_t count);
void bench_expect(const struct bench_row *row, uint32_t reason);

void bench_add_raw(struct bench_row *row, const char *name,
    struct bench_raw *raw);
void bench_add_digest(struct bench_row *row,
    const struct authchain_span *tokens, size_t count);

/* Whoever does this; in rows of their own: what they do to processor caches
 * and allocator is not to be ours. */
void bench_add_peers(const struct bench_rows *rows, struct bench_row *row,
    const char *what, struct bench_peer_input input);
/* The first whose name begins so; false when it is not linked. */
bool bench_add_peer(const struct bench_rows *rows, struct bench_row *row,
    const char *library, struct bench_peer_input input);

#endif
