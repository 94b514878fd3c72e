/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The least that whoever remembers verdicts by the SHA-256 of a token can do:
 * the digest, a table, and a copy of the identity.  It checks nothing else, no
 * other thread may write to it, and what it finds was never forgotten.
 */
#ifndef BENCH_LEAST_H
#define BENCH_LEAST_H

#include <stdbool.h>
#include <stddef.h>

#include <authchain/authchain.h>

struct bench_least;

/* One record of so many bytes for each token; the texts stay the caller's. */
struct bench_least *bench_least_new(const struct authchain_span *texts,
    size_t count, size_t bytes);
/* As bench_op's. */
bool bench_least_run(void *self, size_t times);
void bench_least_close(struct bench_least *least);

#endif
