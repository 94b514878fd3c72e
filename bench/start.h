/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a configuration on disk to the first decision: with the keys in a file,
 * and with a key server that nobody reaches and the last-good copy of its
 * keys.
 */
#ifndef BENCH_START_H
#define BENCH_START_H

#include "measure.h"
#include "token.h"

struct bench_start;

/* A token of this key is judged. */
struct bench_start *bench_start_new(const struct bench_key *key,
    const char *plugins);
void bench_start_close(void *self);

/* As bench_row's, of a row with two operations: the two ways to start, by the
 * time that passes. */
bool bench_start_measure(struct bench_row *row, size_t round);

#endif
