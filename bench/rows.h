/* SPDX-License-Identifier: BSD-2-Clause */
/* What is measured, beside what, and what is promised of it. */
#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H

#include "measure.h"
#include "site.h"

#define BENCH_ALGORITHMS 5
#define BENCH_MAX_ROWS   32

struct bench_rows {
	struct bench_site site;
	struct bench_key keys[BENCH_ALGORITHMS];
	struct bench_token *rings[BENCH_ALGORITHMS];
	struct bench_token opaque[2];  /* the static one, and nobody's */
	struct bench_token *foreign;   /* of an issuer that nobody has */
	struct bench_token *issued[3]; /* of the last of so many issuers */
	struct bench_row rows[BENCH_MAX_ROWS];
	size_t count;
};

struct bench_rows *bench_rows_new(const char *plugins);
void bench_rows_free(struct bench_rows **rows);

#endif
