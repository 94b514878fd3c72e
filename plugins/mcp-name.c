/* SPDX-License-Identifier: BSD-2-Clause */
/* Names as clients encode them, and methods. */
#include "mcp-name.h"

#include "base/base64url.h"
#include "utf8.h"

#define BEGIN "=?base64?"
#define END   "?="

/* Room for what a name may be in base64. */
#define MAX_ENCODED ((MCP_NAME_MAX + 2) / 3 * 4)

static const char *
decode(struct authchain_span encoded, struct mcp_name *name)
{
	unsigned char bytes[MAX_ENCODED];
	size_t len;

	if (encoded.len > sizeof(bytes))
		return "it is too long";
	if (!ac_base64_decode(encoded, bytes, &len))
		return "it is no canonical base64";
	if (len > sizeof(name->text))
		return "it is too long";
	memcpy(name->text, bytes, len);
	name->len = len;
	return NULL;
}

static const char *
read_plain(struct authchain_span value, struct mcp_name *name)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.data[i] < ' ' || value.data[i] > '~')
			return "it is neither plain ASCII nor encoded";
	if (value.len > sizeof(name->text))
		return "it is too long";
	memcpy(name->text, value.data, value.len);
	name->len = value.len;
	return NULL;
}

/* What only resembles an encoding, some servers may decode and some not. */
static bool
is_half_encoded(struct authchain_span value)
{
	return ac_span_starts(value, ac_span_text("=?"));
}

static const char *
read_value(struct authchain_span value, struct mcp_name *name)
{
	size_t around = sizeof(BEGIN) - 1 + sizeof(END) - 1;

	if (!is_half_encoded(value))
		return read_plain(value, name);
	if (value.len < around || !ac_span_starts(value, ac_span_text(BEGIN)) ||
	    !ac_span_is_text(ac_span_cut(value, value.len - (sizeof(END) - 1),
				 value.len),
		END))
		return "it begins like an encoded name and is none";
	return decode(ac_span_cut(value, sizeof(BEGIN) - 1,
			  value.len - (sizeof(END) - 1)),
	    name);
}

const char *
mcp_name_read(struct authchain_span value, struct mcp_name *name)
{
	const char *fault;

	name->len = 0;
	value = ac_span_trim(value);
	if (value.len == 0)
		return "there is none";
	fault = read_value(value, name);
	if (fault != NULL)
		return fault;
	if (name->len == 0)
		return "there is none";
	if (ac_span_has_control(ac_span(name->text, name->len)))
		return "it has control bytes";
	return utf8_is_valid(ac_span(name->text, name->len))
		   ? NULL
		   : "it is not UTF-8";
}

bool
mcp_method_is_valid(struct authchain_span method)
{
	for (size_t i = 0; i < method.len; i++) {
		char c = method.data[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') &&
		    (c < '0' || c > '9') &&
		    (c == '\0' || strchr("/_.-", c) == NULL))
			return false;
	}
	return method.len > 0 && method.len <= MCP_METHOD_MAX;
}

bool
mcp_method_has_name(struct authchain_span method)
{
	return ac_span_is_text(method, "tools/call") ||
	       ac_span_is_text(method, "prompts/get") ||
	       ac_span_is_text(method, "resources/read");
}
