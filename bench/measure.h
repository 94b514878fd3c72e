/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CPU time of small things.  A row holds operations that are compared; in each
 * round they take turns in slices of a millisecond, so that whatever else the
 * machine does falls on all of them alike.  The first one is the reference.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_MAX_OPS    10
#define BENCH_MAX_ROUNDS 999

/* Something that can be done many times; false when it went wrong. */
struct bench_op {
	const char *name;
	bool (*run)(void *self, size_t times);
	void (*close)(void *self);
	void *self;
	size_t slice;                   /* so often it is done in a slice */
	double ns[BENCH_MAX_ROUNDS];    /* of one time, by round */
	double ratio[BENCH_MAX_ROUNDS]; /* to the reference of that round */
};

enum bench_unit {
	BENCH_RATIO, /* the second operation's ratio, at most the budget */
	BENCH_NS,    /* its nanoseconds, at most the budget */
	BENCH_TIMES, /* the reference's ratio to it, at least the budget */
	BENCH_BYTES, /* the row's value, at most the budget */
	BENCH_FIGURE /* nothing is promised */
};

struct bench_row {
	const char *id;
	const char *text;
	enum bench_unit unit;
	double budget;
	double value; /* of BENCH_BYTES, where there is nothing to compare */
	struct bench_op *ops[BENCH_MAX_OPS];
	size_t op_count;
	/* Before each round, if there is one. */
	bool (*prepare)(void *self);
	/* Instead of taking turns, if there is one: fills in ns of this
	 * round. */
	bool (*measure)(struct bench_row *row, size_t round);
	void *self; /* of these two */
	void (*close)(void *self);
};

/* How many processors there are for us; first asked before others are. */
unsigned bench_processors(void);
/* Bind this thread to one of the processors it may run on, by number from 0;
 * false when there is none. */
bool bench_pin(unsigned processor);

/* CPU time of this thread, and the time that passes. */
uint64_t bench_cpu_ns(void);
uint64_t bench_wall_ns(void);

/* Find out how often an operation fits into a slice; once for each row, which
 * is prepared before it. */
bool bench_calibrate(struct bench_row *row);
/* One round; false when an operation went wrong, which was told. */
bool bench_round(struct bench_row *row, size_t round);

/* Sorts the values. */
double bench_median(double *values, size_t count);

#endif
