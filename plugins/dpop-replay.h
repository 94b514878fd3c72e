/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Proofs that were used, each until no copy of it would be taken any more.
 * Bounded: when it is full nobody's is forgotten early, and new ones have to
 * wait.  Any thread.
 */
#ifndef PLUGINS_DPOP_REPLAY_H
#define PLUGINS_DPOP_REPLAY_H

#include "base/digest.h"

enum dpop_replay_answer {
	DPOP_REPLAY_NEW,  /* and is known from now on */
	DPOP_REPLAY_USED, /* or too old to know that it was not */
	DPOP_REPLAY_FULL  /* or out of memory */
};

struct dpop_replay;

/*
 * Room for none yet.  Proofs made before `since', wall clock seconds, are taken
 * for used.  NULL: out of memory.
 */
struct dpop_replay *dpop_replay_new(int64_t since_s);
void dpop_replay_free(struct dpop_replay **replay);

/*
 * For each who shares it: room for so many at least, and life_ms is how long a
 * proof may be taken after its first use, at most.  The largest of both count,
 * also for the proofs that it has.
 */
void dpop_replay_widen(struct dpop_replay *replay, size_t max_entries,
    int64_t life_ms);

/* A proof by the digest of what is unique in it; iat_s is its own word. */
enum dpop_replay_answer dpop_replay_use(struct dpop_replay *replay,
    const unsigned char digest[AC_DIGEST_BYTES], int64_t iat_s,
    int64_t monotonic_ms);

size_t dpop_replay_count(struct dpop_replay *replay);

#endif
