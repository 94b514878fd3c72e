/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A key set: one immutable snapshot of keys, swapped by pointer under a short
 * lock.  The keys at hand are replaced by other usable keys only, never by an
 * error.  A set without a usable key is a failure too, but where there is
 * nothing better it is kept: tokens under its kids are to be refused, not to
 * come again later.
 */
#include "keys/keyset-parts.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>

#define WHAT_BYTES 512

void
ac_keyset_snapshot_unref(struct ac_keyset_snapshot *snapshot)
{
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
	ac_keyset_snapshot_unref(made);
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
		ac_keyset_snapshot_unref(fresh);
		return -1;
	}
	if (has_keys(fresh))
		tell_new_keys(set, fresh);
	keep_use(set->snapshot, fresh);
	asked = ac_table_new(AC_KEYSET_MAX_UNKNOWN_KIDS, free);

	(void)pthread_mutex_lock(&set->lock);
	old = set->snapshot;
	fresh->generation = old == NULL ? 1 : old->generation + 1;
	set->snapshot = fresh;
	if (asked != NULL) {
		ac_table_free(&set->asked);
		set->asked = asked;
	}
	(void)pthread_mutex_unlock(&set->lock);
	/* a verdict by a key that left, or changed, must not be said again; one
	 * that is being made by the old keys now is not remembered either */
	if (old != NULL)
		set->host->forget(set->entry);
	ac_keyset_snapshot_unref(old);
	set->host->metric_set(set->entry, "keyset_keys",
	    (int64_t)ac_jwks_count(fresh->jwks));
	return has_keys(fresh) ? 0 : -1;
}

static char *
copy_of(const char *text, bool *failed)
{
	char *copy = text == NULL ? NULL : strdup(text);

	if (text != NULL && copy == NULL)
		*failed = true;
	return copy;
}

static int
read_file(struct ac_keyset *set, struct authchain_error *err)
{
	struct authchain_error why = { 0 };
	char *data = NULL;
	size_t len = 0;
	int r;

	if (ac_file_read(set->jwks_file, AC_FILE_CONFIG, AC_JWKS_MAX_BYTES,
		&data, &len, &why) != 0)
		return ac_error(err, why.code, "%s%s", why.text,
		    why.code == AUTHCHAIN_ERROR_NOT_FOUND ||
			    why.code == AUTHCHAIN_ERROR_SYSTEM
			? "; mend the path, or put the key set there"
			: "");
	r = ac_keyset_put(set, ac_span(data, len), &why);
	/* keys that can't be used: their tokens are refused by name */
	if (r != 0 && set->snapshot != NULL) {
		set->host->warn(set->entry, "jwks-file", "%s: %s",
		    set->jwks_file, why.text);
		r = 0;
	} else if (r != 0) {
		(void)ac_error(err, why.code,
		    "%s: %s; put the issuer's JWK set there", set->jwks_file,
		    why.text);
	}
	free(data);
	return r;
}

static int
set_up_poll(struct ac_keyset *set, struct authchain_error *err)
{
	struct ac_poll_client client = {
		.what = set->what,
		.counter = "keyset_refresh",
		.url = ac_keyset_source_url,
		.take = ac_keyset_source_take,
		.same = ac_keyset_source_same,
		.arg = set,
	};
	struct ac_poll_rules rules = {
		.fetch_flags = set->fetch_flags,
		.max_bytes = AC_JWKS_MAX_BYTES,
		.cooldown_ms = set->cooldown_ms,
		.max_fresh_ms = set->max_stale_ms,
	};

	set->poll = ac_poll_new(set->host, set->entry, &client, &rules, err);
	if (set->poll == NULL)
		return -1;
	if (set->last_good != NULL)
		ac_keyset_copy_load(set);
	return 0;
}

static int
set_up(struct ac_keyset *set, const struct ac_keyset_source *source,
    struct authchain_error *err)
{
	bool failed = false;
	char what[WHAT_BYTES];
	struct ac_quote quote;

	(void)snprintf(what, sizeof(what), "key set of %s",
	    ac_quote(&quote, ac_span_text(source->issuer)));
	set->issuer = copy_of(source->issuer, &failed);
	set->jwks_uri = copy_of(source->jwks_uri, &failed);
	set->jwks_file = copy_of(source->jwks_file, &failed);
	set->last_good = copy_of(source->last_good, &failed);
	set->what = copy_of(what, &failed);
	set->asked = ac_table_new(AC_KEYSET_MAX_UNKNOWN_KIDS, free);
	set->fetch_flags = source->fetch_flags;
	set->cooldown_ms = source->cooldown_ms;
	set->max_stale_ms = source->max_stale_ms;
	if (failed || set->asked == NULL)
		return ac_error_memory(err);
	return set->jwks_file != NULL ? read_file(set, err)
				      : set_up_poll(set, err);
}

struct ac_keyset *
ac_keyset_new(const struct authchain_host *host, struct authchain_entry *entry,
    const struct ac_keyset_source *source, struct authchain_error *err)
{
	struct ac_keyset *set = calloc(1, sizeof(*set));

	if (set == NULL || pthread_mutex_init(&set->lock, NULL) != 0) {
		(void)ac_error_memory(err);
		free(set);
		return NULL;
	}
	set->host = host;
	set->entry = entry;
	if (set_up(set, source, err) != 0)
		ac_keyset_free(&set);
	return set;
}

void
ac_keyset_start(struct ac_keyset *set)
{
	if (set->poll != NULL)
		ac_poll_start(set->poll);
}

void
ac_keyset_free(struct ac_keyset **at)
{
	struct ac_keyset *set = *at;

	*at = NULL;
	if (set == NULL)
		return;
	ac_poll_free(&set->poll);
	ac_keyset_snapshot_unref(set->snapshot);
	ac_table_free(&set->asked);
	(void)pthread_mutex_destroy(&set->lock);
	free(set->issuer);
	free(set->jwks_uri);
	free(set->jwks_file);
	free(set->last_good);
	free(set->found_uri);
	free(set->what);
	free(set);
}

/* Until they are too old; negative when they are. */
static int64_t
left_ms(const struct ac_keyset *set)
{
	int64_t ok_ms;

	if (set->poll == NULL)
		return INT64_MAX;
	ok_ms = ac_poll_ok_ms(set->poll);
	if (ok_ms == AC_POLL_NEVER)
		return -1;
	return ok_ms + set->max_stale_ms - set->host->monotonic_ms();
}

bool
ac_keyset_is_usable(const struct ac_keyset *set)
{
	return left_ms(set) >= 0;
}

int64_t
ac_keyset_left_s(const struct ac_keyset *set)
{
	int64_t ms = left_ms(set);

	return ms == INT64_MAX ? ms : ms < 0 ? 0 : ms / 1000;
}

bool
ac_keyset_acquire(struct ac_keyset *set, struct ac_keyset_view *view)
{
	bool usable = ac_keyset_is_usable(set);

	*view = (struct ac_keyset_view){ 0 };
	(void)pthread_mutex_lock(&set->lock);
	if (set->snapshot != NULL && (usable || !has_keys(set->snapshot))) {
		view->snapshot = set->snapshot;
		(void)atomic_fetch_add(&view->snapshot->refs, 1);
	}
	(void)pthread_mutex_unlock(&set->lock);
	if (view->snapshot == NULL)
		return false;
	view->jwks = view->snapshot->jwks;
	view->generation = view->snapshot->generation;
	return true;
}

void
ac_keyset_release(struct ac_keyset_view *view)
{
	ac_keyset_snapshot_unref(view->snapshot);
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
