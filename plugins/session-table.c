/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bindings in two sets of lists: by session, and by principal in the order in
 * which they were made, youngest first.
 */
#include "session-table.h"

#include <pthread.h>
#include <stdlib.h>

#define NONE SIZE_MAX

struct binding {
	unsigned char session[AC_DIGEST_BYTES];
	unsigned char principal[AC_DIGEST_BYTES];
	int64_t until_ms;
	size_t next_session, next_principal; /* in their lists, or NONE */
};

struct session_table {
	pthread_mutex_t lock;
	struct binding *bindings;
	size_t *by_session, *by_principal; /* heads of max lists each */
	size_t max, each, count;
	size_t unused; /* list of those that are free, by next_session */
	size_t swept;  /* where the search for a stale one goes on */
};

static size_t *
new_heads(size_t count)
{
	size_t *heads = calloc(count, sizeof(*heads));

	for (size_t i = 0; heads != NULL && i < count; i++)
		heads[i] = NONE;
	return heads;
}

struct session_table *
session_table_new(size_t max, size_t each)
{
	struct session_table *table = calloc(1, sizeof(*table));

	if (table == NULL || pthread_mutex_init(&table->lock, NULL) != 0) {
		free(table);
		return NULL;
	}
	table->max = max;
	table->each = each;
	table->bindings = calloc(max, sizeof(*table->bindings));
	table->by_session = new_heads(max);
	table->by_principal = new_heads(max);
	if (table->bindings == NULL || table->by_session == NULL ||
	    table->by_principal == NULL) {
		session_table_free(&table);
		return NULL;
	}
	for (size_t i = 0; i < max; i++)
		table->bindings[i].next_session = i + 1 < max ? i + 1 : NONE;
	return table;
}

void
session_table_free(struct session_table **table)
{
	if (*table == NULL)
		return;
	(void)pthread_mutex_destroy(&(*table)->lock);
	free((*table)->bindings);
	free((*table)->by_session);
	free((*table)->by_principal);
	free(*table);
	*table = NULL;
}

static size_t *
head_of(size_t *heads, const struct session_table *table,
    const unsigned char digest[AC_DIGEST_BYTES])
{
	size_t number;

	memcpy(&number, digest, sizeof(number));
	return &heads[number % table->max];
}

static bool
same(const unsigned char *a, const unsigned char *b)
{
	return memcmp(a, b, AC_DIGEST_BYTES) == 0;
}

static void
unlink_session(struct session_table *table, size_t at)
{
	size_t *link =
	    head_of(table->by_session, table, table->bindings[at].session);

	while (*link != at)
		link = &table->bindings[*link].next_session;
	*link = table->bindings[at].next_session;
}

static void
unlink_principal(struct session_table *table, size_t at)
{
	size_t *link =
	    head_of(table->by_principal, table, table->bindings[at].principal);

	while (*link != at)
		link = &table->bindings[*link].next_principal;
	*link = table->bindings[at].next_principal;
}

static void
drop(struct session_table *table, size_t at)
{
	unlink_session(table, at);
	unlink_principal(table, at);
	table->bindings[at].until_ms = 0;
	table->bindings[at].next_session = table->unused;
	table->unused = at;
	table->count--;
}

static size_t
find(struct session_table *table, const struct session_claim *claim)
{
	size_t at = *head_of(table->by_session, table, claim->session);

	while (at != NONE && !same(table->bindings[at].session, claim->session))
		at = table->bindings[at].next_session;
	return at;
}

/* Who has as many as are allowed loses the oldest of them. */
static void
make_room_of(struct session_table *table, const struct session_claim *claim)
{
	size_t at = *head_of(table->by_principal, table, claim->principal);
	size_t count = 0, oldest = NONE;

	for (; at != NONE; at = table->bindings[at].next_principal)
		if (same(table->bindings[at].principal, claim->principal)) {
			oldest = at;
			count++;
		}
	if (count >= table->each)
		drop(table, oldest);
}

/* Free some that are over; a few a time, so that none waits for all. */
static void
sweep(struct session_table *table, int64_t now_ms)
{
	for (int i = 0; i < 64; i++) {
		const struct binding *binding = &table->bindings[table->swept];

		if (binding->until_ms != 0 && binding->until_ms <= now_ms)
			drop(table, table->swept);
		table->swept = (table->swept + 1) % table->max;
	}
}

static enum session_answer
bind_new(struct session_table *table, const struct session_claim *claim)
{
	struct binding *binding;
	size_t at, *head;

	if (!claim->known)
		return SESSION_FREE;
	make_room_of(table, claim);
	sweep(table, claim->now_ms);
	at = table->unused;
	if (at == NONE)
		return SESSION_FULL;
	binding = &table->bindings[at];
	table->unused = binding->next_session;
	table->count++;
	memcpy(binding->session, claim->session, AC_DIGEST_BYTES);
	memcpy(binding->principal, claim->principal, AC_DIGEST_BYTES);
	binding->until_ms = claim->now_ms + claim->ttl_ms;
	head = head_of(table->by_session, table, claim->session);
	binding->next_session = *head;
	*head = at;
	head = head_of(table->by_principal, table, claim->principal);
	binding->next_principal = *head;
	*head = at;
	return SESSION_OWN;
}

static enum session_answer
claim_locked(struct session_table *table, const struct session_claim *claim)
{
	size_t at = find(table, claim);

	if (at != NONE && table->bindings[at].until_ms <= claim->now_ms) {
		drop(table, at);
		at = NONE;
	}
	if (at == NONE)
		return bind_new(table, claim);
	if (!claim->known ||
	    !same(table->bindings[at].principal, claim->principal))
		return SESSION_FOREIGN;
	table->bindings[at].until_ms = claim->now_ms + claim->ttl_ms;
	return SESSION_OWN;
}

enum session_answer
session_table_claim(struct session_table *table,
    const struct session_claim *claim)
{
	enum session_answer answer;

	pthread_mutex_lock(&table->lock);
	answer = claim_locked(table, claim);
	pthread_mutex_unlock(&table->lock);
	return answer;
}

size_t
session_table_count(struct session_table *table)
{
	size_t count;

	pthread_mutex_lock(&table->lock);
	count = table->count;
	pthread_mutex_unlock(&table->lock);
	return count;
}
