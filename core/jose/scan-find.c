/* SPDX-License-Identifier: BSD-2-Clause */
/* What was scanned, by name; values are read from the text when they are asked
 * for. */
#include "jose/scan-parts.h"

struct authchain_span
ac_scan_name(const struct ac_scan *scan, const struct ac_scan_member *member)
{
	return ac_span(scan->copy + member->name_at, member->name_len);
}

const struct ac_scan_member *
ac_scan_find(const struct ac_scan *scan, struct authchain_span name)
{
	size_t i;

	if ((scan->seen & ac_scan_bit(ac_scan_key(name))) == 0)
		return NULL;
	for (i = 0; i < scan->count; i++) {
		const struct ac_scan_member *member = &scan->members[i];

		if (member->name_len == name.len &&
		    memcmp(scan->copy + member->name_at, name.data, name.len) ==
			0)
			return member;
	}
	return NULL;
}

int
ac_scan_value(const struct ac_scan *scan, const struct ac_scan_member *member,
    struct authchain_value *value)
{
	const char *at = scan->text.data + member->value_at;

	*value = (struct authchain_value){ .type = member->type };
	switch (member->type) {
	case AUTHCHAIN_TYPE_BOOL:
		value->integer = *at == 't' ? 1 : 0;
		return 0;
	case AUTHCHAIN_TYPE_INTEGER:
		(void)ac_scan_integer(at, member->value_len, &value->integer);
		value->real = (double)value->integer;
		return 0;
	case AUTHCHAIN_TYPE_REAL:
		return ac_scan_real(at, member->value_len, &value->real);
	case AUTHCHAIN_TYPE_STRING:
		value->text =
		    ac_span(scan->copy + member->value_at, member->value_len);
		return 0;
	default:
		value->count = member->count;
		return 0;
	}
}

/* Behind the closing bracket of the list or object that is read next; the text
 * is known to be good. */
static const char *
skip_nested(const char *at, const char *end)
{
	size_t depth = 0;
	bool escaped;

	do {
		char c = *at++;

		if (c == '"')
			(void)ac_scan_string(&at, end, &escaped);
		else if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			depth--;
	} while (depth > 0 && at < end);
	return at;
}

bool
ac_scan_item(const struct ac_scan *scan, const struct ac_scan_member *list,
    size_t *at, struct authchain_span *item)
{
	const char *begin = scan->text.data;
	const char *end = begin + list->value_at + list->value_len - 1;
	const char *here = begin + list->value_at + 1 + *at, *from;
	bool escaped;

	*item = ac_span(NULL, 0);
	while (here < end && strchr(" \t\r\n,", *here) != NULL)
		here++;
	if (here >= end)
		return false;
	from = here;
	if (*here == '"') {
		char *to = scan->copy + (++from - begin);

		here++;
		(void)ac_scan_string(&here, end, &escaped);
		*item = ac_span(to,
		    ac_scan_unescape(from, (size_t)(here - from) - 1, to));
	} else if (*here == '{' || *here == '[') {
		here = skip_nested(here, end);
	} else {
		while (here < end && *here != ',')
			here++;
	}
	*at = (size_t)(here - begin) - list->value_at - 1;
	return true;
}
