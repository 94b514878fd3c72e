/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One capped table under one lock.  When it is full the store can't say, and
 * what that means is the plugin's on-unavailable.
 */
#include "engine/state.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/table.h"
#include "engine/entry.h"

#define SWEEP_KEYS 16

struct value {
	int64_t until_ms; /* gone after it */
	size_t len;
	char bytes[];
};

struct watcher {
	struct authchain_entry *entry;
	void (*changed)(void *arg, struct authchain_span key,
	    const struct authchain_state_answer *);
	void *arg;
};

struct ac_state {
	pthread_mutex_t lock; /* everything below */
	struct ac_table *table;
	size_t cursor; /* of the sweep */
	struct watcher watchers[AC_STATE_MAX_WATCHERS];
	size_t watcher_count;
};

struct ac_state *
ac_state_new(void)
{
	struct ac_state *state = calloc(1, sizeof(*state));

	if (state == NULL)
		return NULL;
	if ((state->table = ac_table_new(AC_STATE_MAX_KEYS, free)) == NULL) {
		free(state);
		return NULL;
	}
	pthread_mutex_init(&state->lock, NULL);
	return state;
}

void
ac_state_free(struct ac_state **state)
{
	if (*state == NULL)
		return;
	ac_table_free(&(*state)->table);
	pthread_mutex_destroy(&(*state)->lock);
	free(*state);
	*state = NULL;
}

void
ac_state_drop(struct ac_state *state, const struct authchain_entry *entry)
{
	size_t kept = 0;

	pthread_mutex_lock(&state->lock);
	for (size_t i = 0; i < state->watcher_count; i++)
		if (state->watchers[i].entry != entry)
			state->watchers[kept++] = state->watchers[i];
	state->watcher_count = kept;
	pthread_mutex_unlock(&state->lock);
}

/* kind NUL chain NUL entry NUL key: no key can be spelt as another's. */
static bool
full_key(struct ac_buf *buf, const struct authchain_entry *entry,
    const char *kind, struct authchain_span key)
{
	ac_buf_init(buf, AC_STATE_MAX_KEY + 4096);
	if (key.len > AC_STATE_MAX_KEY)
		return false;
	ac_buf_text(buf, kind);
	ac_buf_byte(buf, '\0');
	ac_buf_text(buf, entry->chain);
	ac_buf_byte(buf, '\0');
	ac_buf_text(buf, entry->name);
	ac_buf_byte(buf, '\0');
	ac_buf_add(buf, key);
	return !buf->failed;
}

/* With the lock held.  Looks at a few keys for each that comes, so that the
 * dead go without anybody ever walking the whole table. */
static void
sweep(struct ac_state *state, int64_t now_ms)
{
	struct authchain_span key;
	void *value;

	for (int i = 0; i < SWEEP_KEYS; i++) {
		if (!ac_table_next(state->table, &state->cursor, &key,
			&value)) {
			state->cursor = 0;
			return;
		}
		if (((struct value *)value)->until_ms <= now_ms)
			ac_table_remove(state->table, key);
	}
}

static int
put(struct ac_state *state, struct authchain_span key,
    struct authchain_span bytes, int64_t until_ms, int64_t now_ms)
{
	struct value *value = malloc(sizeof(*value) + bytes.len);

	if (value == NULL)
		return -1;
	value->until_ms = until_ms;
	value->len = bytes.len;
	if (bytes.len > 0)
		memcpy(value->bytes, bytes.data, bytes.len);
	sweep(state, now_ms);
	if (ac_table_put(state->table, key, value) != 0) {
		free(value);
		return -1;
	}
	return 0;
}

/* When a key's next request would be on schedule, exactly: spare / limit ms
 * before until_ms. */
struct arrival {
	int64_t until_ms;
	uint32_t limit, spare;
};

static struct arrival
get_arrival(struct ac_table *table, struct authchain_span key)
{
	const struct value *value = ac_table_find(table, key);
	struct arrival arrival = { 0 };

	if (value != NULL)
		memcpy(&arrival, value->bytes, sizeof(arrival));
	return arrival;
}

/* How far ahead of its schedule a key is, in 1/limit ms. */
static uint64_t
lead_of(const struct arrival *arrival, uint32_t limit, int64_t now_ms)
{
	uint64_t lead;

	if (arrival->until_ms <= now_ms)
		return 0;
	lead = (uint64_t)(arrival->until_ms - now_ms);
	if (__builtin_mul_overflow(lead, limit, &lead))
		return UINT64_MAX; /* it had another rate */
	return arrival->limit == limit ? lead - arrival->spare : lead;
}

/* false: there is no such time. */
static bool
set_arrival(struct arrival *arrival, uint64_t lead, uint32_t limit,
    int64_t now_ms)
{
	uint64_t ms = lead / limit + (lead % limit != 0 ? 1 : 0);

	arrival->limit = limit;
	arrival->spare = (uint32_t)(ms * limit - lead);
	return !__builtin_add_overflow(now_ms, ms, &arrival->until_ms);
}

/*
 * The generic cell rate algorithm, in 1/limit ms, so that a step is period_ms
 * of them: no sum of a rate's own exceeds 64 bits.  As the clock tells whole
 * ms alone, up to one of them (but less than a step) is no reason to refuse.
 */
static void
gcra(const struct authchain_rate *rate, int64_t now_ms, struct arrival *arrival,
    struct authchain_state_answer *answer)
{
	uint64_t step = rate->period_ms, lead, wait_ms = UINT32_MAX;
	uint64_t room = step * (rate->burst > 0 ? rate->burst - 1 : 0) +
			(step < rate->limit ? step : rate->limit);

	answer->known = 1;
	lead = lead_of(arrival, rate->limit, now_ms);
	if (lead < room &&
	    set_arrival(arrival, lead + step, rate->limit, now_ms)) {
		answer->allowed = 1;
		return;
	}
	if (lead >= room)
		wait_ms = (lead - room) / rate->limit + 1;
	answer->retry_after_ms =
	    wait_ms < UINT32_MAX ? (uint32_t)wait_ms : UINT32_MAX;
}

int
ac_state_rate(struct authchain_entry *entry, struct authchain_span key,
    const struct authchain_rate *rate, int64_t now_ms,
    struct authchain_state_answer *answer)
{
	struct ac_state *state = entry->ac->state;
	struct arrival arrival;
	struct authchain_span kept = { (const char *)&arrival,
		sizeof(arrival) };
	struct ac_buf full;

	*answer = (struct authchain_state_answer){ .size = sizeof(*answer) };
	if (rate->limit == 0 || rate->period_ms == 0 ||
	    rate->period_ms > UINT32_MAX)
		return -1;
	if (!full_key(&full, entry, "rate", key)) {
		ac_buf_clear(&full);
		return -1;
	}
	pthread_mutex_lock(&state->lock);
	arrival = get_arrival(state->table, ac_buf_span(&full));
	gcra(rate, now_ms, &arrival, answer);
	if (answer->allowed != 0 &&
	    put(state, ac_buf_span(&full), kept, arrival.until_ms, now_ms) != 0)
		answer->known = 0;
	pthread_mutex_unlock(&state->lock);
	ac_buf_clear(&full);
	return 0;
}

int
ac_state_put(struct authchain_entry *entry, struct authchain_span key,
    struct authchain_span bytes, uint64_t ttl_ms, int64_t now_ms)
{
	struct ac_state *state = entry->ac->state;
	struct authchain_state_answer answer = { .size = sizeof(answer),
		.known = 1,
		.value = bytes };
	struct watcher watchers[AC_STATE_MAX_WATCHERS];
	struct ac_buf full;
	size_t count = 0;
	int r = -1;

	if (bytes.len <= AC_STATE_MAX_VALUE && ttl_ms <= INT64_MAX / 2 &&
	    full_key(&full, entry, "key", key)) {
		pthread_mutex_lock(&state->lock);
		r = put(state, ac_buf_span(&full), bytes,
		    now_ms + (int64_t)ttl_ms, now_ms);
		for (size_t i = 0; i < state->watcher_count; i++)
			if (state->watchers[i].entry == entry)
				watchers[count++] = state->watchers[i];
		pthread_mutex_unlock(&state->lock);
		ac_buf_clear(&full);
	}
	for (size_t i = 0; r == 0 && i < count; i++)
		watchers[i].changed(watchers[i].arg, key, &answer);
	return r;
}

int
ac_state_get(struct authchain_entry *entry, struct authchain_span key,
    int64_t now_ms,
    void (*done)(void *arg, const struct authchain_state_answer *), void *arg)
{
	struct ac_state *state = entry->ac->state;
	struct authchain_state_answer answer = { .size = sizeof(answer),
		.known = 1 };
	const struct value *value;
	struct ac_buf full, copy;

	if (!full_key(&full, entry, "key", key)) {
		ac_buf_clear(&full);
		return -1;
	}
	ac_buf_init(&copy, AC_STATE_MAX_VALUE);
	pthread_mutex_lock(&state->lock);
	value = ac_table_find(state->table, ac_buf_span(&full));
	if (value != NULL && value->until_ms > now_ms) {
		ac_buf_add(&copy, ac_span(value->bytes, value->len));
		answer.value = ac_buf_span(&copy);
		answer.known = copy.failed ? 0 : 1;
	}
	pthread_mutex_unlock(&state->lock);
	done(arg, &answer);
	ac_buf_clear(&copy);
	ac_buf_clear(&full);
	return 0;
}

int
ac_state_watch(struct authchain_entry *entry,
    void (*changed)(void *arg, struct authchain_span key,
	const struct authchain_state_answer *),
    void *arg)
{
	struct ac_state *state = entry->ac->state;
	int r = -1;

	pthread_mutex_lock(&state->lock);
	if (state->watcher_count < AC_STATE_MAX_WATCHERS) {
		state->watchers[state->watcher_count++] =
		    (struct watcher){ entry, changed, arg };
		r = 0;
	}
	pthread_mutex_unlock(&state->lock);
	return r;
}
