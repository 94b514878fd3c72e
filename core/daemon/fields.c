/* SPDX-License-Identifier: BSD-2-Clause */
/* Header fields, strictly (RFC 9110 5, RFC 9112 5). */
#include "daemon/fields.h"

static bool
is_token_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
	       (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("!#$%&'*+.^_`|~", c) != NULL);
}

static bool
is_name(struct authchain_span name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!is_token_byte(name.data[i]))
			return false;
	return name.len > 0;
}

/* A tab is white space; other control bytes are not for values. */
static bool
is_value(struct authchain_span value)
{
	if (!ac_span_has_control(value))
		return true;
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.data[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

void
ac_fields_add(struct ac_fields *fields, struct authchain_span name,
    struct authchain_span value)
{
	if (fields->fault != NULL)
		return;
	if (fields->count == AC_FIELDS_MAX)
		fields->fault = "too many header fields";
	else if (!is_name(name))
		fields->fault = "a header field's name is malformed";
	else if (!is_value(value))
		fields->fault = "a header field's value has control bytes";
	else
		fields->at[fields->count++] =
		    (struct authchain_pair){ name, value };
}

struct authchain_span
ac_fields_get(const struct ac_fields *fields, const char *name, size_t at)
{
	struct authchain_span wanted = ac_span_text(name);

	for (size_t i = 0; i < fields->count; i++)
		if (ac_span_is_nocase(fields->at[i].name, wanted) && at-- == 0)
			return fields->at[i].value;
	return ac_span(NULL, 0);
}

static bool
is_single(const struct ac_fields *fields, const char *name)
{
	return ac_fields_get(fields, name, 1).data == NULL;
}

void
ac_fields_check(struct ac_fields *fields)
{
	if (fields->fault != NULL)
		return;
	if (!is_single(fields, "Host"))
		fields->fault = "more than one Host";
	else if (!is_single(fields, "Content-Length") ||
		 !is_single(fields, "Transfer-Encoding") ||
		 (ac_fields_get(fields, "Content-Length", 0).data != NULL &&
		     ac_fields_get(fields, "Transfer-Encoding", 0).data !=
			 NULL))
		fields->fault = "the length of the body is ambiguous";
}

bool
ac_fields_has_body(const struct ac_fields *fields)
{
	struct authchain_span len = ac_fields_get(fields, "Content-Length", 0);

	return ac_fields_get(fields, "Transfer-Encoding", 0).data != NULL ||
	       (len.data != NULL && !ac_span_is_text(len, "0"));
}
