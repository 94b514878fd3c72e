/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A key set.  Keys that were left out keep their kid: a token that names one
 * hears of an unusable key, not of an unknown one.
 */
#include "jose/jwks.h"

#include <stdio.h>
#include <stdlib.h>

struct entry {
	char *kid; /* NULL: none */
	size_t kid_len;
	struct ac_jwk *jwk; /* NULL: left out */
	char *why;          /* it was; NULL for want of memory */
};

struct ac_jwks {
	struct entry *entries; /* sorted by kid, those without at the end */
	size_t entry_count;
	size_t kid_count;           /* entries that have one */
	const struct ac_jwk **keys; /* the usable ones, in document order */
	size_t count;
	size_t left_out;
};

/* Of a search key (borrowed) or an entry: shorter first, then by bytes. */
static int
compare_kid(struct authchain_span a, struct authchain_span b)
{
	if (a.data == NULL || b.data == NULL)
		return (a.data == NULL) - (b.data == NULL);
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return a.len == 0 ? 0 : memcmp(a.data, b.data, a.len);
}

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return compare_kid(ac_span(x->kid, x->kid_len),
	    ac_span(y->kid, y->kid_len));
}

void
ac_jwks_free(struct ac_jwks **jwks)
{
	size_t i;

	if (*jwks == NULL)
		return;
	for (i = 0; i < (*jwks)->entry_count; i++) {
		free((*jwks)->entries[i].kid);
		free((*jwks)->entries[i].why);
		ac_jwk_free(&(*jwks)->entries[i].jwk);
	}
	free((*jwks)->entries);
	free((*jwks)->keys);
	free(*jwks);
	*jwks = NULL;
}

static struct ac_jwks *
new_set(size_t max)
{
	struct ac_jwks *jwks = calloc(1, sizeof(*jwks));

	if (jwks == NULL)
		return NULL;
	/* one more, so that an empty set is no failure */
	jwks->entries = calloc(max + 1, sizeof(*jwks->entries));
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers it is */
	jwks->keys = calloc(max + 1, sizeof(*jwks->keys));
	if (jwks->entries == NULL || jwks->keys == NULL)
		ac_jwks_free(&jwks);
	return jwks;
}

/* Say the first reason to leave a key out. */
static void
note(struct authchain_error *err, size_t at, struct authchain_span kid,
    const char *why)
{
	struct ac_quote quote;

	(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
	    "key %zu (kid %s) is left out: %s", at + 1, ac_quote(&quote, kid),
	    why);
}

static int
add(struct ac_jwks *jwks, const json_t *object, size_t at,
    enum ac_jwk_source source, struct authchain_error *err)
{
	struct entry *entry = &jwks->entries[jwks->entry_count];
	struct authchain_span kid = ac_json_string(object, "kid");
	struct authchain_error why = { .code = AUTHCHAIN_ERROR_NONE };

	if (kid.data != NULL) {
		entry->kid = strndup(kid.data, kid.len);
		if (entry->kid == NULL)
			return ac_error_memory(err);
		entry->kid_len = kid.len;
		jwks->kid_count++;
	}
	jwks->entry_count++;
	entry->jwk = ac_jwk_parse(object, source, &why);
	if (why.code == AUTHCHAIN_ERROR_MEMORY)
		return ac_error_memory(err);
	if (entry->jwk == NULL) {
		jwks->left_out++;
		entry->why = strdup(why.text);
		note(err, at, kid, why.text);
		return 0;
	}
	jwks->keys[jwks->count++] = entry->jwk;
	return 0;
}

static void
drop_key(struct ac_jwks *jwks, struct entry *entry)
{
	size_t i, kept = 0;

	if (entry->jwk == NULL)
		return;
	for (i = 0; i < jwks->count; i++) {
		if (jwks->keys[i] != entry->jwk)
			jwks->keys[kept++] = jwks->keys[i];
	}
	jwks->count = kept;
	jwks->left_out++;
	entry->why = strdup("its kid stands for more than one key");
	ac_jwk_free(&entry->jwk);
}

/* A kid that stands for two keys stands for none. */
static void
drop_twins(struct ac_jwks *jwks, struct authchain_error *err)
{
	struct ac_quote quote;
	size_t i;

	for (i = 1; i < jwks->kid_count; i++) {
		struct entry *a = &jwks->entries[i - 1];
		struct entry *b = &jwks->entries[i];

		if (compare_entries(a, b) != 0)
			continue;
		drop_key(jwks, a);
		drop_key(jwks, b);
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "kid %s stands for more than one key, so none of them is "
		    "taken",
		    ac_quote(&quote, ac_span(a->kid, a->kid_len)));
	}
}

/* Secrets and public keys side by side: whoever publishes such a set gives
 * the secrets away. */
static bool
is_mixed(const struct ac_jwks *jwks)
{
	bool secret = false, public = false;
	size_t i;

	for (i = 0; i < jwks->count; i++) {
		if (ac_jwk_kty(jwks->keys[i]) == AC_KTY_OCT)
			secret = true;
		else
		public = true;
	}
	return secret && public;
}

static int
add_all(struct ac_jwks *jwks, const json_t *keys, enum ac_jwk_source source,
    struct authchain_error *err)
{
	size_t i;

	for (i = 0; i < json_array_size(keys); i++) {
		if (add(jwks, json_array_get(keys, i), i, source, err) != 0)
			return -1;
	}
	if (is_mixed(jwks)) {
		ac_error_clear(err);
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "a key set that mixes symmetric and public keys: split "
		    "it");
	}
	if (jwks->entry_count > 1)
		qsort(jwks->entries, jwks->entry_count, sizeof(*jwks->entries),
		    compare_entries);
	drop_twins(jwks, err);
	return 0;
}

struct ac_jwks *
ac_jwks_parse(struct authchain_span text, enum ac_jwk_source source,
    struct authchain_error *err)
{
	json_t *root = ac_json_parse(text, &ac_json_document, err);
	const json_t *keys = json_object_get(root, "keys");
	struct ac_jwks *jwks = NULL;

	if (root == NULL)
		return NULL;
	if (!json_is_array(keys)) {
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "no key set: it has no list \"keys\"");
		goto out;
	}
	if (json_array_size(keys) > AC_JWKS_MAX_KEYS) {
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "a key set of %zu keys; at most %d are allowed",
		    json_array_size(keys), AC_JWKS_MAX_KEYS);
		goto out;
	}
	jwks = new_set(json_array_size(keys));
	if (jwks == NULL)
		(void)ac_error_memory(err);
	else if (add_all(jwks, keys, source, err) != 0)
		ac_jwks_free(&jwks);
out:
	json_decref(root);
	return jwks;
}

struct ac_jwks *
ac_jwks_of(struct ac_jwk **jwk)
{
	struct ac_jwks *jwks = new_set(1);
	struct authchain_span kid = ac_jwk_kid(*jwk);

	if (jwks == NULL)
		return NULL;
	if (kid.data != NULL) {
		jwks->entries[0].kid = strndup(kid.data, kid.len);
		if (jwks->entries[0].kid == NULL) {
			ac_jwks_free(&jwks);
			return NULL;
		}
		jwks->entries[0].kid_len = kid.len;
		jwks->kid_count = 1;
	}
	jwks->entries[0].jwk = *jwk;
	jwks->entry_count = 1;
	jwks->keys[0] = *jwk;
	jwks->count = 1;
	*jwk = NULL;
	return jwks;
}

size_t
ac_jwks_count(const struct ac_jwks *jwks)
{
	return jwks->count;
}

const struct ac_jwk *
ac_jwks_at(const struct ac_jwks *jwks, size_t at)
{
	return at < jwks->count ? jwks->keys[at] : NULL;
}

size_t
ac_jwks_left_out(const struct ac_jwks *jwks)
{
	return jwks->left_out;
}

const char *
ac_jwks_left_out_at(const struct ac_jwks *jwks, size_t at,
    struct authchain_span *kid)
{
	for (size_t i = 0; i < jwks->entry_count; i++) {
		const struct entry *entry = &jwks->entries[i];

		if (entry->jwk != NULL || at-- > 0)
			continue;
		*kid = ac_span(entry->kid, entry->kid_len);
		return entry->why != NULL ? entry->why : "unusable";
	}
	*kid = ac_span(NULL, 0);
	return NULL;
}

static const struct entry *
find_kid(const struct ac_jwks *jwks, struct authchain_span kid)
{
	size_t from = 0, to = jwks->kid_count;

	while (from < to) {
		size_t at = from + (to - from) / 2;
		const struct entry *entry = &jwks->entries[at];
		int order =
		    compare_kid(kid, ac_span(entry->kid, entry->kid_len));

		if (order == 0)
			return entry;
		if (order < 0)
			to = at;
		else
			from = at + 1;
	}
	return NULL;
}

enum ac_jwks_find
ac_jwks_find(const struct ac_jwks *jwks, struct authchain_span kid,
    const struct ac_alg *alg, const struct ac_jwk *keys[AC_JWKS_MAX_TRIES],
    size_t *count)
{
	const struct entry *entry;
	size_t i;

	*count = 0;
	if (kid.data == NULL) {
		for (i = 0; i < jwks->count && *count < AC_JWKS_MAX_TRIES;
		     i++) {
			if (ac_jwk_allows(jwks->keys[i], alg))
				keys[(*count)++] = jwks->keys[i];
		}
		return *count > 0 ? AC_JWKS_FOUND : AC_JWKS_NONE;
	}
	entry = find_kid(jwks, kid);
	if (entry == NULL)
		return AC_JWKS_NONE;
	if (entry->jwk == NULL || !ac_jwk_allows(entry->jwk, alg))
		return AC_JWKS_UNUSABLE;
	keys[(*count)++] = entry->jwk;
	return AC_JWKS_FOUND;
}
