/* SPDX-License-Identifier: BSD-2-Clause */
/* A configuration in a folder of its own, and checks by it as a program that
 * links the library makes them. */
#ifndef BENCH_SITE_H
#define BENCH_SITE_H

#include <authchain/authchain.h>

#include "token.h"

#include <stdbool.h>

struct bench_site {
	char dir[64]; /* scratch, removed by bench_site_close */
	struct authchain *ac;
};

void bench_site_init(struct bench_site *site);
/* DIR/name, of this text. */
void bench_site_write(struct bench_site *site, const char *name,
    const char *format, ...) AUTHCHAIN_PRINTF(3, 4);
/* DIR/name, the key set of one key. */
void bench_site_write_keys(struct bench_site *site, const char *name,
    const struct bench_key *key);
/* Open and start DIR/conf; the program ends, saying why, when it can't be. */
void bench_site_start(struct bench_site *site, const char *plugins);
void bench_site_close(struct bench_site *site);

/* Checks of one chain, the tokens taking turns, with one answer to all. */
struct bench_check {
	struct authchain *ac;
	const char *chain;
	const struct authchain_span *tokens;
	size_t count, at;
	uint32_t reason; /* AUTHCHAIN_REASON_NONE: they are let pass */
	uint32_t cached; /* ... and was that remembered? 2: either */
};

#define BENCH_EITHER 2u

/* As bench_op's: false for another answer, which is told of. */
bool bench_check_run(void *self, size_t times);

#endif
