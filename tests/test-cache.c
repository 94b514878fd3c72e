/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cache by itself, at moments of the test's choice: what is found, for how
 * long, and what goes when there is no room.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cache.h"
#include "engine/unpack.h"
#include "tap.h"

#define LIFE_MS 1000
#define WALL_MS INT64_C(1800000000000)
#define ITEM    sizeof(struct ac_verdict) /* what one without texts takes */

static struct ac_lanes *lanes;
static struct authchain_entry entry, other;

static const struct ac_moment begin = { 5000, WALL_MS };

static struct ac_moment
after(int64_t ms)
{
	return (
	    struct ac_moment){ begin.monotonic_ms + ms, begin.wall_ms + ms };
}

static struct ac_verdict *
verdict(bool accepted)
{
	struct ac_verdict *v = ac_verdict_new(0);

	if (v == NULL)
		abort();
	v->accepted = accepted;
	v->dies_ms = begin.monotonic_ms + LIFE_MS;
	v->entry = &entry;
	v->stamp = ac_entry_stamp(&entry);
	return v;
}

static void
store(struct ac_cache *cache, const char *token, struct ac_verdict *v)
{
	struct ac_cache_key key;

	ac_cache_key_init(cache, &key, ac_span_text(token));
	ac_cache_store(cache, &key, v, &begin);
}

static bool
finds(struct ac_cache *cache, const char *token, const struct ac_moment *now)
{
	struct ac_lane *lane = ac_lane_enter(lanes);
	struct ac_cache_key key;
	bool found;

	ac_cache_key_init(cache, &key, ac_span_text(token));
	found = ac_cache_find(cache, lane, &key, now) != NULL;
	ac_lane_leave(lane);
	return found;
}

static struct ac_cache_counts
counts(struct ac_cache *cache)
{
	struct ac_cache_counts c;

	ac_cache_count(cache, &c);
	return c;
}

/* "token-00042 and what makes it long enough for a sample" */
static const char *
name(char text[96], const char *kind, size_t i)
{
	(void)snprintf(text, 96,
	    "%s-%05zu-which-is-longer-than-two-samples-%05zu", kind, i, i);
	return text;
}

static void
test_life(void)
{
	struct ac_cache *cache = ac_cache_new(lanes, 10, 65536);
	struct ac_moment last = after(LIFE_MS - 1), over = after(LIFE_MS);
	struct ac_verdict *v;

	ok(!finds(cache, "a", &begin), "an empty cache finds nothing");
	store(cache, "a", verdict(true));
	ok(finds(cache, "a", &begin), "what was stored is found");
	ok(finds(cache, "a", &last), "a millisecond before its time is up");
	ok(!finds(cache, "a", &over), "and no more when it is up");
	ok(counts(cache).expired == 1 && counts(cache).hits == 2 &&
		counts(cache).misses == 1,
	    "hits, misses and what was over are counted");

	v = verdict(true);
	v->expires_s = WALL_MS / 1000 + 1;
	v->dies_ms = begin.monotonic_ms + 3600000;
	store(cache, "b", v);
	last = after(999);
	over = after(1000);
	ok(finds(cache, "b", &last), "a millisecond before the token expires");
	ok(!finds(cache, "b", &over), "no more at the moment it expires");

	v = verdict(true);
	v->dies_ms = begin.monotonic_ms;
	store(cache, "c", v);
	ok(!finds(cache, "c", &begin), "what lives for no time is not stored");
	v = verdict(true);
	v->expires_s = WALL_MS / 1000;
	store(cache, "d", v);
	ok(!finds(cache, "d", &begin), "what has expired is not stored");
	ok(counts(cache).stored == 2, "and not counted as stored");
	ac_cache_free(&cache);
}

static void
test_forget(void)
{
	struct ac_cache *cache = ac_cache_new(lanes, 10, 65536);
	struct authchain_entry own = { 0 }, *shares[] = { &own };
	struct ac_chain chain = { 0 };
	struct ac_step steps[] = { { AUTHCHAIN_STAGE_IDENTITY, &other },
		{ AUTHCHAIN_STAGE_IDENTITY, &entry } };
	struct ac_verdict *v = verdict(true);

	store(cache, "a", verdict(true));
	entry.epoch++;
	ok(!finds(cache, "a", &begin), "gone when its entry forgets");
	store(cache, "b", v);
	ok(!finds(cache, "b", &begin),
	    "what was verified before is not stored after");
	store(cache, "a", verdict(true));
	ok(finds(cache, "a", &begin), "what is verified after is");
	other.epoch++;
	ok(finds(cache, "a", &begin), "another entry's forget is not its own");

	entry.shares = shares;
	entry.share_count = 1;
	store(cache, "c", verdict(true));
	own.epoch++;
	ok(!finds(cache, "c", &begin), "gone when what it shares forgets");
	entry.shares = NULL;
	entry.share_count = 0;

	chain.steps = steps;
	chain.step_count = 2;
	v = verdict(true);
	v->passed_over = true;
	v->chain = &chain;
	v->stamp = ac_chain_stamp(&chain);
	store(cache, "d", v);
	ok(finds(cache, "d", &begin), "what another provider passed on");
	other.epoch++;
	ok(!finds(cache, "d", &begin), "is gone when that one forgets");
	ac_cache_free(&cache);
}

static void
test_tokens(void)
{
	static const char token[] = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0."
				    "c2lnbmF0dXJlLXdpdGgtbWFueS1ieXRlcw";
	struct ac_cache *cache = ac_cache_new(lanes, 10, 65536);
	char changed[sizeof(token)];
	size_t found = 0;

	store(cache, token, verdict(true));
	for (size_t i = 0; i < 8 * (sizeof(token) - 1); i++) {
		memcpy(changed, token, sizeof(token));
		changed[i / 8] ^= (char)(1 << i % 8);
		if (changed[i / 8] != '\0')
			found += finds(cache, changed, &begin);
	}
	ok(found == 0, "a token with any one bit flipped is not found");
	ok(finds(cache, token, &begin), "the token is");
	memcpy(changed, token, sizeof(token));
	changed[sizeof(token) - 2] = '\0';
	ok(!finds(cache, changed, &begin), "one without its end is not");
	store(cache, token, verdict(false));
	ok(counts(cache).entries == 1, "a token has one verdict: the last");
	ac_cache_free(&cache);
}

/* Around the length up to which a digest is made before it is needed: of two
 * tokens that are looked for in the same place. */
static void
test_long_tokens(void)
{
	struct ac_cache *cache = ac_cache_new(lanes, 10, 65536);
	char token[1026], what[64];

	for (size_t len = 1023; len < sizeof(token); len++) {
		memset(token, 'a', len);
		token[len] = '\0';
		store(cache, token, verdict(true));
		(void)snprintf(what, sizeof(what),
		    "a token of %zu bytes is found", len);
		ok(finds(cache, token, &begin), what);
		token[100] = 'b';
		(void)snprintf(what, sizeof(what),
		    "with one of %zu bytes changed it is not", len);
		ok(!finds(cache, token, &begin), what);
	}
	ac_cache_free(&cache);
}

static void
test_count_bound(void)
{
	struct ac_cache *cache = ac_cache_new(lanes, 4, 65536);
	char text[96];

	for (size_t i = 0; i < 4; i++)
		store(cache, name(text, "t", i), verdict(true));
	ok(counts(cache).entries == 4 && counts(cache).evicted == 0,
	    "as many as there may be");
	ok(finds(cache, name(text, "t", 0), &begin), "the first is there");
	store(cache, name(text, "t", 4), verdict(true));
	ok(counts(cache).entries == 4 && counts(cache).evicted == 1,
	    "one more takes the place of another");
	ok(finds(cache, name(text, "t", 0), &begin) &&
		!finds(cache, name(text, "t", 1), &begin),
	    "of the oldest that was not used");
	for (size_t i = 10; i < 200; i++)
		store(cache, name(text, "t", i), verdict(true));
	ok(counts(cache).entries == 4, "many more: as many as there may be");
	ok(finds(cache, name(text, "t", 199), &begin),
	    "the last one among them");
	ac_cache_free(&cache);
}

static void
test_byte_bound(void)
{
	struct ac_cache *cache = ac_cache_new(lanes, 1000, 4 * ITEM);
	struct ac_verdict *v;
	char text[96];

	for (size_t i = 0; i < 4; i++)
		store(cache, name(text, "t", i), verdict(true));
	ok(counts(cache).entries == 4 && counts(cache).bytes == 4 * ITEM,
	    "as many bytes as there may be");
	store(cache, name(text, "t", 4), verdict(true));
	ok(counts(cache).entries == 4 && counts(cache).bytes == 4 * ITEM,
	    "one more takes the place of another");
	v = ac_verdict_new(1);
	v->accepted = true;
	v->dies_ms = begin.monotonic_ms + LIFE_MS;
	v->entry = &entry;
	v->stamp = ac_entry_stamp(&entry);
	store(cache, name(text, "t", 5), v);
	ok(counts(cache).entries == 3 && counts(cache).bytes == 3 * ITEM + 1,
	    "a byte more takes the place of two");
	ok(ac_verdict_new(AC_CACHE_MAX_ITEM - ITEM + 1) == NULL,
	    "one that is too large is none");
	v = ac_verdict_new(AC_CACHE_MAX_ITEM - ITEM);
	ok(v != NULL, "the largest is one");
	v->accepted = true;
	v->dies_ms = begin.monotonic_ms + LIFE_MS;
	v->entry = &entry;
	v->stamp = ac_entry_stamp(&entry);
	store(cache, name(text, "t", 6), v);
	ok(counts(cache).entries == 3,
	    "what is larger than the cache takes nobody's place");
	ok(ITEM <= 200, "what a verdict takes beside its identity");
	ac_cache_free(&cache);
}

static void
test_flood(void)
{
	struct ac_cache *cache = ac_cache_new(lanes, 64, 65536);
	size_t good = 0, bad = 0;
	char text[96];

	for (size_t i = 0; i < 64; i++)
		store(cache, name(text, "good", i), verdict(true));
	for (size_t i = 0; i < 10000; i++)
		store(cache, name(text, "bad", i), verdict(false));
	for (size_t i = 0; i < 64; i++)
		good += finds(cache, name(text, "good", i), &begin);
	for (size_t i = 0; i < 10000; i++)
		bad += finds(cache, name(text, "bad", i), &begin);
	ok(good == 64, "ten thousand bad tokens evict no good one");
	ok(bad == 64 / AC_CACHE_REJECT_SHARE, "and have a small share");
	ac_cache_free(&cache);
}

static void
test_sweep(void)
{
	struct ac_cache *cache = ac_cache_new(lanes, 1000, 65536);
	char text[96];

	for (size_t i = 0; i < 8; i++)
		store(cache, name(text, "t", i), verdict(true));
	entry.epoch++;
	for (size_t i = 8; i < 12; i++)
		store(cache, name(text, "t", i), verdict(true));
	ok(counts(cache).entries == 4,
	    "what is over goes by and by, though there is room");
	ok(counts(cache).evicted == 0, "that is no eviction");
	ac_cache_free(&cache);
}

/* A reader that sleeps in its lane keeps what it looks at. */
static void
test_reader(void)
{
	struct ac_cache *cache = ac_cache_new(lanes, 4, 65536);
	struct ac_cache *roomy = ac_cache_new(lanes, 4, 65536);
	struct ac_lane *lane;
	const struct ac_verdict *seen;
	struct ac_cache_key key;
	unsigned char digest[32];
	char text[96];

	store(cache, "seen", verdict(true));
	lane = ac_lane_enter(lanes);
	ac_cache_key_init(cache, &key, ac_span_text("seen"));
	seen = ac_cache_find(cache, lane, &key, &begin);
	memcpy(digest, seen->digest, sizeof(digest));
	for (size_t i = 0; i < 1000; i++)
		store(cache, name(text, "t", i), verdict(true));
	ok(!finds(cache, "seen", &begin), "evicted while somebody looks at it");
	ok(memcmp(seen->digest, digest, sizeof(digest)) == 0 && seen->accepted,
	    "and whole for who does");
	ok(counts(cache).stored < 300,
	    "nothing more is stored than can be freed");
	for (size_t i = 0; i < 1000; i++)
		store(roomy, "again", verdict(true));
	ok(counts(roomy).stored < 600, "nor is one token's verdict replaced");
	ac_lane_leave(lane);
	for (size_t i = 0; i < 10; i++)
		store(cache, name(text, "u", i), verdict(true));
	ok(finds(cache, name(text, "u", 9), &begin),
	    "after the reader has left there is room again");
	ac_cache_free(&roomy);
	ac_cache_free(&cache);
}

/* Lists of a verdict are gone on with as those that ac_arena_grow made. */
static void
test_unpacked_room(void)
{
	static const struct {
		uint32_t count;
		size_t room;
	} rows[] = { { 0, 0 }, { 1, AC_ARENA_FEW }, { 4, 4 }, { 5, 8 },
		{ 8, 8 }, { 9, 16 } };
	struct ac_verdict *verdict = ac_verdict_new(100);
	bool scopes = verdict != NULL, attributes = scopes;

	for (size_t i = 0; scopes && i < sizeof(rows) / sizeof(rows[0]); i++) {
		verdict->scope_count = rows[i].count;
		scopes = ac_unpacked_bytes(verdict) ==
			 100 + rows[i].room * sizeof(struct authchain_span);
		verdict->scope_count = 0;
		verdict->attribute_count = rows[i].count;
		attributes =
		    attributes &&
		    ac_unpacked_bytes(verdict) ==
			100 + rows[i].room * sizeof(struct authchain_pair);
		verdict->attribute_count = 0;
	}
	ok(scopes && attributes, "unpacked lists have the room of others");
	ac_verdict_free(verdict);
}

int
main(void)
{
	lanes = ac_lanes_new();
	test_life();
	test_forget();
	test_tokens();
	test_long_tokens();
	test_count_bound();
	test_byte_bound();
	test_flood();
	test_sweep();
	test_reader();
	ac_lanes_close(&lanes);
	test_unpacked_room();
	return done();
}
