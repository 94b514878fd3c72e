/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * authchain-bench: what a check costs, beside what it can't do without.
 * Prints JSON; bench/run makes a table of it (doc/performance.md).
 */
#include "config.h" /* RTLD_DEFAULT */

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "count.h"
#include "rows.h"

#define WARM_UP 100
#define COUNTED 64

typedef void counter(struct bench_counts *counts);

static bool
wanted(const struct bench_row *row, const char *only)
{
	return only == NULL || strstr(row->id, only) != NULL;
}

static bool
measure(struct bench_rows *rows, size_t rounds, const char *only)
{
	for (size_t i = 0; i < rows->count; i++)
		if (wanted(&rows->rows[i], only) &&
		    !bench_calibrate(&rows->rows[i]))
			return false;
	for (size_t round = 0; round < rounds; round++)
		for (size_t i = 0; i < rows->count; i++) {
			struct bench_row *row = &rows->rows[i];

			if (wanted(row, only) && !bench_round(row, round))
				return false;
		}
	return true;
}

static json_t *
allocations(const struct bench_op *op, counter *counted)
{
	struct bench_counts before, after;
	unsigned long calls;

	if (!op->run(op->self, WARM_UP))
		return NULL;
	counted(&before);
	if (!op->run(op->self, COUNTED))
		return NULL;
	counted(&after);
	calls = after.calls - before.calls;
	return json_pack("{s:f, s:f}", "all", (double)calls / COUNTED,
	    "outside",
	    (double)(calls - (after.crypto - before.crypto)) / COUNTED);
}

static const char *
unit_name(enum bench_unit unit)
{
	static const char *const names[] = { "ratio", "ns", "times", "bytes",
		"" };

	return names[unit];
}

/* What is judged, of all rounds. */
static double
value_of(struct bench_row *row, size_t rounds)
{
	switch (row->unit) {
	case BENCH_BYTES:
		return row->value;
	case BENCH_NS:
		return bench_median(row->ops[1]->ns, rounds);
	case BENCH_TIMES:
		return 1 / bench_median(row->ops[1]->ratio, rounds);
	case BENCH_RATIO:
	case BENCH_FIGURE:
		break;
	}
	return bench_median(row->ops[1]->ratio, rounds);
}

static bool
is_met(const struct bench_row *row, double value)
{
	return row->unit == BENCH_TIMES ? value >= row->budget
					: value <= row->budget;
}

static json_t *
report_op(struct bench_op *op, size_t rounds, counter *counted)
{
	json_t *report = json_pack("{s:s}", "name", op->name);

	if (rounds > 0) {
		double ns = bench_median(op->ns, rounds);

		(void)json_object_set_new(report, "ns", json_real(ns));
		(void)json_object_set_new(report, "least",
		    json_real(op->ns[0]));
		(void)json_object_set_new(report, "ratio",
		    json_real(bench_median(op->ratio, rounds)));
	}
	if (counted != NULL && op->run != NULL)
		(void)json_object_set_new(report, "allocations",
		    bench_must(allocations(op, counted), op->name));
	return report;
}

static json_t *
report_row(struct bench_row *row, size_t rounds, counter *counted)
{
	json_t *ops = bench_must(json_array(), "report");
	json_t *report = bench_must(json_pack("{s:s, s:s}", "id", row->id,
					"text", row->text),
	    "report");

	for (size_t i = 0; i < row->op_count; i++)
		(void)json_array_append_new(ops,
		    report_op(row->ops[i], rounds, counted));
	(void)json_object_set_new(report, "ops", ops);
	if (rounds > 0 && row->unit != BENCH_FIGURE) {
		double value = value_of(row, rounds);

		(void)json_object_set_new(report, "budget",
		    json_pack("{s:s, s:f, s:f, s:b}", "unit",
			unit_name(row->unit), "at", row->budget, "value", value,
			"met", is_met(row, value)));
	}
	return report;
}

static void
print(struct bench_rows *rows, size_t rounds, const char *only,
    counter *counted)
{
	json_t *list = bench_must(json_array(), "report");
	json_t *report;

	for (size_t i = 0; i < rows->count; i++)
		if (wanted(&rows->rows[i], only))
			(void)json_array_append_new(list,
			    report_row(&rows->rows[i], rounds, counted));
	report = bench_must(json_pack("{s:s, s:s, s:i, s:o}", "authchain",
				authchain_version(), "openssl",
				OpenSSL_version(OPENSSL_VERSION), "rounds",
				(int)rounds, "rows", list),
	    "report");
	(void)json_dumpf(report, stdout,
	    JSON_INDENT(1) | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(report);
}

static _Noreturn void
usage(void)
{
	fputs("usage: authchain-bench -p PLUGINS [-r ROUNDS] [-t TOKENS] "
	      "[-o ONLY]\n",
	    stderr);
	exit(2);
}

/* A number of at most so much, or the end. */
static size_t
number(const char *text, long most)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (*end != '\0' || value < 0 || value > most)
		usage();
	return (size_t)value;
}

int
main(int argc, char **argv)
{
	const char *plugins = NULL, *only = NULL;
	size_t rounds = 21, tokens = 1000;
	struct bench_rows *rows;
	counter *counted = NULL;
	struct bench_counts ready;
	bool good;

	for (int c; (c = getopt(argc, argv, "o:p:r:t:")) != -1;) {
		if (c == 'o')
			only = optarg;
		else if (c == 'p')
			plugins = optarg;
		else if (c == 'r')
			rounds = number(optarg, BENCH_MAX_ROUNDS);
		else if (c == 't')
			tokens = number(optarg, BENCH_MAX_TOKENS);
		else
			usage();
	}
	if (plugins == NULL)
		usage();
	*(void **)&counted = dlsym(RTLD_DEFAULT, "bench_counted");
	if (counted != NULL)
		counted(&ready);
	(void)bench_processors();
	(void)bench_pin(0);
	rows = bench_rows_new(plugins, tokens);
	good = measure(rows, rounds, only);
	if (good)
		print(rows, rounds, only, counted);
	bench_rows_free(&rows);
	return good ? 0 : 1;
}
