/* SPDX-License-Identifier: BSD-2-Clause */
/* Forms, decoded in place: so no copy of a secret is left behind. */
#include "daemon/form.h"

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The byte at text, and how many bytes spell it: 0 when it is malformed. */
static size_t
decode_one(const char *text, size_t left, char *out)
{
	int high, low;

	*out = text[0] == '+' ? ' ' : text[0];
	if (text[0] != '%')
		return 1;
	if (left < 3 || (high = digit(text[1])) < 0 ||
	    (low = digit(text[2])) < 0)
		return 0;
	*out = (char)(high << 4 | low);
	return 3;
}

bool
ac_form_decode(char *text, size_t *len)
{
	size_t to = 0, took;

	for (size_t from = 0; from < *len; from += took) {
		took = decode_one(text + from, *len - from, text + to);
		if (took == 0)
			return false;
		to++;
	}
	*len = to;
	return true;
}

struct authchain_span
ac_form_get(const struct ac_form *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++)
		if (ac_span_is_text(form->at[i].name, name))
			return form->at[i].value;
	return ac_span(NULL, 0);
}

static bool
has(const struct ac_form *form, struct authchain_span name)
{
	for (size_t i = 0; i < form->count; i++)
		if (ac_span_is(form->at[i].name, name))
			return true;
	return false;
}

/* "name=value" or "name". */
static const char *
take(struct ac_form *form, char *text, size_t len)
{
	size_t name_len = ac_span_find(ac_span(text, len), '=', 0);
	size_t value_at = name_len < len ? name_len + 1 : len;
	size_t value_len = len - value_at;

	if (!ac_form_decode(text, &name_len) ||
	    !ac_form_decode(text + value_at, &value_len))
		return "A percent sign in the form lacks its two digits";
	if (has(form, ac_span(text, name_len)))
		return "A parameter of the form comes twice";
	if (form->count == AC_FORM_MAX_PARAMETERS)
		return "The form has too many parameters";
	form->at[form->count++] =
	    (struct authchain_pair){ ac_span(text, name_len),
		    ac_span(text + value_at, value_len) };
	return NULL;
}

const char *
ac_form_read(struct ac_form *form, char *text, size_t len)
{
	const char *fault = NULL;
	size_t at = 0;

	form->count = 0;
	if (len > AC_FORM_MAX_BYTES)
		return "The form is too long";
	while (at < len && fault == NULL) {
		size_t end = ac_span_find(ac_span(text, len), '&', at);

		if (end > at)
			fault = take(form, text + at, end - at);
		at = end + 1;
	}
	return fault;
}
