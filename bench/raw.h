/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a check can't do without, and nothing else: one verification of one
 * signature, with all that can be prepared prepared, by libcrypto.
 */
#ifndef BENCH_RAW_H
#define BENCH_RAW_H

#include "measure.h"
#include "token.h"

struct bench_raw;

/* Verify the ring's tokens; the digest and the key's context are kept.  Of
 * HS256 the two hash states behind the pads are. */
struct bench_raw *bench_raw_new(const struct bench_key *key,
    const struct bench_ring *ring);
/* SHA-256 of so many tokens in turn. */
struct bench_raw *bench_raw_digest(const struct authchain_span *texts,
    size_t count);
/* As bench_op's: false when a signature is not good. */
bool bench_raw_run(void *self, size_t times);
void bench_raw_close(void *self);

#endif
