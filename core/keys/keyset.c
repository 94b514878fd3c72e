/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A key set: made of its source, started, freed.  How long its keys may be
 * used is told here; the keys themselves are in keyset-snapshot.c.
 */
#include "keys/keyset-parts.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>

#define WHAT_BYTES 512

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
	if (failed || set->asked == NULL || ac_keyset_snapshot_init(set) != 0)
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
	ac_keyset_snapshot_clear(set);
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
