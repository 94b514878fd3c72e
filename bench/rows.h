/* SPDX-License-Identifier: BSD-2-Clause */
/* What is measured, beside what, and what is promised of it. */
#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H

#include "conf.h"
#include "many.h"

#define BENCH_MAX_ROWS   32
#define BENCH_MAX_TOKENS 1000000
#define BENCH_BYTES_ROWS 2

struct bench_rows {
	struct bench_site site;
	struct bench_key keys[BENCH_ALGORITHMS];
	struct bench_ring *rings[BENCH_ALGORITHMS];
	struct bench_ring *again;   /* ES256 of which a peer may know */
	struct bench_ring *foreign; /* of an issuer that nobody has */
	struct bench_ring *issued[BENCH_ISSUER_CHAINS];
	struct authchain_span internal, unknown; /* opaque ones */
	struct bench_bytes bytes[BENCH_BYTES_ROWS];
	struct bench_row rows[BENCH_MAX_ROWS];
	size_t count;
};

/* tokens: as many as may be made for a row; rows that need more are left
 * out. */
struct bench_rows *bench_rows_new(const char *plugins, size_t tokens);
void bench_rows_free(struct bench_rows **rows);

#endif
