/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finding a verdict.  A token is looked for by a few of its bytes, mixed with
 * numbers nobody else knows; only where that leads to verdicts its digest is
 * made, and the digest alone decides.
 */
#include "engine/cache-parts.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "base/digest.h"

#define SAMPLE 16   /* bytes of the token's end, and of its middle */
#define LINE   64   /* bytes that a processor's cache reads at once */
#define AHEAD  1024 /* bytes of a token, and of a verdict */

static uint32_t
buckets_for(size_t max_entries)
{
	uint32_t count = 64;

	while (count / 2 < max_entries)
		count *= 2;
	return count;
}

static void
share(struct ac_cache *cache, size_t max_entries, size_t max_bytes)
{
	size_t few = max_entries / AC_CACHE_REJECT_SHARE;

	cache->rejected.max_count = few == 0 ? 1 : few;
	cache->rejected.max_bytes = max_bytes / AC_CACHE_REJECT_SHARE;
	cache->accepted.max_count = max_entries;
	cache->accepted.max_bytes = max_bytes;
}

struct ac_cache *
ac_cache_new(struct ac_lanes *lanes, size_t max_entries, size_t max_bytes)
{
	struct ac_cache *cache =
	    aligned_alloc(_Alignof(struct ac_cache), sizeof(*cache));
	uint32_t count = buckets_for(max_entries);

	if (cache == NULL)
		return NULL;
	memset(cache, 0, sizeof(*cache));
	cache->lanes = lanes;
	cache->mask = count - 1;
	cache->buckets = calloc(count, sizeof(*cache->buckets));
	share(cache, max_entries, max_bytes);
	if (cache->buckets == NULL || RAND_bytes((unsigned char *)cache->seed,
					  sizeof(cache->seed)) != 1) {
		free(cache->buckets);
		free(cache);
		return NULL;
	}
	(void)pthread_mutex_init(&cache->lock, NULL);
	return cache;
}

struct ac_verdict *
ac_verdict_new(size_t bytes)
{
	struct ac_verdict *verdict;

	if (bytes > AC_CACHE_MAX_ITEM - sizeof(*verdict))
		return NULL;
	verdict = malloc(sizeof(*verdict) + bytes);
	if (verdict == NULL)
		return NULL;
	memset(verdict, 0, sizeof(*verdict));
	verdict->bytes = (uint32_t)(sizeof(*verdict) + bytes);
	return verdict;
}

void
ac_verdict_free(struct ac_verdict *verdict)
{
	if (verdict == NULL)
		return;
	OPENSSL_cleanse(verdict, verdict->bytes);
	free(verdict);
}

static void
free_kind(struct cache_kind *kind)
{
	while (kind->oldest != NULL) {
		struct ac_verdict *newer = kind->oldest->newer;

		ac_verdict_free(kind->oldest);
		kind->oldest = newer;
	}
}

void
cache_free_retired(struct cache_retired *retired)
{
	while (retired->list != NULL) {
		struct ac_verdict *older = retired->list->older;

		ac_verdict_free(retired->list);
		retired->list = older;
	}
	retired->count = 0;
}

void
ac_cache_free(struct ac_cache **at)
{
	struct ac_cache *cache = *at;

	if (cache == NULL)
		return;
	free_kind(&cache->accepted);
	free_kind(&cache->rejected);
	cache_free_retired(&cache->fresh);
	cache_free_retired(&cache->waiting);
	(void)pthread_mutex_destroy(&cache->lock);
	free(cache->buckets);
	free(cache);
	*at = NULL;
}

/* ---- finding ----------------------------------------------------------- */

static uint64_t
mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9fb21c651e98df25);
	return hash ^ (hash >> 29);
}

static uint64_t
word_at(const char *data)
{
	uint64_t word;

	memcpy(&word, data, sizeof(word));
	return word;
}

void
ac_cache_key_init(const struct ac_cache *cache, struct ac_cache_key *key,
    struct authchain_span token)
{
	const char *end = token.data + token.len;
	const char *middle = token.data + token.len / 2;
	uint64_t hash = mix(cache->seed[0], token.len);

	key->token = token;
	key->digested = false;
	if (token.len / 2 >= SAMPLE) {
		hash = mix(hash, word_at(middle));
		hash = mix(hash, word_at(middle + 8));
		hash = mix(hash, word_at(end - 16));
		hash = mix(hash, word_at(end - 8));
	} else {
		for (const char *at = token.data; at < end; at++)
			hash = mix(hash, (unsigned char)*at);
	}
	key->index = mix(hash, cache->seed[1]);
	__builtin_prefetch(&cache->buckets[cache_bucket(cache, key->index)]);
}

bool
ac_cache_key_digest(struct ac_cache_key *key)
{
	if (!key->digested)
		key->digested = ac_digest(key->token, key->digest) == 0;
	return key->digested;
}

bool
ac_verdict_counts(const struct ac_verdict *verdict, const struct ac_moment *now)
{
	uint64_t stamp = verdict->passed_over ? ac_chain_stamp(verdict->chain)
					      : ac_entry_stamp(verdict->entry);

	return stamp == verdict->stamp &&
	       now->monotonic_ms < verdict->dies_ms &&
	       (verdict->expires_s == 0 ||
		   now->wall_ms < verdict->expires_s * 1000);
}

/* Whoever is first in the bucket will mostly be the one: while the digest is
 * made, memory brings what is read after it. */
static void
look_ahead(const struct ac_verdict *verdict, struct ac_cache_key *key)
{
	if (verdict == NULL || key->token.len > AHEAD)
		return;
	for (size_t at = 0; at < AHEAD; at += LINE)
		__builtin_prefetch((const char *)verdict + at);
	(void)ac_cache_key_digest(key);
}

static struct ac_verdict *
look(const struct ac_cache *cache, struct ac_cache_key *key)
{
	uint32_t bucket = cache_bucket(cache, key->index);
	struct ac_verdict *verdict = atomic_load(&cache->buckets[bucket]);
	uint32_t hint = cache_hint(key->index);

	look_ahead(verdict, key);
	for (size_t i = 0; verdict != NULL && i < CACHE_MAX_WALK; i++) {
		if (verdict->hint == hint && ac_cache_key_digest(key) &&
		    cache_same_digest(verdict->digest, key->digest))
			return verdict;
		verdict = atomic_load(&verdict->next);
	}
	return NULL;
}

/* Nobody else writes to it: no need to lock the bus. */
static void
count(_Atomic uint64_t *counter)
{
	atomic_store_explicit(counter,
	    atomic_load_explicit(counter, memory_order_relaxed) + 1,
	    memory_order_relaxed);
}

void
ac_cache_count_hit(struct ac_cache *cache, const struct ac_lane *lane,
    struct ac_verdict *verdict)
{
	/* written once and then only read, whoever finds it */
	if (atomic_load_explicit(&verdict->used, memory_order_relaxed) == 0)
		atomic_store_explicit(&verdict->used, 1, memory_order_relaxed);
	count(&cache->reads[lane->number].hits);
}

struct ac_verdict *
ac_cache_look(const struct ac_cache *cache, struct ac_cache_key *key,
    const struct ac_moment *now)
{
	struct ac_verdict *verdict = look(cache, key);

	return verdict != NULL && ac_verdict_counts(verdict, now) ? verdict
								  : NULL;
}

const struct ac_verdict *
ac_cache_find(struct ac_cache *cache, struct ac_lane *lane,
    struct ac_cache_key *key, const struct ac_moment *now)
{
	struct cache_reads *reads = &cache->reads[lane->number];
	struct ac_verdict *verdict = look(cache, key);

	if (verdict == NULL) {
		count(&reads->misses);
		return NULL;
	}
	if (!ac_verdict_counts(verdict, now)) {
		count(&reads->expired);
		return NULL;
	}
	ac_cache_count_hit(cache, lane, verdict);
	return verdict;
}
