/* SPDX-License-Identifier: BSD-2-Clause */
/* Claims of a payload that was scanned: from the scan, or, deeper ones, from a
 * tree that is made at first need. */
#include "jose/jws-parts.h"

#include "jose/claims.h"

const json_t *
ac_jws_tree(struct ac_jws *jws)
{
	if (jws->sound && jws->tree == NULL)
		jws->tree =
		    ac_json_parse(jws->peek.payload, &ac_json_token, NULL);
	return jws->tree;
}

/* Of "/name", where name stands for itself; data NULL for others. */
static struct authchain_span
plain_name(const char *pointer)
{
	size_t len = 1;

	if (pointer[0] != '/')
		return ac_span(NULL, 0);
	while (pointer[len] != '\0') {
		if (pointer[len] == '/' || pointer[len] == '~')
			return ac_span(NULL, 0);
		len++;
	}
	return ac_span(pointer + 1, len - 1);
}

int
ac_jws_member(const struct ac_jws *jws, struct authchain_span name,
    struct authchain_value *value)
{
	size_t place = ac_claims_place(name);
	const struct ac_scan_member *member;

	if (place != 0) {
		memcpy(value, (const char *)&jws->peek + place, sizeof(*value));
		return value->type == AUTHCHAIN_TYPE_ABSENT ? 0 : 1;
	}
	*value = (struct authchain_value){ .type = AUTHCHAIN_TYPE_ABSENT };
	member = jws->sound ? ac_scan_find(&jws->claims, name) : NULL;
	if (member == NULL)
		return 0;
	return ac_scan_value(&jws->claims, member, value) == 0 ? 1 : -1;
}

int
ac_jws_claim(struct ac_jws *jws, const char *pointer,
    struct authchain_value *value)
{
	struct authchain_span name = plain_name(pointer);
	const json_t *tree;

	if (name.data != NULL)
		return ac_jws_member(jws, name, value);
	*value = (struct authchain_value){ .type = AUTHCHAIN_TYPE_ABSENT };
	if (!jws->sound)
		return 0;
	tree = ac_jws_tree(jws);
	if (tree == NULL)
		return -1;
	ac_json_value(ac_json_pointer(tree, pointer), value);
	return value->type == AUTHCHAIN_TYPE_ABSENT ? 0 : 1;
}

bool
ac_jws_text_item(const struct ac_jws *jws, struct authchain_span name,
    size_t *at, struct authchain_span *item)
{
	const struct ac_scan_member *list =
	    jws->sound ? ac_scan_find(&jws->claims, name) : NULL;

	*item = ac_span(NULL, 0);
	return list != NULL && list->type == AUTHCHAIN_TYPE_LIST &&
	       ac_scan_item(&jws->claims, list, at, item);
}
