/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Storing a verdict, and making room.  The oldest goes first, but what was
 * used since it was last looked at is spared once.  What is unlinked is freed
 * when every lane that somebody was in has been left.
 */
#include "engine/cache-parts.h"

#define SPARED_AT_ONCE 8   /* then the oldest goes, used or not */
#define SWEPT_AT_ONCE  2   /* of the oldest, when there is room */
#define MAX_RETIRED    256 /* a thread that sleeps in a lane keeps them */

static struct cache_kind *
kind_of(struct ac_cache *cache, const struct ac_verdict *verdict)
{
	return verdict->accepted ? &cache->accepted : &cache->rejected;
}

/* ---- freeing ----------------------------------------------------------- */

static void
reclaim(struct ac_cache *cache)
{
	if (cache->waiting.list != NULL &&
	    ac_lanes_still(cache->lanes, &cache->picture))
		return;
	cache_free_retired(&cache->waiting);
	if (cache->fresh.list == NULL)
		return;
	cache->waiting = cache->fresh;
	cache->fresh = (struct cache_retired){ NULL, 0 };
	ac_lanes_picture(cache->lanes, &cache->picture);
}

/* ---- lists ------------------------------------------------------------- */

static void
append(struct cache_kind *kind, struct ac_verdict *verdict)
{
	verdict->newer = NULL;
	verdict->older = kind->newest;
	if (kind->newest != NULL)
		kind->newest->newer = verdict;
	else
		kind->oldest = verdict;
	kind->newest = verdict;
}

static void
take_out(struct cache_kind *kind, struct ac_verdict *verdict)
{
	if (verdict->older != NULL)
		verdict->older->newer = verdict->newer;
	else
		kind->oldest = verdict->newer;
	if (verdict->newer != NULL)
		verdict->newer->older = verdict->older;
	else
		kind->newest = verdict->older;
}

static void
unlink_verdict(struct ac_cache *cache, struct ac_verdict *verdict)
{
	_Atomic(struct ac_verdict *) *at = &cache->buckets[verdict->bucket];
	struct ac_verdict *other;

	while ((other = atomic_load(at)) != verdict)
		at = &other->next;
	atomic_store(at, atomic_load(&verdict->next));
}

static void
retire(struct ac_cache *cache, struct ac_verdict *verdict)
{
	struct cache_kind *kind = kind_of(cache, verdict);

	unlink_verdict(cache, verdict);
	take_out(kind, verdict);
	kind->count--;
	kind->bytes -= verdict->bytes;
	verdict->older = cache->fresh.list;
	cache->fresh.list = verdict;
	cache->fresh.count++;
}

/* ---- room -------------------------------------------------------------- */

static bool
is_spared(struct ac_verdict *verdict, const struct ac_moment *now)
{
	bool used =
	    atomic_load_explicit(&verdict->used, memory_order_relaxed) != 0;

	return used && ac_verdict_counts(verdict, now);
}

static void
evict_one(struct ac_cache *cache, struct cache_kind *kind,
    const struct ac_moment *now)
{
	for (size_t i = 0; i < SPARED_AT_ONCE; i++) {
		struct ac_verdict *oldest = kind->oldest;

		if (!is_spared(oldest, now))
			break;
		atomic_store_explicit(&oldest->used, 0, memory_order_relaxed);
		take_out(kind, oldest);
		append(kind, oldest);
	}
	retire(cache, kind->oldest);
	cache->evicted++;
}

static bool
make_room(struct ac_cache *cache, struct cache_kind *kind, size_t bytes,
    const struct ac_moment *now)
{
	if (bytes > kind->max_bytes || kind->max_count == 0)
		return false;
	while (kind->count >= kind->max_count ||
	       kind->bytes > kind->max_bytes - bytes) {
		if (cache->fresh.count >= MAX_RETIRED)
			return false;
		evict_one(cache, kind, now);
	}
	return true;
}

/* What is over goes, though nobody needs the room: it holds claims. */
static void
sweep(struct ac_cache *cache, struct cache_kind *kind,
    const struct ac_moment *now)
{
	for (size_t i = 0; i < SWEPT_AT_ONCE && kind->oldest != NULL; i++) {
		if (cache->fresh.count >= MAX_RETIRED ||
		    ac_verdict_counts(kind->oldest, now))
			return;
		retire(cache, kind->oldest);
	}
}

/* ---- storing ----------------------------------------------------------- */

/* The verdict on that token, and whether the bucket has room. */
static struct ac_verdict *
find_same(const struct ac_cache *cache, const struct ac_verdict *verdict,
    bool *full)
{
	struct ac_verdict *other =
	    atomic_load(&cache->buckets[verdict->bucket]);
	size_t i = 0;

	for (; other != NULL; other = atomic_load(&other->next), i++)
		if (other->hint == verdict->hint &&
		    cache_same_digest(other->digest, verdict->digest))
			return other;
	*full = i >= CACHE_MAX_WALK;
	return NULL;
}

static bool
store(struct ac_cache *cache, struct ac_verdict *verdict,
    const struct ac_moment *now)
{
	_Atomic(struct ac_verdict *) *at = &cache->buckets[verdict->bucket];
	struct cache_kind *kind = kind_of(cache, verdict);
	struct ac_verdict *same;
	bool full = false;

	reclaim(cache);
	same = find_same(cache, verdict, &full);
	if (full || cache->fresh.count >= MAX_RETIRED)
		return false;
	if (same != NULL)
		retire(cache, same);
	if (!make_room(cache, kind, verdict->bytes, now))
		return false;
	append(kind, verdict);
	kind->count++;
	kind->bytes += verdict->bytes;
	atomic_store(&verdict->next, atomic_load(at));
	atomic_store(at, verdict);
	cache->stored++;
	sweep(cache, &cache->accepted, now);
	sweep(cache, &cache->rejected, now);
	return true;
}

void
ac_cache_store(struct ac_cache *cache, struct ac_cache_key *key,
    struct ac_verdict *verdict, const struct ac_moment *now)
{
	bool stored = ac_cache_key_digest(key);

	if (stored) {
		memcpy(verdict->digest, key->digest, sizeof(key->digest));
		verdict->hint = cache_hint(key->index);
		verdict->bucket = cache_bucket(cache, key->index);
		stored = ac_verdict_counts(verdict, now) &&
			 pthread_mutex_trylock(&cache->lock) == 0;
	}
	if (stored) {
		stored = store(cache, verdict, now);
		(void)pthread_mutex_unlock(&cache->lock);
	}
	if (!stored)
		ac_verdict_free(verdict);
}

static uint64_t
get(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

void
ac_cache_count(struct ac_cache *cache, struct ac_cache_counts *counts)
{
	*counts = (struct ac_cache_counts){ 0 };
	for (size_t i = 0; i < AC_LANES; i++) {
		const struct cache_reads *reads = &cache->reads[i];

		counts->hits += get(&reads->hits);
		counts->misses += get(&reads->misses);
		counts->expired += get(&reads->expired);
	}
	(void)pthread_mutex_lock(&cache->lock);
	counts->stored = cache->stored;
	counts->evicted = cache->evicted;
	counts->entries = cache->accepted.count + cache->rejected.count;
	counts->bytes = cache->accepted.bytes + cache->rejected.bytes;
	(void)pthread_mutex_unlock(&cache->lock);
}
