/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The keys of a key set: one immutable snapshot, swapped by pointer.  The keys
 * at hand are replaced by other usable keys only, never by an error.  A set
 * without a usable key is a failure too, but where there is nothing better it
 * is kept: tokens under its kids are to be refused, not to come again later.
 *
 * References that were counted once are kept in a rack and lent to check after
 * check, so that checks share nothing but what they read.
 */
#include "keys/keyset-parts.h"

#include <stdlib.h>

static void
unref(void *arg)
{
	struct ac_keyset_snapshot *snapshot = arg;

	if (snapshot == NULL || atomic_fetch_sub(&snapshot->refs, 1) != 1)
		return;
	ac_jwks_free(&snapshot->jwks);
	free(snapshot->text);
	free(snapshot->used_s);
	free(snapshot);
}

static struct ac_keyset_snapshot *
snapshot_new(struct authchain_span text, struct authchain_error *err)
{
	struct authchain_error note = { 0 };
	struct ac_keyset_snapshot *made = calloc(1, sizeof(*made));
	size_t count;

	if (made == NULL) {
		(void)ac_error_memory(err);
		return NULL;
	}
	made->refs = 1;
	made->jwks = ac_jwks_parse(text, AC_JWK_REMOTE, &note);
	if (made->jwks == NULL) {
		(void)ac_error(err, note.code, "%s", note.text);
		goto out;
	}
	count = ac_jwks_count(made->jwks);
	if (count == 0)
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "the key set has no usable key%s%s",
		    note.text[0] == '\0' ? "" : ": ", note.text);
	if (count == 0 && ac_jwks_left_out(made->jwks) == 0)
		goto out;
	made->used_s = calloc(count + 1, sizeof(*made->used_s));
	made->text = text.len == 0 ? NULL : malloc(text.len);
	if (made->used_s == NULL || made->text == NULL) {
		(void)ac_error_memory(err);
		goto out;
	}
	memcpy(made->text, text.data, text.len);
	made->len = text.len;
	return made;
out:
	unref(made);
	return NULL;
}

static void
tell_new_keys(const struct ac_keyset *set,
    const struct ac_keyset_snapshot *fresh)
{
	struct ac_buf kids;
	struct authchain_span text;
	size_t left_out = ac_jwks_left_out(fresh->jwks);

	ac_buf_init(&kids, AC_POLL_ERROR_BYTES);
	ac_keyset_kids(fresh->jwks, &kids);
	text = ac_buf_span(&kids);
	set->host->log(set->entry,
	    left_out > 0 ? AUTHCHAIN_LOG_WARNING : AUTHCHAIN_LOG_INFO,
	    "%s: %zu keys (%.*s), %zu left out as unusable", set->what,
	    ac_jwks_count(fresh->jwks), (int)text.len, text.data, left_out);
	ac_buf_clear(&kids);
}

static bool
has_keys(const struct ac_keyset_snapshot *held)
{
	return held != NULL && ac_jwks_count(held->jwks) > 0;
}

static bool
is_same(const struct ac_keyset_snapshot *held, struct authchain_span text)
{
	return has_keys(held) &&
	       ac_span_is(ac_span(held->text, held->len), text);
}

/* The same key under the same kid? */
static bool
is_same_key(const struct ac_jwk *a, const struct ac_jwk *b)
{
	json_t *left = ac_jwk_public(a, NULL), *right = ac_jwk_public(b, NULL);
	bool same = left != NULL && right != NULL && json_equal(left, right);

	json_decref(left);
	json_decref(right);
	return same;
}

/* A key that stays keeps the time of its last use. */
static void
keep_use(const struct ac_keyset_snapshot *old, struct ac_keyset_snapshot *fresh)
{
	size_t old_count = old == NULL ? 0 : ac_jwks_count(old->jwks);
	size_t count = ac_jwks_count(fresh->jwks);

	for (size_t i = 0; i < old_count; i++) {
		const struct ac_jwk *was = ac_jwks_at(old->jwks, i);

		for (size_t j = 0; old->used_s[i] != 0 && j < count; j++) {
			const struct ac_jwk *is = ac_jwks_at(fresh->jwks, j);

			if (ac_span_is(ac_jwk_kid(was), ac_jwk_kid(is)) &&
			    is_same_key(was, is))
				fresh->used_s[j] = old->used_s[i];
		}
	}
}

/* Under the lock. */
static struct ac_keyset_snapshot *
swap(struct ac_keyset *set, struct ac_keyset_snapshot *fresh)
{
	struct ac_keyset_snapshot *old = atomic_load(&set->snapshot);

	fresh->generation = old == NULL ? 1 : old->generation + 1;
	atomic_store(&set->snapshot, fresh);
	return old;
}

/* The references in the rack, of which a check that is just ending may add one
 * to the old keys: they go when that slot is looked at next. */
static void
let_go(struct ac_keyset *set)
{
	for (size_t i = ac_rack_slots(set->held); i > 0; i--)
		unref(ac_rack_take(set->held));
}

int
ac_keyset_put(struct ac_keyset *set, struct authchain_span text,
    struct authchain_error *err)
{
	struct ac_keyset_snapshot *fresh, *old;
	struct ac_table *asked;

	/* only this thread, the round's, ever replaces it */
	if (is_same(set->snapshot, text))
		return 0;
	fresh = snapshot_new(text, err);
	if (fresh == NULL)
		return -1;
	if (!has_keys(fresh) && has_keys(set->snapshot)) {
		unref(fresh);
		return -1;
	}
	if (has_keys(fresh))
		tell_new_keys(set, fresh);
	keep_use(set->snapshot, fresh);
	asked = ac_table_new(AC_KEYSET_MAX_UNKNOWN_KIDS, free);

	(void)pthread_mutex_lock(&set->lock);
	old = swap(set, fresh);
	if (asked != NULL) {
		ac_table_free(&set->asked);
		set->asked = asked;
	}
	(void)pthread_mutex_unlock(&set->lock);
	/* a verdict by a key that left, or changed, must not be said again; one
	 * that is being made by the old keys now is not remembered either */
	if (old != NULL)
		set->host->forget(set->entry);
	let_go(set);
	unref(old);
	set->host->metric_set(set->entry, "keyset_keys",
	    (int64_t)ac_jwks_count(fresh->jwks));
	return has_keys(fresh) ? 0 : -1;
}

int
ac_keyset_snapshot_init(struct ac_keyset *set)
{
	set->held = ac_rack_new(unref);
	return set->held == NULL ? -1 : 0;
}

void
ac_keyset_snapshot_clear(struct ac_keyset *set)
{
	ac_rack_free(&set->held);
	unref(set->snapshot);
	set->snapshot = NULL;
}

/* The keys of now, counted for the caller; NULL: there are none. */
static struct ac_keyset_snapshot *
ref(struct ac_keyset *set)
{
	struct ac_keyset_snapshot *held = ac_rack_take(set->held);

	if (held != NULL && held == atomic_load(&set->snapshot))
		return held;
	unref(held);
	(void)pthread_mutex_lock(&set->lock);
	held = atomic_load(&set->snapshot);
	if (held != NULL)
		(void)atomic_fetch_add(&held->refs, 1);
	(void)pthread_mutex_unlock(&set->lock);
	return held;
}

static void
give_back(struct ac_keyset *set, struct ac_keyset_snapshot *held)
{
	if (held != NULL && held == atomic_load(&set->snapshot))
		ac_rack_put(set->held, held);
	else
		unref(held);
}

bool
ac_keyset_acquire(struct ac_keyset *set, struct ac_keyset_view *view)
{
	struct ac_keyset_snapshot *held = ref(set);

	*view = (struct ac_keyset_view){ 0 };
	if (held == NULL || (has_keys(held) && !ac_keyset_is_usable(set))) {
		give_back(set, held);
		return false;
	}
	view->snapshot = held;
	view->jwks = held->jwks;
	view->generation = held->generation;
	view->set = set;
	return true;
}

void
ac_keyset_release(struct ac_keyset_view *view)
{
	if (view->snapshot != NULL)
		give_back(view->set, view->snapshot);
	*view = (struct ac_keyset_view){ 0 };
}

void
ac_keyset_used(struct ac_keyset *set, const struct ac_keyset_view *view,
    const struct ac_jwk *key)
{
	int64_t now_s = set->host->wall_ms() / 1000;
	size_t count = ac_jwks_count(view->jwks);

	for (size_t i = 0; i < count; i++) {
		if (ac_jwks_at(view->jwks, i) != key)
			continue;
		/* written once a second at most: the line is shared */
		if (view->snapshot->used_s[i] != now_s)
			view->snapshot->used_s[i] = now_s;
		return;
	}
}
