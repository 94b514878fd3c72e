/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A section against a schema.  Every key and every option is judged, whatever
 * the others came to; a mistake that was reported makes no second one: a
 * mistyped key is not also a missing option.
 */
#include "engine/options.h"

#include "engine/option-value.h"
#include "engine/text.h"
#include "engine/value.h"

#include <stdio.h>
#include <stdlib.h>

struct ac_options {
	const struct ac_section *section;
	struct ac_option_value *values; /* one for each of the schema */
	size_t count;
};

struct binding {
	struct ac_options *options;
	const struct ac_secret_lookup *lookup;
	struct ac_diags *diags;
	const char **names; /* of the schema */
	bool failed;
};

static const struct ac_option_value *
find(const struct ac_options *options, const char *name)
{
	for (size_t i = 0; i < options->count; i++) {
		if (options->values[i].option->name[0] == name[0] &&
		    strcmp(options->values[i].option->name, name) == 0)
			return &options->values[i];
	}
	return NULL;
}

static void
check_key(struct binding *b, const struct ac_item *item)
{
	const struct ac_section *section = b->options->section;
	struct authchain_span key = ac_span_text(item->key);
	const char *shown = "(not shown)";
	char hint[AC_HINT_BYTES];
	struct ac_quote quote;

	if (item->broken)
		b->failed = true;
	if (item->broken || find(b->options, item->key) != NULL)
		return;
	b->failed = true;
	(void)ac_suggest_hint(hint, key, b->names, b->options->count);
	/* Far from all that is known it may be a piece of a secret. */
	if (ac_suggest(key, b->names, b->options->count) != NULL ||
	    ac_text_is_harmless(key))
		shown = ac_quote(&quote, key);
	ac_diag(b->diags, AUTHCHAIN_SEVERITY_ERROR, &item->key_at, hint,
	    "unknown option %s in [%s%s%s]", shown, section->kind,
	    section->name[0] == '\0' ? "" : " ", section->name);
}

/* Was an unknown key reported that may well be this option? */
static bool
is_mistyped(const struct binding *b, const char *name)
{
	const struct ac_section *section = b->options->section;

	for (size_t i = 0; i < section->item_count; i++) {
		const char *key = section->items[i].key;
		const char *meant;

		if (find(b->options, key) != NULL)
			continue;
		meant =
		    ac_suggest(ac_span_text(key), b->names, b->options->count);
		if (meant != NULL && strcmp(meant, name) == 0)
			return true;
	}
	return false;
}

static void
report_missing(struct binding *b, const struct authchain_option *option)
{
	const struct ac_section *section = b->options->section;
	char hint[AC_HINT_BYTES];

	b->failed = true;
	if (is_mistyped(b, option->name))
		return;
	(void)snprintf(hint, sizeof(hint), "add %s = %s%s%s", option->name,
	    ac_option_type_name(option->type), option->help == NULL ? "" : ": ",
	    option->help == NULL ? "" : option->help);
	ac_diag(b->diags, AUTHCHAIN_SEVERITY_ERROR, &section->at, hint,
	    "[%s%s%s] needs the option \"%s\"", section->kind,
	    section->name[0] == '\0' ? "" : " ", section->name, option->name);
}

static void
keep_text(void *arg, const struct authchain_diagnostic *finding)
{
	struct ac_buf *text = arg;

	if (text->len == 0)
		ac_buf_text(text, finding->text);
}

/* A fallback is the plugin's; so is a fault in it. */
static void
report_fallback(struct binding *b, const struct authchain_option *option,
    const struct ac_diags *found)
{
	struct ac_buf why;

	b->failed = true;
	ac_buf_init(&why, 1024);
	if (found != NULL)
		ac_diags_deliver(found, keep_text, &why);
	ac_diag(b->diags, AUTHCHAIN_SEVERITY_ERROR, &b->options->section->at,
	    "a mistake in the plugin: report it; until then set the option",
	    "the plugin's own value for \"%s\" is wrong: %s", option->name,
	    ac_buf_span(&why).data);
	ac_buf_clear(&why);
}

static void
read_fallback(struct binding *b, struct ac_option_value *value)
{
	const struct ac_position *at = &b->options->section->at;
	struct authchain_span text = ac_span_text(value->option->fallback);
	struct ac_diags *found = ac_diags_new(false);
	struct ac_value_reader reader;
	struct ac_item item = { .key_at = *at };

	if (found != NULL) {
		ac_value_begin(&reader, &item, found, at);
		ac_value_line(&reader, text, at);
		ac_value_end(&reader);
		if (!item.broken)
			(void)ac_option_value_read(value, &item, b->lookup,
			    found);
	}
	if (found == NULL || ac_diags_errors(found) > 0)
		report_fallback(b, value->option, found);
	ac_value_clear(&item);
	ac_diags_free(&found);
}

static void
bind_option(struct binding *b, struct ac_option_value *value)
{
	const struct authchain_option *option = value->option;
	const struct ac_item *item =
	    ac_section_find(b->options->section, option->name);

	if (item != NULL) {
		value->item = item;
		if (!item->broken &&
		    ac_option_value_read(value, item, b->lookup, b->diags) != 0)
			b->failed = true;
	} else if (option->fallback != NULL) {
		read_fallback(b, value);
	} else if ((option->flags & AUTHCHAIN_OPTION_REQUIRED) != 0) {
		report_missing(b, option);
	}
}

static void
bind_all(struct binding *b)
{
	const struct ac_section *section = b->options->section;

	for (size_t i = 0; i < section->item_count; i++)
		check_key(b, &section->items[i]);
	for (size_t i = 0; i < b->options->count; i++)
		bind_option(b, &b->options->values[i]);
}

struct ac_options *
ac_options_bind(const struct authchain_option *schema, size_t count,
    const struct ac_section *section, const struct ac_secret_lookup *lookup,
    struct ac_diags *diags)
{
	struct binding b = { .lookup = lookup, .diags = diags };

	b.options = calloc(1, sizeof(*b.options));
	b.names = calloc(count + 1, sizeof(*b.names));
	if (b.options != NULL)
		b.options->values =
		    calloc(count + 1, sizeof(*b.options->values));
	if (b.options == NULL || b.names == NULL || b.options->values == NULL) {
		ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR, &section->at, NULL,
		    "out of memory");
		b.failed = true;
		goto out;
	}
	b.options->section = section;
	b.options->count = count;
	for (size_t i = 0; i < count; i++) {
		b.options->values[i].option = &schema[i];
		b.names[i] = schema[i].name;
	}
	bind_all(&b);
out:
	free(b.names);
	if (b.failed)
		ac_options_free(&b.options);
	return b.options;
}

void
ac_options_free(struct ac_options **options)
{
	struct ac_options *o = *options;

	if (o == NULL)
		return;
	for (size_t i = 0; i < o->count; i++)
		ac_option_value_clear(&o->values[i]);
	free(o->values);
	free(o);
	*options = NULL;
}

/* ---- reading ----------------------------------------------------------- */

bool
ac_options_is_set(const struct ac_options *options, const char *name)
{
	const struct ac_option_value *value = find(options, name);

	return value != NULL && value->item != NULL;
}

static bool
is_text(uint32_t type)
{
	return type == AUTHCHAIN_OPTION_STRING ||
	       type == AUTHCHAIN_OPTION_URL || type == AUTHCHAIN_OPTION_PATH ||
	       type == AUTHCHAIN_OPTION_ENUM;
}

struct authchain_span
ac_options_text(const struct ac_options *options, const char *name)
{
	const struct ac_option_value *value = find(options, name);

	if (value == NULL || !is_text(value->option->type))
		return ac_span_text(NULL);
	return ac_span_text(value->text);
}

int64_t
ac_options_number(const struct ac_options *options, const char *name)
{
	const struct ac_option_value *value = find(options, name);

	return value == NULL ? 0 : value->number;
}

size_t
ac_options_count(const struct ac_options *options, const char *name)
{
	const struct ac_option_value *value = find(options, name);

	return value == NULL ? 0 : value->item_count;
}

struct authchain_span
ac_options_item(const struct ac_options *options, const char *name, size_t at)
{
	const struct ac_option_value *value = find(options, name);

	if (value == NULL || at >= value->item_count)
		return ac_span_text(NULL);
	return ac_span_text(value->items[at]);
}

struct ac_secret_list *
ac_options_secret(const struct ac_options *options, const char *name)
{
	const struct ac_option_value *value = find(options, name);

	return value == NULL ? NULL : value->secret;
}

const struct ac_position *
ac_options_at(const struct ac_options *options, const char *name)
{
	const struct ac_option_value *value = find(options, name);

	if (value == NULL || value->item == NULL)
		return &options->section->at;
	return &value->item->value_at;
}

const struct ac_position *
ac_options_item_at(const struct ac_options *options, const char *name,
    size_t at)
{
	const struct ac_option_value *value = find(options, name);

	if (value == NULL || value->item == NULL ||
	    at >= value->item->part_count)
		return ac_options_at(options, name);
	return &value->item->parts[at].at;
}

/* ---- printing ---------------------------------------------------------- */

static void
print_text(struct ac_buf *out, const char *text)
{
	struct ac_buf escaped;

	ac_buf_init(&escaped, 2 * (size_t)AC_CONF_MAX_VALUE);
	ac_option_escape(&escaped, ac_span_text(text));
	ac_value_write(out, ac_buf_span(&escaped));
	out->failed = out->failed || escaped.failed;
	ac_buf_clear(&escaped);
}

static void
print_value(struct ac_buf *out, const struct ac_option_value *value)
{
	ac_buf_text(out, value->option->name);
	ac_buf_text(out, " =");
	if (value->option->type != AUTHCHAIN_OPTION_LIST) {
		ac_buf_byte(out, ' ');
		print_text(out, value->text);
	}
	for (size_t i = 0; i < value->item_count; i++) {
		ac_buf_text(out, i == 0 ? " " : ", ");
		print_text(out, value->items[i]);
	}
	ac_buf_text(out, value->item == NULL ? " # default\n" : "\n");
}

void
ac_options_print(const struct ac_options *options, struct ac_buf *out)
{
	for (size_t i = 0; i < options->count; i++) {
		if (options->values[i].present)
			print_value(out, &options->values[i]);
	}
}

const char *
ac_option_type_name(uint32_t type)
{
	static const char *const names[] = { NULL, "string", "integer",
		"yes or no", "duration", "size", "choice", "list of strings",
		"URL", "absolute path", "@secret" };

	if (type == 0 || type >= sizeof(names) / sizeof(names[0]))
		return "unknown type";
	return names[type];
}
