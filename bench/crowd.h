/* SPDX-License-Identifier: BSD-2-Clause */
/* The same checks by one thread and by two at once, each bound to a processor:
 * by the time that passes, and by what each spends. */
#ifndef BENCH_CROWD_H
#define BENCH_CROWD_H

#include "measure.h"
#include "site.h"

#define BENCH_CROWD 2

struct bench_crowd;

/* Copies of this check; NULL when there are not processors enough. */
struct bench_crowd *bench_crowd_new(const struct bench_check *check);
void bench_crowd_close(void *self);

/* As bench_row's, of a row with four operations: one thread and two threads by
 * the time that passes, and a check's CPU time in the one and in the two. */
bool bench_crowd_measure(struct bench_row *row, size_t round);

#endif
