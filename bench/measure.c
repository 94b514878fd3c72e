/* SPDX-License-Identifier: BSD-2-Clause */
/* The clock, and who is measured when. */
#include "config.h" /* sched_setaffinity */

#include "measure.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SLICE_NS  1000000u
#define SLICES    8 /* of each operation in a round */
#define MAX_SLICE (1u << 22)

/* Where the process might run before anything was bound. */
static const cpu_set_t *
processors(void)
{
	static cpu_set_t all;

	if (CPU_COUNT(&all) == 0 &&
	    sched_getaffinity(0, sizeof(all), &all) != 0)
		CPU_ZERO(&all);
	return &all;
}

unsigned
bench_processors(void)
{
	return (unsigned)CPU_COUNT(processors());
}

bool
bench_pin(unsigned processor)
{
	cpu_set_t one;

	for (size_t i = 0; i < CPU_SETSIZE; i++) {
		if (!CPU_ISSET(i, processors()) || processor-- != 0)
			continue;
		CPU_ZERO(&one);
		CPU_SET(i, &one);
		return pthread_setaffinity_np(pthread_self(), sizeof(one),
			   &one) == 0;
	}
	return false;
}

static uint64_t
read_clock(clockid_t clock)
{
	struct timespec now = { 0 };

	(void)clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t
bench_cpu_ns(void)
{
	return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

uint64_t
bench_wall_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

bool
bench_calibrate(struct bench_row *row)
{
	if (row->prepare != NULL && !row->prepare(row->self))
		return false;
	for (size_t i = 0; i < row->op_count; i++) {
		struct bench_op *op = row->ops[i];
		uint64_t spent = 0;

		op->slice = 1;
		while (op->run != NULL && spent < SLICE_NS / 2 &&
		       op->slice < MAX_SLICE) {
			uint64_t began = bench_cpu_ns();

			if (!op->run(op->self, op->slice))
				return false;
			spent = bench_cpu_ns() - began;
			if (spent < SLICE_NS / 2)
				op->slice *= 2;
		}
	}
	return true;
}

static bool
take_turns(const struct bench_row *row, size_t round)
{
	uint64_t spent[BENCH_MAX_OPS] = { 0 };

	for (size_t i = 0; i < SLICES * row->op_count; i++) {
		const struct bench_op *op = row->ops[i % row->op_count];
		uint64_t began = bench_cpu_ns();

		if (!op->run(op->self, op->slice)) {
			fprintf(stderr, "bench: %s: %s failed\n", row->id,
			    op->name);
			return false;
		}
		spent[i % row->op_count] += bench_cpu_ns() - began;
	}
	for (size_t i = 0; i < row->op_count; i++)
		row->ops[i]->ns[round] =
		    (double)spent[i] / (double)(SLICES * row->ops[i]->slice);
	return true;
}

bool
bench_round(struct bench_row *row, size_t round)
{
	if (row->prepare != NULL && !row->prepare(row->self))
		return false;
	if (row->measure != NULL ? !row->measure(row, round)
				 : !take_turns(row, round))
		return false;
	for (size_t i = 0; i < row->op_count; i++)
		row->ops[i]->ratio[round] =
		    row->ops[i]->ns[round] / row->ops[0]->ns[round];
	return true;
}

static int
compare(const void *one, const void *two)
{
	const double *a = one, *b = two;

	return (*a > *b) - (*a < *b);
}

double
bench_median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	return count % 2 == 1 ? values[count / 2]
			      : (values[count / 2 - 1] + values[count / 2]) / 2;
}
