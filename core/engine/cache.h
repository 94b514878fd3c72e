/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a chain remembers: verdicts by the SHA-256 of the whole token, for as
 * long as their provider allowed, bounded by count and bytes.  The token
 * itself is not kept.  A reader is in a lane and takes no lock; a writer that
 * finds another one at work stores nothing.
 *
 * Rejections have a share of their own, so that bad tokens, however many, take
 * nothing from good ones.
 */
#ifndef AC_ENGINE_CACHE_H
#define AC_ENGINE_CACHE_H

#include "engine/chain.h"
#include "engine/lane.h"

#define AC_CACHE_REJECT_MAX_S 5  /* a rejection's longest life */
#define AC_CACHE_REJECT_SHARE 16 /* one in so many, and in so many bytes */
#define AC_CACHE_MAX_S        86400
#define AC_CACHE_MAX_ENTRIES  4000000
#define AC_CACHE_MAX_ITEM     32768 /* bytes of one verdict */

/* A span that is kept as a length in front of its bytes. */
#define AC_VERDICT_NULL UINT32_MAX

/*
 * One verdict.  After it stand its lengths (struct ac_verdict_text, then one
 * a scope, two an attribute) and then the texts, each with a NUL.
 */
struct ac_verdict {
	/* what a token is found by, close together */
	_Atomic(struct ac_verdict *) next; /* of the same bucket */
	uint32_t bucket, hint;             /* the two halves of its index */
	unsigned char digest[32];
	uint32_t bytes; /* all of it */
	bool accepted, anonymous, passed_over, bound;
	bool suffices;     /* to let in whoever has the token: see at-once.c */
	int64_t dies_ms;   /* monotonic */
	int64_t expires_s; /* wall; 0: does not */
	uint64_t stamp;    /* of the entry, before it was asked */
	struct authchain_entry *entry;
	const struct ac_chain *chain;
	uint32_t reason, retry_after_s;
	uint32_t scope_count, attribute_count;
	struct ac_verdict *older, *newer; /* writers only */
	_Atomic uint8_t used;             /* since it was last looked at */
	uint32_t lengths[];
};

enum ac_verdict_text {
	AC_VERDICT_SUBJECT,
	AC_VERDICT_ISSUER,
	AC_VERDICT_CLIENT_ID,
	AC_VERDICT_CLAIMS,
	AC_VERDICT_DETAIL,
	AC_VERDICT_CHAIN, /* its name, and the entry's */
	AC_VERDICT_PROVIDER,
	AC_VERDICT_TEXTS
};

struct ac_moment {
	int64_t monotonic_ms, wall_ms;
};

/* What a token is found by; the digest is made at need. */
struct ac_cache_key {
	struct authchain_span token;
	uint64_t index;
	bool digested;
	unsigned char digest[32];
};

struct ac_cache_counts {
	uint64_t hits, misses, expired; /* expired: there, and of no use */
	uint64_t stored, evicted;
	uint64_t entries, bytes;
};

struct ac_cache;

/* NULL when out of memory. */
struct ac_cache *ac_cache_new(struct ac_lanes *lanes, size_t max_entries,
    size_t max_bytes);
/* Nobody looks at it any more. */
void ac_cache_free(struct ac_cache **cache);

void ac_cache_key_init(const struct ac_cache *cache, struct ac_cache_key *key,
    struct authchain_span token);
/* The digest of its token; made once.  False when libcrypto fails. */
bool ac_cache_key_digest(struct ac_cache_key *key);

/* The verdict that counts at that moment, until the lane is left; or NULL. */
const struct ac_verdict *ac_cache_find(struct ac_cache *cache,
    struct ac_lane *lane, struct ac_cache_key *key,
    const struct ac_moment *now);
/* The same in two steps: look, which counts nothing, and, when the verdict
 * found is made use of, count the hit. */
struct ac_verdict *ac_cache_look(const struct ac_cache *cache,
    struct ac_cache_key *key, const struct ac_moment *now);
void ac_cache_count_hit(struct ac_cache *cache, const struct ac_lane *lane,
    struct ac_verdict *verdict);

/*
 * Room for a verdict whose lengths and texts take so many bytes, to be filled
 * in but for the links, index, digest and bytes; NULL when it is too large or
 * memory is short.
 */
struct ac_verdict *ac_verdict_new(size_t bytes);
/* Wipes it. */
void ac_verdict_free(struct ac_verdict *verdict);
bool ac_verdict_counts(const struct ac_verdict *verdict,
    const struct ac_moment *now);

/* Takes the verdict, whatever comes of it; in no lane. */
void ac_cache_store(struct ac_cache *cache, struct ac_cache_key *key,
    struct ac_verdict *verdict, const struct ac_moment *now);

void ac_cache_count(struct ac_cache *cache, struct ac_cache_counts *counts);

#endif
