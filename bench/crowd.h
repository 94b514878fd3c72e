/* SPDX-License-Identifier: BSD-2-Clause */
/* The same checks by one thread and by two at once, each bound to a processor:
 * by the time that passes, and by what each spends. */
#ifndef BENCH_CROWD_H
#define BENCH_CROWD_H

#include "raw.h"
#include "site.h"

#define BENCH_CROWD 2

struct bench_crowd;

/* Copies of this check, and of what it can't do without: verifying the ring's
 * tokens, each thread with contexts of its own, or, without a key, digests of
 * the tokens.  NULL when there are not processors enough. */
struct bench_crowd *bench_crowd_new(const struct bench_check *check,
    const struct bench_key *key, const struct bench_ring *ring);
void bench_crowd_close(void *self);

/*
 * As bench_row's, of a row with six operations: what passes from one check to
 * the next by one thread and by two where each has its processor for itself,
 * and what really passed.  The first two are CPU time, as long as no thread
 * waits for the other.  The last two are the same of the bare work.
 */
bool bench_crowd_measure(struct bench_row *row, size_t round);

#endif
