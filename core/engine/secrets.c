/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * [secret] sections: one source and what is said of it.  Messages name sources
 * and line numbers, never what stands there.
 */
#include "engine/secrets.h"

#include "engine/options.h"
#include "engine/secret-source.h"
#include "engine/secret-values.h"

#include <stdlib.h>

static const char *const encodings[] = { "raw", "hex", "base64", "base64url",
	"pem", NULL };

const struct authchain_option ac_secret_schema[] = {
	{ .name = "file",
	    .help = "file with one value a line, current first",
	    .type = AUTHCHAIN_OPTION_PATH,
	    .flags = AUTHCHAIN_OPTION_ENVIRONMENT | AC_OPTION_HIDDEN },
	{ .name = "env",
	    .help = "name of an environment variable",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY | AC_OPTION_HIDDEN },
	{ .name = "credential",
	    .help = "name of a systemd credential",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY | AC_OPTION_HIDDEN },
	{ .name = "exec",
	    .help = "program that prints the values, and its arguments",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY | AC_OPTION_REPEATS |
		     AC_OPTION_HIDDEN },
	{ .name = "timeout",
	    .help = "how long exec may take",
	    .fallback = "5s",
	    .type = AUTHCHAIN_OPTION_DURATION,
	    .min = 100,
	    .max = 60000 },
	{ .name = "encoding",
	    .help = "how each line spells a value; pem: lines from BEGIN to "
		    "END are one",
	    .fallback = "raw",
	    .choices = encodings,
	    .type = AUTHCHAIN_OPTION_ENUM },
	{ .name = "purpose",
	    .help = "what the secret may be used for",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY },
};
const size_t ac_secret_schema_count =
    sizeof(ac_secret_schema) / sizeof(ac_secret_schema[0]);

static const char *const sources[] = { "file", "env", "credential", "exec" };
#define SOURCE_COUNT (sizeof(sources) / sizeof(sources[0]))

struct load {
	const struct ac_section *section;
	const struct ac_options *options;
	const char *source; /* one of sources */
	struct ac_secret_list *list;
	struct ac_diags *diags;
};

static void
report(const struct load *load, const char *option, const char *hint,
    const char *text)
{
	ac_diag(load->diags, AUTHCHAIN_SEVERITY_ERROR,
	    ac_options_at(load->options, option), hint, "%s", text);
}

/* ---- what the section says --------------------------------------------- */

/* Might this key be a mistyped source?  It is reported as unknown. */
static bool
is_near_source(const struct ac_section *section)
{
	for (size_t i = 0; i < section->item_count; i++) {
		struct authchain_span key = ac_span_text(section->items[i].key);

		if (ac_suggest(key, sources, SOURCE_COUNT) != NULL)
			return true;
	}
	return false;
}

/* The one source; NULL with a report. */
static const char *
choose_source(const struct ac_section *section, struct ac_diags *diags)
{
	const struct ac_item *first = NULL;

	for (size_t i = 0; i < section->item_count; i++) {
		const struct ac_item *item = &section->items[i];
		bool is_source = false;

		for (size_t k = 0; k < SOURCE_COUNT; k++)
			is_source =
			    is_source || strcmp(item->key, sources[k]) == 0;
		if (!is_source)
			continue;
		if (first != NULL) {
			ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR, &item->key_at,
			    "a secret has one source: keep one",
			    "\"%s\" is a second source; \"%s\" stands on line "
			    "%u",
			    item->key, first->key,
			    (unsigned int)first->key_at.line);
			return NULL;
		}
		first = item;
	}
	if (first != NULL)
		return first->key;
	if (!is_near_source(section))
		ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR, &section->at,
		    "add one of file, env, credential or exec",
		    "[secret %s] has no source", section->name);
	return NULL;
}

static int
check_purpose(const struct load *load)
{
	struct authchain_span purpose =
	    ac_options_text(load->options, "purpose");
	bool good = purpose.len <= AC_CONF_MAX_NAME;

	for (size_t i = 0; i < purpose.len; i++)
		good = good && purpose.data[i] != '_';
	if (purpose.data == NULL || (good && ac_conf_is_name(purpose)))
		return 0;
	report(load, "purpose", "a purpose is a word of a-z, 0-9 and -",
	    "the purpose is not a word");
	return -1;
}

static void
check_timeout(const struct load *load)
{
	if (ac_options_is_set(load->options, "timeout") &&
	    strcmp(load->source, "exec") != 0)
		ac_diag(load->diags, AUTHCHAIN_SEVERITY_WARNING,
		    ac_options_at(load->options, "timeout"), "delete it",
		    "\"timeout\" has no effect without \"exec\"");
}

/* ---- the list ---------------------------------------------------------- */

static char *
describe(const struct load *load)
{
	struct authchain_span what =
	    strcmp(load->source, "exec") == 0
		? ac_options_item(load->options, "exec", 0)
		: ac_options_text(load->options, load->source);
	struct ac_buf text;

	ac_buf_init(&text, AC_CONF_MAX_VALUE + 64);
	if (strcmp(load->source, "env") == 0)
		ac_buf_text(&text, "environment variable");
	else if (strcmp(load->source, "exec") == 0)
		ac_buf_text(&text, "the output of");
	else
		ac_buf_text(&text, load->source);
	ac_buf_byte(&text, ' ');
	ac_buf_add(&text, what);
	return ac_buf_take(&text);
}

static int
fill(struct load *load)
{
	struct authchain_span purpose =
	    ac_options_text(load->options, "purpose");
	struct ac_secret_list *list = load->list;
	const struct ac_position *at =
	    ac_options_at(load->options, load->source);
	struct ac_secret raw = { NULL, 0, 0 };
	struct authchain_error err = { 0 };
	int result = -1;

	list->at = load->section->at;
	list->name = strdup(load->section->name);
	list->purpose = strdup(purpose.data == NULL ? "" : purpose.data);
	list->source = describe(load);
	if (list->name == NULL || list->purpose == NULL ||
	    list->source == NULL) {
		report(load, load->source, NULL, "out of memory");
		return -1;
	}
	if (ac_secret_fetch(load->options, load->source, &raw, &err) != 0)
		report(load, load->source,
		    ac_secret_fetch_hint(load->source, &err), err.text);
	else
		result = ac_secret_values_read(list, ac_secret_span(&raw),
		    (uint32_t)ac_options_number(load->options, "encoding"), at,
		    load->diags);
	ac_secret_clear(&raw);
	return result;
}

struct ac_secret_list *
ac_secret_load(const struct ac_section *section, struct ac_diags *diags)
{
	struct load load = { .section = section, .diags = diags };
	struct ac_options *options;

	load.source = choose_source(section, diags);
	options = ac_options_bind(ac_secret_schema, ac_secret_schema_count,
	    section, NULL, diags);
	load.options = options;
	if (options == NULL || load.source == NULL)
		goto out;
	check_timeout(&load);
	load.list = calloc(1, sizeof(*load.list));
	if (load.list == NULL)
		report(&load, load.source, NULL, "out of memory");
	else if (check_purpose(&load) + fill(&load) != 0)
		ac_secret_list_free(&load.list);
out:
	ac_options_free(&options);
	return load.list;
}

void
ac_secret_list_free(struct ac_secret_list **list)
{
	struct ac_secret_list *l = *list;

	if (l == NULL)
		return;
	for (size_t i = 0; i < l->value_count; i++) {
		ac_secret_clear(&l->values[i].bytes);
		free(l->values[i].label);
	}
	free(l->values);
	free(l->name);
	free(l->purpose);
	free(l->source);
	free(l);
	*list = NULL;
}
