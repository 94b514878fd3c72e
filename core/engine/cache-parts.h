/* SPDX-License-Identifier: BSD-2-Clause */
/* The cache from inside: cache.c reads, cache-store.c writes. */
#ifndef AC_ENGINE_CACHE_PARTS_H
#define AC_ENGINE_CACHE_PARTS_H

#include <pthread.h>

#include "engine/cache.h"

#define CACHE_MAX_WALK 32 /* verdicts of one bucket */

/* Written by who is in the lane, read by who counts. */
struct cache_reads {
	_Alignas(128) _Atomic uint64_t hits;
	_Atomic uint64_t misses, expired;
};

/* Verdicts of one kind, in the order in which they came or were spared. */
struct cache_kind {
	struct ac_verdict *oldest, *newest;
	size_t count, bytes, max_count, max_bytes;
};

/* What nobody finds any more and somebody may still look at. */
struct cache_retired {
	struct ac_verdict *list; /* by older */
	size_t count;
};

struct ac_cache {
	struct cache_reads reads[AC_LANES];
	struct ac_lanes *lanes;
	uint64_t seed[2];
	uint32_t mask;
	_Atomic(struct ac_verdict *) *buckets;
	pthread_mutex_t lock; /* everything below, and the links' writers */
	struct cache_kind accepted, rejected;
	struct cache_retired fresh, waiting;
	struct ac_lane_picture picture; /* of the time when waiting began */
	uint64_t stored, evicted;
};

/* The bucket of an index, and the half of it that the bucket is not. */
static inline uint32_t
cache_bucket(const struct ac_cache *cache, uint64_t index)
{
	return (uint32_t)(index >> 32) & cache->mask;
}

static inline uint32_t
cache_hint(uint64_t index)
{
	return (uint32_t)index;
}

/* Takes the same time wherever they differ. */
static inline bool
cache_same_digest(const unsigned char a[32], const unsigned char b[32])
{
	uint64_t x[4], y[4];

	memcpy(x, a, sizeof(x));
	memcpy(y, b, sizeof(y));
	return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) |
		   (x[3] ^ y[3])) == 0;
}

/* Nobody can look at them any more. */
void cache_free_retired(struct cache_retired *retired);

#endif
