/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking for keys that are not at hand, and remembering who was asked for in
 * vain, so that a flood of invented kids costs one fetch a cool-down and one
 * stale client does not cost a fetch each time.
 */
#include "keys/keyset-parts.h"

#include <stdlib.h>

/* A kid that was asked for and not found. */
struct asked {
	int64_t until_ms; /* not asked for again before */
	unsigned int times;
};

static struct authchain_span
table_key(struct authchain_span kid)
{
	return kid.data == NULL ? ac_span_text("") : kid;
}

/* Is it too early to ask for this kid once more? */
static bool
is_remembered(struct ac_keyset *set, struct authchain_span kid, int64_t now_ms)
{
	const struct asked *asked;
	bool early;

	(void)pthread_mutex_lock(&set->lock);
	asked = ac_table_find(set->asked, table_key(kid));
	early = asked != NULL && now_ms < asked->until_ms;
	(void)pthread_mutex_unlock(&set->lock);
	return early;
}

static int64_t
pause_ms(const struct ac_keyset *set, unsigned int times)
{
	int64_t longest_ms = AC_KEYSET_UNKNOWN_MAX_S * 1000;
	int64_t wait_ms = set->cooldown_ms;

	while (times-- > 1 && wait_ms < longest_ms)
		wait_ms *= 2;
	if (wait_ms > longest_ms && set->cooldown_ms < longest_ms)
		wait_ms = longest_ms;
	return wait_ms;
}

/* Under the lock.  A table that is full holds a flood: it is emptied, and the
 * cool-down alone holds the flood back. */
static struct asked *
asked_for(struct ac_keyset *set, struct authchain_span kid)
{
	struct asked *asked = ac_table_find(set->asked, kid);
	struct ac_table *empty;

	if (asked != NULL)
		return asked;
	if (ac_table_count(set->asked) >= AC_KEYSET_MAX_UNKNOWN_KIDS) {
		empty = ac_table_new(AC_KEYSET_MAX_UNKNOWN_KIDS, free);
		if (empty == NULL)
			return NULL;
		ac_table_free(&set->asked);
		set->asked = empty;
	}
	asked = calloc(1, sizeof(*asked));
	if (asked != NULL && ac_table_put(set->asked, kid, asked) != 0) {
		free(asked);
		asked = NULL;
	}
	return asked;
}

static void
remember(struct ac_keyset *set, struct authchain_span kid, int64_t now_ms)
{
	struct asked *asked;

	(void)pthread_mutex_lock(&set->lock);
	asked = asked_for(set, table_key(kid));
	if (asked != NULL) {
		asked->times += asked->times < 32;
		asked->until_ms = now_ms + pause_ms(set, asked->times);
	}
	(void)pthread_mutex_unlock(&set->lock);
}

enum ac_keyset_ask
ac_keyset_ask(struct ac_keyset *set, struct authchain_span kid, bool known)
{
	int64_t now_ms = set->host->monotonic_ms();
	bool begin = true, unknown = !known && ac_keyset_is_usable(set);
	enum ac_poll_ask answer;

	if (set->poll == NULL)
		return AC_KEYSET_FINAL;
	/* without keys every kid is unknown, and that is no flood; a forger may
	 * know a kid, who must not keep its new key from being found */
	if (unknown) {
		/* no key has so long a kid: nothing to ask for */
		if (kid.len > AC_JWK_MAX_KID)
			return AC_KEYSET_FINAL;
		begin = !is_remembered(set, kid, now_ms);
	}
	answer = ac_poll_ask(set->poll, begin);
	switch (answer) {
	case AC_POLL_BEGUN:
		if (unknown)
			remember(set, kid, now_ms);
		return AC_KEYSET_WAIT;
	case AC_POLL_JOINED:
		return AC_KEYSET_JOINED;
	case AC_POLL_FRESH:
		return AC_KEYSET_FINAL;
	case AC_POLL_BUSY:
		return AC_KEYSET_BUSY;
	default:
		return AC_KEYSET_DOWN;
	}
}

int
ac_keyset_wait(struct ac_keyset *set, uint64_t limit_ms,
    void (*wake)(void *arg), void *arg)
{
	return ac_poll_wait(set->poll, limit_ms, wake, arg);
}

/* Who waits for a key by a fetch that was under way. */
struct seeker {
	struct ac_keyset *set;
	const struct ac_alg *alg;
	void (*wake)(void *arg);
	void *arg;
	size_t len;
	bool has_kid;
	char kid[];
};

static bool
is_found(const struct seeker *seeker, struct authchain_span kid)
{
	const struct ac_jwk *keys[AC_JWKS_MAX_TRIES];
	struct ac_keyset_view view;
	size_t count;
	bool found;

	if (!ac_keyset_acquire(seeker->set, &view))
		return false;
	found = ac_jwks_find(view.jwks, kid, seeker->alg, keys, &count) !=
		AC_JWKS_NONE;
	ac_keyset_release(&view);
	return found;
}

/* By the host's callbacks, after whose end alone the set is freed. */
static void
seek_again(void *arg)
{
	struct seeker *seeker = arg;
	struct authchain_span kid = ac_span(NULL, 0);
	enum ac_keyset_ask answer = AC_KEYSET_FINAL;

	if (seeker->has_kid)
		kid = ac_span(seeker->kid, seeker->len);
	if (seeker->set->poll != NULL && !ac_keyset_is_down(seeker->set) &&
	    !is_found(seeker, kid))
		answer = ac_keyset_ask(seeker->set, kid, false);
	if ((answer != AC_KEYSET_WAIT && answer != AC_KEYSET_JOINED) ||
	    ac_keyset_wait(seeker->set, 0, seeker->wake, seeker->arg) != 0)
		seeker->wake(seeker->arg);
	free(seeker);
}

int
ac_keyset_wait_for(struct ac_keyset *set, struct authchain_span kid,
    const struct ac_alg *alg, void (*wake)(void *arg), void *arg)
{
	struct seeker *seeker = malloc(sizeof(*seeker) + kid.len);

	if (seeker == NULL)
		return -1;
	*seeker = (struct seeker){
		.set = set,
		.alg = alg,
		.wake = wake,
		.arg = arg,
		.len = kid.len,
		.has_kid = kid.data != NULL,
	};
	if (kid.data != NULL)
		memcpy(seeker->kid, kid.data, kid.len);
	if (ac_poll_wait(set->poll, 0, seek_again, seeker) == 0)
		return 0;
	free(seeker);
	return -1;
}

bool
ac_keyset_is_down(struct ac_keyset *set)
{
	struct ac_poll_state state;

	if (set->poll == NULL)
		return false;
	ac_poll_read(set->poll, &state);
	return state.failures > 0 || state.ok_ms == AC_POLL_NEVER;
}
