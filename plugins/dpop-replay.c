/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A table, and a queue in the order of use, which is that of forgetting, since
 * all live equally long.  Time is told by a clock that nobody sets; should the
 * wall clock be set back, what was forgotten is still known to be old.
 */
#include "dpop-replay.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/table.h"

struct used {
	struct used *next;
	int64_t used_ms, iat_s;
	unsigned char digest[AC_DIGEST_BYTES];
};

struct dpop_replay {
	pthread_mutex_t lock;
	struct ac_table *table;
	struct used *oldest, **end;
	size_t max_entries;
	int64_t life_ms;
	int64_t since_s; /* of any before it, one may be forgotten */
};

struct dpop_replay *
dpop_replay_new(int64_t since_s)
{
	struct dpop_replay *replay = calloc(1, sizeof(*replay));

	if (replay == NULL)
		return NULL;
	replay->table = ac_table_new(SIZE_MAX, NULL);
	replay->end = &replay->oldest;
	replay->since_s = since_s;
	if (replay->table != NULL &&
	    pthread_mutex_init(&replay->lock, NULL) == 0)
		return replay;
	if (replay->table != NULL)
		ac_table_free(&replay->table);
	free(replay);
	return NULL;
}

static struct authchain_span
key_of(const unsigned char digest[AC_DIGEST_BYTES])
{
	return ac_span((const char *)digest, AC_DIGEST_BYTES);
}

static void
forget_oldest(struct dpop_replay *replay)
{
	struct used *oldest = replay->oldest;

	(void)ac_table_remove(replay->table, key_of(oldest->digest));
	if (replay->since_s <= oldest->iat_s)
		replay->since_s = oldest->iat_s + 1;
	replay->oldest = oldest->next;
	if (replay->oldest == NULL)
		replay->end = &replay->oldest;
	free(oldest);
}

void
dpop_replay_free(struct dpop_replay **replay)
{
	struct dpop_replay *is = *replay;

	if (is == NULL)
		return;
	while (is->oldest != NULL)
		forget_oldest(is);
	ac_table_free(&is->table);
	(void)pthread_mutex_destroy(&is->lock);
	free(is);
	*replay = NULL;
}

void
dpop_replay_widen(struct dpop_replay *replay, size_t max_entries,
    int64_t life_ms)
{
	(void)pthread_mutex_lock(&replay->lock);
	if (replay->max_entries < max_entries)
		replay->max_entries = max_entries;
	if (replay->life_ms < life_ms)
		replay->life_ms = life_ms;
	(void)pthread_mutex_unlock(&replay->lock);
}

static enum dpop_replay_answer
add(struct dpop_replay *replay, const unsigned char digest[AC_DIGEST_BYTES],
    int64_t iat_s, int64_t monotonic_ms)
{
	struct used *used = NULL;

	if (ac_table_count(replay->table) < replay->max_entries)
		used = calloc(1, sizeof(*used));
	if (used == NULL)
		return DPOP_REPLAY_FULL;
	memcpy(used->digest, digest, AC_DIGEST_BYTES);
	used->iat_s = iat_s;
	used->used_ms = monotonic_ms;
	if (ac_table_put(replay->table, key_of(digest), used) != 0) {
		free(used);
		return DPOP_REPLAY_FULL;
	}
	*replay->end = used;
	replay->end = &used->next;
	return DPOP_REPLAY_NEW;
}

enum dpop_replay_answer
dpop_replay_use(struct dpop_replay *replay,
    const unsigned char digest[AC_DIGEST_BYTES], int64_t iat_s,
    int64_t monotonic_ms)
{
	enum dpop_replay_answer answer = DPOP_REPLAY_USED;

	(void)pthread_mutex_lock(&replay->lock);
	while (replay->oldest != NULL &&
	       replay->oldest->used_ms + replay->life_ms <= monotonic_ms)
		forget_oldest(replay);
	if (iat_s >= replay->since_s &&
	    ac_table_find(replay->table, key_of(digest)) == NULL)
		answer = add(replay, digest, iat_s, monotonic_ms);
	(void)pthread_mutex_unlock(&replay->lock);
	return answer;
}

size_t
dpop_replay_count(struct dpop_replay *replay)
{
	size_t count;

	(void)pthread_mutex_lock(&replay->lock);
	count = ac_table_count(replay->table);
	(void)pthread_mutex_unlock(&replay->lock);
	return count;
}
