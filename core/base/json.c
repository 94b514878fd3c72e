/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strict JSON.  A scan over the text bounds depth, members and items before
 * jansson, which recurses and allocates by them, sees it.  jansson's own error
 * texts quote their input, so they are not used: it may be a token.
 */
#include "base/json.h"

#include "base/memory.h"

#define POINTER_MAX_NAME 512

const struct ac_json_limits ac_json_token = { .max_bytes = 16u << 10,
	.max_depth = AC_JSON_MAX_DEPTH,
	.max_members = AC_JSON_MAX_MEMBERS,
	.max_items = 1024 };

const struct ac_json_limits ac_json_document = { .max_bytes = 1u << 20,
	.max_depth = AC_JSON_MAX_DEPTH,
	.max_members = AC_JSON_MAX_MEMBERS,
	.max_items = 4096 };

struct level {
	size_t commas;
	bool object;
};

struct scan {
	const struct ac_json_limits *limits;
	struct level levels[AC_JSON_MAX_DEPTH];
	size_t depth;
	bool in_string, escaped;
};

static void
scan_string(struct scan *scan, char byte)
{
	if (scan->escaped)
		scan->escaped = false;
	else if (byte == '\\')
		scan->escaped = true;
	else if (byte == '"')
		scan->in_string = false;
}

static const char *
scan_comma(struct scan *scan)
{
	struct level *level;

	if (scan->depth == 0)
		return NULL; /* jansson's to refuse */
	level = &scan->levels[scan->depth - 1];
	level->commas++;
	if (level->object && level->commas >= scan->limits->max_members)
		return "an object has too many members";
	if (!level->object && level->commas >= scan->limits->max_items)
		return "a list has too many items";
	return NULL;
}

/* What is too much about the next byte, or NULL. */
static const char *
scan_byte(struct scan *scan, char byte)
{
	if (scan->in_string) {
		scan_string(scan, byte);
		return NULL;
	}
	switch (byte) {
	case '\0': /* behind a number, jansson overlooks it */
		return "a NUL between its tokens";
	case '"':
		scan->in_string = true;
		return NULL;
	case '{':
	case '[':
		if (scan->depth >= scan->limits->max_depth ||
		    scan->depth >= AC_JSON_MAX_DEPTH)
			return "it is nested too deeply";
		scan->levels[scan->depth++] = (struct level){ 0, byte == '{' };
		return NULL;
	case '}':
	case ']':
		if (scan->depth > 0)
			scan->depth--;
		return NULL;
	case ',':
		return scan_comma(scan);
	default:
		return NULL;
	}
}

static int
check_limits(struct authchain_span text, const struct ac_json_limits *limits,
    struct authchain_error *err)
{
	struct scan scan = { .limits = limits };
	size_t i;

	if (text.len > limits->max_bytes)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "not taken as JSON: %zu bytes, at most %zu are allowed",
		    text.len, limits->max_bytes);
	for (i = 0; i < text.len; i++) {
		const char *fault = scan_byte(&scan, text.data[i]);

		if (fault != NULL)
			return ac_error(err, AUTHCHAIN_ERROR_USAGE,
			    "not %s JSON at byte %zu: %s",
			    text.data[i] == '\0' ? "valid" : "taken as", i + 1,
			    fault);
	}
	return 0;
}

static int
parse_error(const json_error_t *why, struct authchain_error *err)
{
	const char *text = "not well-formed";

	switch (json_error_code(why)) {
	case json_error_out_of_memory:
		return ac_error_memory(err);
	case json_error_invalid_utf8:
		text = "not UTF-8";
		break;
	case json_error_premature_end_of_input:
		text = "it ends too early";
		break;
	case json_error_end_of_input_expected:
		text = "something follows the end";
		break;
	case json_error_null_character:
	case json_error_null_byte_in_key:
		text = "a NUL in a string";
		break;
	case json_error_duplicate_key:
		text = "a member appears twice";
		break;
	case json_error_numeric_overflow:
		text = "a number is out of range";
		break;
	default:
		break;
	}
	return ac_error(err, AUTHCHAIN_ERROR_USAGE,
	    "not valid JSON at line %d, byte %d: %s", why->line, why->position,
	    text);
}

json_t *
ac_json_parse(struct authchain_span text, const struct ac_json_limits *limits,
    struct authchain_error *err)
{
	json_error_t why;
	json_t *root;

	if (check_limits(text, limits, err) != 0)
		return NULL;
	ac_memory_watch();
	root = json_loadb(text.data == NULL ? "" : text.data, text.len,
	    JSON_REJECT_DUPLICATES, &why);
	/* its lexer calls that bad syntax, or goes on without a byte */
	if (ac_memory_was_short()) {
		json_decref(root);
		(void)ac_error_memory(err);
		return NULL;
	}
	if (root == NULL) {
		(void)parse_error(&why, err);
		return NULL;
	}
	if (!json_is_object(root)) {
		(void)ac_error(err, AUTHCHAIN_ERROR_USAGE, "not a JSON object");
		json_decref(root);
		return NULL;
	}
	return root;
}

int
ac_json_real(struct authchain_span text, double *value,
    struct authchain_error *err)
{
	json_error_t why;
	json_t *real = json_loadb(text.data, text.len, JSON_DECODE_ANY, &why);

	if (real == NULL)
		return parse_error(&why, err);
	*value = json_real_value(real);
	json_decref(real);
	return 0;
}

static struct authchain_span
string_span(const json_t *value)
{
	return ac_span(json_string_value(value), json_string_length(value));
}

struct authchain_span
ac_json_string(const json_t *object, const char *name)
{
	return string_span(json_object_get(object, name));
}

void
ac_json_value(const json_t *value, struct authchain_value *out)
{
	*out = (struct authchain_value){ .type = AUTHCHAIN_TYPE_ABSENT };
	if (value == NULL)
		return;
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		out->type = AUTHCHAIN_TYPE_OBJECT;
		out->count = (uint32_t)json_object_size(value);
		break;
	case JSON_ARRAY:
		out->type = AUTHCHAIN_TYPE_LIST;
		out->count = (uint32_t)json_array_size(value);
		break;
	case JSON_STRING:
		out->type = AUTHCHAIN_TYPE_STRING;
		out->text = string_span(value);
		break;
	case JSON_INTEGER:
		out->type = AUTHCHAIN_TYPE_INTEGER;
		out->integer = json_integer_value(value);
		out->real = (double)out->integer;
		break;
	case JSON_REAL:
		out->type = AUTHCHAIN_TYPE_REAL;
		out->real = json_real_value(value);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		out->type = AUTHCHAIN_TYPE_BOOL;
		out->integer = json_is_true(value) ? 1 : 0;
		break;
	case JSON_NULL:
		out->type = AUTHCHAIN_TYPE_NULL;
		break;
	}
}

/* One reference token of a pointer without its escapes; false when it is
 * malformed or longer than any name we look for. */
static bool
pointer_name(struct authchain_span token, char name[POINTER_MAX_NAME])
{
	size_t at = 0, i;

	if (token.len >= POINTER_MAX_NAME)
		return false;
	for (i = 0; i < token.len; i++) {
		char c = token.data[i];

		if (c == '~') {
			if (++i == token.len ||
			    (token.data[i] != '0' && token.data[i] != '1'))
				return false;
			c = token.data[i] == '0' ? '~' : '/';
		}
		name[at++] = c;
	}
	name[at] = '\0';
	return true;
}

static const json_t *
list_item(const json_t *list, const char *name)
{
	size_t index = 0;

	if (name[0] == '\0' || (name[0] == '0' && name[1] != '\0'))
		return NULL;
	for (; *name != '\0'; name++) {
		if (*name < '0' || *name > '9')
			return NULL;
		index = index * 10 + (size_t)(*name - '0');
		if (index >= json_array_size(list))
			return NULL;
	}
	return json_array_get(list, index);
}

const json_t *
ac_json_pointer(const json_t *root, const char *pointer)
{
	struct authchain_span rest = ac_span_text(pointer);
	char name[POINTER_MAX_NAME];

	while (root != NULL && rest.len > 0) {
		size_t end;

		if (rest.data[0] != '/')
			return NULL;
		end = ac_span_find(rest, '/', 1);
		if (!pointer_name(ac_span_cut(rest, 1, end), name))
			return NULL;
		if (json_is_object(root))
			root = json_object_get(root, name);
		else if (json_is_array(root))
			root = list_item(root, name);
		else
			return NULL;
		rest = ac_span_cut(rest, end, rest.len);
	}
	return root;
}
