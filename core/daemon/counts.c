/* SPDX-License-Identifier: BSD-2-Clause */
/* A table that only grows: what was once put into a slot stays there. */
#include "daemon/counts.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define MAX_NAME 64
#define SLOTS    ((size_t)2 * AC_COUNTS_MAX)
#define BUCKETS  12

static const uint64_t bucket_us[BUCKETS] = { 10, 50, 100, 500, 1000, 5000,
	10000, 50000, 100000, 500000, 1000000, 5000000 };

struct kind {
	char chain[MAX_NAME + 1], provider[MAX_NAME + 1];
	uint32_t verdict, reason;
};

struct count {
	struct kind kind;
	_Atomic uint64_t number;
};

struct ac_counts {
	pthread_mutex_t lock; /* to fill a slot */
	_Atomic(struct count *) slots[SLOTS];
	size_t used;
	_Atomic uint64_t other;
	_Atomic uint64_t buckets[BUCKETS + 1], microseconds;
};

struct ac_counts *
ac_counts_new(void)
{
	struct ac_counts *counts = calloc(1, sizeof(*counts));

	if (counts != NULL)
		pthread_mutex_init(&counts->lock, NULL);
	return counts;
}

void
ac_counts_free(struct ac_counts **counts)
{
	if (*counts == NULL)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		free(atomic_load(&(*counts)->slots[i]));
	pthread_mutex_destroy(&(*counts)->lock);
	free(*counts);
	*counts = NULL;
}

static void
copy_name(char out[MAX_NAME + 1], const char *name)
{
	size_t len = strnlen(name, MAX_NAME);

	memcpy(out, name, len);
	out[len] = '\0';
}

/* A chain that does not exist has the name that somebody made up. */
static struct kind
kind_of(const struct authchain_decision *decision)
{
	struct kind kind = { .verdict = AUTHCHAIN_VERDICT_UNAVAILABLE,
		.reason = AUTHCHAIN_REASON_OUT_OF_MEMORY };

	if (decision == NULL)
		return kind;
	kind.verdict = decision->verdict;
	kind.reason = decision->reason;
	copy_name(kind.provider, decision->provider);
	if (decision->reason != AUTHCHAIN_REASON_NO_SUCH_CHAIN)
		copy_name(kind.chain, decision->chain);
	return kind;
}

static bool
is_same(const struct kind *a, const struct kind *b)
{
	return a->verdict == b->verdict && a->reason == b->reason &&
	       strcmp(a->chain, b->chain) == 0 &&
	       strcmp(a->provider, b->provider) == 0;
}

/* FNV-1a */
static uint32_t
hash_text(uint32_t hash, const char *text)
{
	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return hash * 16777619u;
}

static size_t
place_of(const struct kind *kind)
{
	uint32_t hash = 2166136261u ^ (kind->verdict << 8 ^ kind->reason);

	hash = hash_text(hash_text(hash, kind->chain), kind->provider);
	return hash % (SLOTS);
}

/* The kind's count, or NULL with the empty slot where it would be. */
static struct count *
find(struct ac_counts *counts, const struct kind *kind, size_t *at)
{
	struct count *count;

	for (*at = place_of(kind);; *at = (*at + 1) % (SLOTS)) {
		count = atomic_load_explicit(&counts->slots[*at],
		    memory_order_acquire);
		if (count == NULL || is_same(&count->kind, kind))
			return count;
	}
}

static struct count *
insert(struct ac_counts *counts, const struct kind *kind)
{
	struct count *count;
	size_t at;

	(void)pthread_mutex_lock(&counts->lock);
	count = find(counts, kind, &at);
	if (count == NULL && counts->used < AC_COUNTS_MAX &&
	    (count = calloc(1, sizeof(*count))) != NULL) {
		count->kind = *kind;
		counts->used++;
		atomic_store_explicit(&counts->slots[at], count,
		    memory_order_release);
	}
	(void)pthread_mutex_unlock(&counts->lock);
	return count;
}

static void
add_time(struct ac_counts *counts, uint64_t us)
{
	size_t at = 0;

	while (at < BUCKETS && us > bucket_us[at])
		at++;
	atomic_fetch_add_explicit(&counts->buckets[at], 1,
	    memory_order_relaxed);
	atomic_fetch_add_explicit(&counts->microseconds, us,
	    memory_order_relaxed);
}

void
ac_counts_add(struct ac_counts *counts,
    const struct authchain_decision *decision)
{
	struct kind kind = kind_of(decision);
	size_t at;
	struct count *count = find(counts, &kind, &at);

	if (count == NULL)
		count = insert(counts, &kind);
	atomic_fetch_add_explicit(count == NULL ? &counts->other
						: &count->number,
	    1, memory_order_relaxed);
	if (decision != NULL)
		add_time(counts, decision->microseconds);
}

void
ac_counts_each(const struct ac_counts *counts,
    void (*each)(void *arg, const struct ac_counted *counted), void *arg)
{
	for (size_t i = 0; i < SLOTS; i++) {
		const struct count *count = atomic_load(&counts->slots[i]);
		struct ac_counted counted;

		if (count == NULL)
			continue;
		counted = (struct ac_counted){ count->kind.chain,
			count->kind.provider,
			authchain_verdict_name(count->kind.verdict),
			authchain_reason_name(count->kind.reason),
			atomic_load(&count->number) };
		each(arg, &counted);
	}
}

static void
print_count(const struct kind *kind, uint64_t number, struct ac_buf *out)
{
	ac_buf_format(out,
	    "authchain_decisions_total{chain=\"%s\",provider=\"%s\","
	    "verdict=\"%s\",reason=\"%s\"} %" PRIu64 "\n",
	    kind->chain, kind->provider, authchain_verdict_name(kind->verdict),
	    authchain_reason_name(kind->reason), number);
}

static void
print_times(struct ac_counts *counts, struct ac_buf *out)
{
	static const char name[] = "authchain_decision_duration_seconds";
	uint64_t total = 0;

	ac_buf_format(out,
	    "# HELP %s Time from a request to its decision.\n"
	    "# TYPE %s histogram\n",
	    name, name);
	for (size_t i = 0; i < BUCKETS; i++) {
		total += atomic_load(&counts->buckets[i]);
		ac_buf_format(out, "%s_bucket{le=\"%g\"} %" PRIu64 "\n", name,
		    (double)bucket_us[i] / 1e6, total);
	}
	total += atomic_load(&counts->buckets[BUCKETS]);
	ac_buf_format(out,
	    "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n%s_sum %.6f\n"
	    "%s_count %" PRIu64 "\n",
	    name, total, name, (double)atomic_load(&counts->microseconds) / 1e6,
	    name, total);
}

void
ac_counts_print(struct ac_counts *counts, struct ac_buf *out)
{
	uint64_t other = atomic_load(&counts->other);

	ac_buf_text(out, "# HELP authchain_decisions_total Decisions by kind.\n"
			 "# TYPE authchain_decisions_total counter\n");
	for (size_t i = 0; i < SLOTS; i++) {
		struct count *count = atomic_load(&counts->slots[i]);

		if (count != NULL)
			print_count(&count->kind, atomic_load(&count->number),
			    out);
	}
	if (other > 0)
		ac_buf_format(out,
		    "authchain_decisions_total{chain=\"other\",provider=\"\","
		    "verdict=\"\",reason=\"\"} %" PRIu64 "\n",
		    other);
	print_times(counts, out);
}
