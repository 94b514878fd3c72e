/* SPDX-License-Identifier: BSD-2-Clause */
/* From the lines that plugins report to JSON: a line named key-set makes an
 * entry a key set, all other names are in the tables below. */
#include "cli/keysets.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "cli/out.h"
#include "engine/status.h"

enum kind {
	KIND_TEXT,
	KIND_NUMBER,
	KIND_BOOL
};

struct member {
	const char *line;   /* as it is reported */
	const char *member; /* as it is called in JSON */
	enum kind kind;
};

static const struct member set_members[] = {
	{ "issuer", "issuer", KIND_TEXT },
	{ "url", "url", KIND_TEXT },
	{ "file", "file", KIND_TEXT },
	{ "last-good", "last_good", KIND_TEXT },
	{ "source", "source", KIND_TEXT },
	{ "age-s", "age_s", KIND_NUMBER },
	{ "expires-s", "expires_s", KIND_NUMBER },
	{ "fetching", "fetching", KIND_BOOL },
	{ "next-fetch-s", "next_fetch_s", KIND_NUMBER },
	{ "fetches", "fetches", KIND_NUMBER },
	{ "failures-in-a-row", "failures_in_a_row", KIND_NUMBER },
	{ "last-error", "last_error", KIND_TEXT },
	{ "last-error-age-s", "last_error_age_s", KIND_NUMBER },
	{ NULL, NULL, KIND_TEXT },
};

static const struct member key_members[] = {
	{ "kid", "kid", KIND_TEXT },
	{ "kty", "kty", KIND_TEXT },
	{ "alg", "alg", KIND_TEXT },
	{ "use", "use", KIND_TEXT },
	{ "usable", "usable", KIND_BOOL },
	{ "why", "why", KIND_TEXT },
	{ "last-used-s", "last_used_s", KIND_NUMBER },
	{ NULL, NULL, KIND_TEXT },
};

struct reading {
	json_t *sets;
	const struct authchain_entry *entry; /* whose lines come now */
	json_t *set; /* of that entry, borrowed; NULL: it has none */
	bool failed;
};

static void
set_nulls(json_t *object, const struct member *members)
{
	for (; members->line != NULL; members++)
		(void)json_object_set_new(object, members->member, json_null());
}

static json_t *
value_of(enum kind kind, const char *text)
{
	int64_t number = 0;

	switch (kind) {
	case KIND_NUMBER:
		return ac_number_parse(ac_span_text(text), &number)
			   ? json_integer((json_int_t)number)
			   : json_null();
	case KIND_BOOL:
		return json_boolean(strcmp(text, "yes") == 0);
	default:
		return ac_out_span(ac_span_text(text));
	}
}

static void
set_member(json_t *object, const struct member *members, const char *line,
    const char *text)
{
	for (; members->line != NULL; members++)
		if (strcmp(members->line, line) == 0)
			(void)json_object_set_new(object, members->member,
			    value_of(members->kind, text));
}

static void
begin_set(struct reading *reading)
{
	const struct authchain_entry *entry = reading->entry;

	reading->set = json_pack("{s:o,s:o}", "chain",
	    ac_out_text(entry->chain), "entry", ac_out_text(entry->name));
	if (reading->set == NULL) {
		reading->failed = true;
		return;
	}
	set_nulls(reading->set, set_members);
	(void)json_object_set_new(reading->set, "keys", json_array());
	if (json_array_append_new(reading->sets, reading->set) != 0) {
		reading->set = NULL;
		reading->failed = true;
	}
}

/* "key.12.kid" */
static void
add_key_line(json_t *keys, const char *line, const char *text)
{
	char *rest = NULL;
	unsigned long at = strtoul(line + strlen("key."), &rest, 10);
	json_t *key;

	if (*rest != '.' || at > json_array_size(keys))
		return;
	if (at == json_array_size(keys)) {
		key = json_object();
		set_nulls(key, key_members);
		(void)json_array_append_new(keys, key);
	}
	set_member(json_array_get(keys, at), key_members, rest + 1, text);
}

static void
take_line(void *arg, const struct authchain_entry *entry, const char *name,
    const char *text)
{
	struct reading *reading = arg;

	if (entry != reading->entry)
		reading->set = NULL;
	reading->entry = entry;
	if (strcmp(name, "key-set") == 0)
		begin_set(reading);
	else if (reading->set != NULL && strncmp(name, "key.", 4) == 0)
		add_key_line(json_object_get(reading->set, "keys"), name, text);
	else if (reading->set != NULL)
		set_member(reading->set, set_members, name, text);
}

json_t *
ac_keysets_read(struct authchain *ac)
{
	struct reading reading = { .sets = json_array() };
	struct ac_status_reader reader = {
		.line = take_line,
		.arg = &reading,
	};

	if (reading.sets == NULL)
		return NULL;
	ac_status_read(ac, &reader);
	if (reading.failed) {
		json_decref(reading.sets);
		return NULL;
	}
	return reading.sets;
}

bool
ac_keysets_are_settled(const json_t *sets)
{
	for (size_t i = 0; i < json_array_size(sets); i++) {
		const json_t *set = json_array_get(sets, i);

		if (json_is_integer(json_object_get(set, "fetches")) &&
		    json_integer_value(json_object_get(set, "fetches")) == 0)
			return false;
	}
	return true;
}

static bool
has_usable_key(const json_t *set)
{
	const json_t *keys = json_object_get(set, "keys");

	for (size_t i = 0; i < json_array_size(keys); i++)
		if (json_is_true(
			json_object_get(json_array_get(keys, i), "usable")))
			return true;
	return false;
}

bool
ac_keysets_are_usable(const json_t *sets)
{
	for (size_t i = 0; i < json_array_size(sets); i++)
		if (!has_usable_key(json_array_get(sets, i)))
			return false;
	return true;
}
