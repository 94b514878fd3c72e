/* SPDX-License-Identifier: BSD-2-Clause */
/* The chains that are asked, and the algorithms they take. */
#ifndef BENCH_CONF_H
#define BENCH_CONF_H

#include "site.h"

enum bench_algorithm {
	BENCH_RS256,
	BENCH_PS256,
	BENCH_ES256,
	BENCH_EDDSA,
	BENCH_HS256,
	BENCH_ALGORITHMS
};

struct bench_algorithm_row {
	const char *alg;
	const char *chain; /* and the row's id */
	const char *raw;   /* what the reference is */
	double budget;
};
extern const struct bench_algorithm_row bench_algorithms[BENCH_ALGORITHMS];

/* Chains whose tokens come from the last of so many issuers. */
#define BENCH_ISSUER_CHAINS 3
extern const unsigned bench_issuers[BENCH_ISSUER_CHAINS];
extern const char *const bench_issuer_chains[BENCH_ISSUER_CHAINS];

#define BENCH_STATIC_TOKEN                                                     \
	"itk_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM"

/* Write them: one for each algorithm, "mixed" of three providers, and those of
 * many issuers.  None of them remembers verdicts. */
void bench_conf_write(struct bench_site *site, const struct bench_key *keys);
/* Of ES256 tokens whose verdicts are remembered, so many at most; 0: none. */
void bench_conf_write_cached(struct bench_site *site,
    const struct bench_key *key, const char *chain, size_t entries);

#endif
