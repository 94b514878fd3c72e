/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan-agree.h"

#include <stdlib.h>

#include "jose/scan.h"

/* The same value, to the last bit of a real. */
static bool
same_value(const struct authchain_value *a, const struct authchain_value *b)
{
	return a->type == b->type && a->count == b->count &&
	       a->integer == b->integer &&
	       memcmp(&a->real, &b->real, sizeof(a->real)) == 0 &&
	       (a->text.data == NULL) == (b->text.data == NULL) &&
	       ac_span_is(a->text, b->text);
}

static bool
ends_with_nul(struct authchain_span text)
{
	return text.data != NULL && text.data[text.len] == '\0' &&
	       strlen(text.data) == text.len;
}

static const char *
compare_items(const struct ac_scan *scan, const struct ac_scan_member *member,
    const json_t *list)
{
	struct authchain_span item;
	size_t at = 0, i = 0;
	int turn;

	/* twice: to read an item changes nothing */
	for (turn = 0; turn < 2; turn++) {
		for (at = i = 0; ac_scan_item(scan, member, &at, &item); i++) {
			const json_t *value = json_array_get(list, i);

			if ((item.data != NULL) != json_is_string(value))
				return "an item's type";
			if (item.data != NULL &&
			    (!ends_with_nul(item) ||
				!ac_span_is(item,
				    ac_span(json_string_value(value),
					json_string_length(value)))))
				return "an item's text";
		}
		if (i != json_array_size(list))
			return "the number of items";
	}
	return NULL;
}

static const char *
compare_member(const struct ac_scan *scan, const char *name,
    const json_t *expected)
{
	const struct ac_scan_member *member =
	    ac_scan_find(scan, ac_span_text(name));
	struct authchain_value ours, theirs;

	if (member == NULL)
		return "a member's name";
	if (!ends_with_nul(ac_scan_name(scan, member)))
		return "the end of a name";
	if (ac_scan_value(scan, member, &ours) != 0)
		abort();
	ac_json_value(expected, &theirs);
	if (!same_value(&ours, &theirs))
		return "a value";
	if (ours.type == AUTHCHAIN_TYPE_STRING && !ends_with_nul(ours.text))
		return "the end of a text";
	return ours.type == AUTHCHAIN_TYPE_LIST
		   ? compare_items(scan, member, expected)
		   : NULL;
}

static const char *
compare(const struct ac_scan *scan, json_t *tree)
{
	const char *name, *differ = NULL;
	json_t *value;

	if (scan->count != json_object_size(tree))
		return "the number of members";
	json_object_foreach(tree, name, value)
	{
		if (differ == NULL)
			differ = compare_member(scan, name, value);
	}
	return differ;
}

const char *
scan_agree(struct authchain_span text, bool *taken)
{
	/* of its own size each, so that a sanitizer sees a step too far */
	char *exact = malloc(text.len + 1), *copy = malloc(text.len + 1);
	struct authchain_error err = { 0 };
	const char *differ = NULL;
	struct ac_scan scan;
	enum ac_scan_result result;
	json_t *tree;

	if (exact == NULL || copy == NULL)
		abort();
	memcpy(exact, text.data, text.len);
	memcpy(copy, text.data, text.len);
	exact = realloc(exact, text.len == 0 ? 1 : text.len);
	tree = ac_json_parse(text, &ac_json_token, &err);
	result = ac_scan_object(&scan, ac_span(exact, text.len), copy);
	if (result == AC_SCAN_NO_MEMORY || err.code == AUTHCHAIN_ERROR_MEMORY)
		abort();
	*taken = tree != NULL;
	if ((result == AC_SCAN_GOOD) != *taken)
		differ =
		    *taken ? "whether it is refused" : "whether it is taken";
	else if (*taken)
		differ = compare(&scan, tree);
	json_decref(tree);
	free(exact);
	free(copy);
	return differ;
}
