/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Verdicts that are remembered: of a few tokens, and of very many.  The tokens
 * are made, and judged for the first time, before what is measured.
 */
#ifndef BENCH_MANY_H
#define BENCH_MANY_H

#include "measure.h"
#include "site.h"

struct bench_many;

/* So many tokens of this key, made when they are first needed. */
struct bench_many *bench_many_new(const struct bench_key *key,
    struct authchain *ac, const char *chain, size_t count);
void bench_many_close(void *self);

/* As bench_row's: sees to it that all of them are remembered. */
bool bench_many_prepare(void *self);
/* As bench_op's: the digests alone, the checks, and the least that a memory of
 * verdicts can do. */
bool bench_many_digest(void *self, size_t times);
bool bench_many_check(void *self, size_t times);
bool bench_many_least(void *self, size_t times);

/*
 * Bytes that one remembered verdict takes, tables and all, beyond those of the
 * identity in it; by two configurations of their own.  Negative when the
 * allocator does not say.
 */
struct bench_bytes {
	const struct bench_key *key;
	const char *plugins;
	size_t count;
};
bool bench_bytes_measure(struct bench_row *row, size_t round);

#endif
