/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a key set comes from: the URL that was configured, or the one that the
 * issuer's metadata names.  A place found once is kept; it is looked for anew
 * each day and after it failed, and asked all the same when the metadata can't
 * be had.
 */
#include "keys/keyset-parts.h"

#include "keys/metadata.h"

#include <stdlib.h>

static char *
keys_url(struct ac_keyset *set)
{
	const char *url =
	    set->jwks_uri != NULL ? set->jwks_uri : set->found_uri;

	set->asking_keys = true;
	return url == NULL ? NULL : strdup(url);
}

static bool
is_place_known(const struct ac_keyset *set)
{
	int64_t age_ms;

	if (set->jwks_uri != NULL)
		return true;
	if (set->found_uri == NULL || set->rediscover)
		return false;
	age_ms = set->host->monotonic_ms() - set->found_ms;
	return age_ms < AC_KEYSET_REDISCOVER_S * 1000;
}

char *
ac_keyset_source_url(void *arg, bool first)
{
	struct ac_keyset *set = arg;

	if (first) {
		set->asking_keys = is_place_known(set);
		set->form = 0;
	}
	while (!set->asking_keys && set->form < AC_METADATA_FORMS) {
		char *url = ac_metadata_url(set->issuer, set->form++);

		if (url != NULL)
			return url;
	}
	return keys_url(set);
}

static enum ac_poll_step
take_metadata(struct ac_keyset *set, const struct authchain_answer *answer,
    struct authchain_error *err)
{
	json_t *tree = NULL;
	struct authchain_span uri;
	char *found = NULL;

	if (ac_poll_answered(answer, err))
		tree = ac_metadata_parse(answer->body, set->issuer,
		    set->fetch_flags, err);
	if (tree == NULL)
		return AC_POLL_NEXT;
	uri = ac_json_string(tree, "jwks_uri");
	if (uri.data == NULL)
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "the metadata has no jwks_uri");
	else
		found = strndup(uri.data, uri.len);
	json_decref(tree);
	if (found == NULL)
		return AC_POLL_NEXT;
	(void)pthread_mutex_lock(&set->lock);
	free(set->found_uri);
	set->found_uri = found;
	(void)pthread_mutex_unlock(&set->lock);
	set->found_ms = set->host->monotonic_ms();
	set->rediscover = false;
	set->asking_keys = true;
	return AC_POLL_NEXT;
}

enum ac_poll_step
ac_keyset_source_take(void *arg, const char *url,
    const struct authchain_answer *answer, struct authchain_error *err)
{
	struct ac_keyset *set = arg;

	(void)url;
	if (!set->asking_keys)
		return take_metadata(set, answer, err);
	if (ac_poll_answered(answer, err) &&
	    ac_keyset_put(set, answer->body, err) == 0) {
		(void)pthread_mutex_lock(&set->lock);
		set->from_copy = false;
		(void)pthread_mutex_unlock(&set->lock);
		ac_keyset_copy_save(set);
		return AC_POLL_DONE;
	}
	set->rediscover = true;
	return AC_POLL_FAILED;
}

void
ac_keyset_source_same(void *arg)
{
	ac_keyset_copy_save(arg);
}
