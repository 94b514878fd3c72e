/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a file defines: secrets are read and plugins loaded and bound, and names
 * that stand twice or for nothing are found.
 */
#include "engine/scope.h"

#include <stdlib.h>
#include <unistd.h>

#include "engine/entry.h"

struct naming {
	struct ac_scope *own, *shared;
	const char **names;
	size_t count;
};

static struct ac_model_secret *
secret_named(struct ac_scope *scope, const char *name)
{
	for (size_t i = 0; scope != NULL && i < scope->secret_count; i++)
		if (strcmp(scope->secrets[i].section->name, name) == 0)
			return &scope->secrets[i];
	return NULL;
}

static struct ac_secret_list *
find_secret(void *arg, const char *name)
{
	struct naming *naming = arg;
	struct ac_model_secret *secret = secret_named(naming->own, name);

	if (secret == NULL)
		secret = secret_named(naming->shared, name);
	if (secret == NULL)
		return NULL;
	secret->used = true;
	return secret->list;
}

/* All names that a file may use, for lookups and "did you mean". */
static bool
collect_secret_names(struct naming *naming)
{
	struct ac_scope *scopes[] = { naming->own, naming->shared };
	size_t room =
	    naming->own->secret_count +
	    (naming->shared == NULL ? 0 : naming->shared->secret_count);

	naming->names = calloc(room + 1, sizeof(*naming->names));
	for (size_t i = 0; naming->names != NULL && i < 2; i++)
		for (size_t j = 0;
		     scopes[i] != NULL && j < scopes[i]->secret_count; j++)
			naming->names[naming->count++] =
			    scopes[i]->secrets[j].section->name;
	return naming->names != NULL;
}

static const char *
scalar(const struct ac_section *section, const char *key)
{
	const struct ac_item *item = ac_section_find(section, key);

	return item == NULL ? NULL : item->value;
}

/* Was it written, and so badly that it was reported when it was read? */
static bool
is_broken(const struct ac_section *section, const char *key)
{
	const struct ac_item *item = ac_section_find(section, key);

	return item != NULL && item->broken;
}

/* "did you mean" of the plugins that are there. */
static const char *
suggest_type(char hint[AC_HINT_BYTES], const struct ac_loader *loader,
    const char *type)
{
	size_t count;
	char **names;

	if (access(ac_loader_dir(loader), F_OK) != 0)
		return "install the plugins there, or name their folder with "
		       "--plugin-dir";
	names = ac_loader_names(loader, &count);
	(void)ac_suggest_hint(hint, ac_span_text(type),
	    (const char *const *)names, count);
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
	return hint;
}

static void
say_no_plugin(struct ac_loader *loader, const struct ac_section *section,
    const char *type, const struct authchain_error *err, struct ac_diags *diags)
{
	const struct ac_item *item = ac_section_find(section, "type");
	const struct ac_item *path = ac_section_find(section, "path");
	char hint[AC_HINT_BYTES];

	if (path != NULL)
		ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR, &path->value_at,
		    "name the plugin's own file, or remove the line",
		    "[plugin %s] cannot load %s: %s", section->name,
		    path->value, err->text);
	else
		ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR,
		    item == NULL ? &section->at : &item->value_at,
		    suggest_type(hint, loader, type),
		    "[plugin %s] cannot load plugin \"%s\": %s", section->name,
		    type, err->text);
}

static void
say_no_type(struct ac_loader *loader, const struct ac_section *section,
    const char *type, struct ac_diags *diags)
{
	char hint[AC_HINT_BYTES];
	struct ac_quote quote;

	ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR,
	    &ac_section_find(section, "type")->value_at,
	    strchr(type, '/') != NULL
		? "for a file elsewhere write path = /abs/file.so as well"
		: suggest_type(hint, loader, type),
	    "[plugin %s] %s is no name of a plugin", section->name,
	    ac_quote(&quote, ac_span_text(type)));
}

static const struct ac_plugin *
load_plugin(struct ac_loader *loader, const struct ac_section *section,
    struct ac_diags *diags)
{
	const char *type = scalar(section, "type");
	const char *path = scalar(section, "path");
	const struct ac_plugin *plugin = NULL;
	struct authchain_error err;

	if (is_broken(section, "type") || is_broken(section, "path"))
		return NULL;
	ac_error_clear(&err);
	if (type == NULL)
		type = section->name;
	if (!ac_name_is_valid(ac_span_text(type))) {
		say_no_type(loader, section, type, diags);
		return NULL;
	}
	if (path != NULL && path[0] != '/') {
		ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR,
		    &ac_section_find(section, "path")->value_at,
		    "write the whole path, from /",
		    "[plugin %s] path is not absolute", section->name);
		return NULL;
	}
	plugin = ac_loader_find(loader, type, path, &err);
	if (plugin == NULL)
		say_no_plugin(loader, section, type, &err, diags);
	return plugin;
}

/* The engine's rows, then the plugin's: one table, one check. */
static struct authchain_option *
join_schema(const struct ac_plugin *plugin, size_t *count)
{
	struct authchain_option *schema;

	*count = ac_entry_schema_count + plugin->is.option_count;
	schema = calloc(*count, sizeof(*schema));
	if (schema == NULL)
		return NULL;
	memcpy(schema, ac_entry_schema,
	    ac_entry_schema_count * sizeof(*schema));
	if (plugin->is.option_count > 0)
		memcpy(schema + ac_entry_schema_count, plugin->options,
		    plugin->is.option_count * sizeof(*schema));
	return schema;
}

/* Options that weaken a default are named so. */
static void
check_insecure(const struct ac_defined *defined, struct ac_diags *diags)
{
	const struct ac_plugin *plugin = defined->plugin;

	for (size_t i = 0; i < plugin->is.option_count; i++) {
		const char *name = plugin->options[i].name;

		if (strstr(name, "insecure") == NULL ||
		    ac_options_number(defined->options, name) == 0)
			continue;
		ac_diag(diags, AUTHCHAIN_SEVERITY_LINT,
		    ac_options_at(defined->options, name),
		    "for development only: remove the line elsewhere",
		    "[plugin %s] %s weakens what is checked",
		    defined->section->name, name);
	}
}

static void
define(struct ac_defined *defined, struct ac_loader *loader,
    const struct ac_secret_lookup *lookup, struct ac_diags *diags)
{
	size_t count;

	defined->plugin = load_plugin(loader, defined->section, diags);
	if (defined->plugin == NULL)
		return;
	defined->schema = join_schema(defined->plugin, &count);
	if (defined->schema == NULL)
		ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR, &defined->section->at,
		    NULL, "out of memory");
	else
		defined->options = ac_options_bind(defined->schema, count,
		    defined->section, lookup, diags);
	if (defined->options == NULL)
		return;
	check_insecure(defined, diags);
	ac_entry_check_scopes(defined->options, diags);
}

bool
ac_scope_load(struct ac_scope *scope, const struct ac_conf_file *files,
    size_t file_count, struct ac_diags *diags)
{
	size_t room = 0;

	for (size_t i = 0; i < file_count; i++)
		room += files[i].section_count;
	scope->plugins = calloc(room + 1, sizeof(*scope->plugins));
	scope->secrets = calloc(room + 1, sizeof(*scope->secrets));
	if (scope->plugins == NULL || scope->secrets == NULL)
		return false;
	for (size_t i = 0; i < file_count; i++)
		for (size_t j = 0; j < files[i].section_count; j++) {
			const struct ac_section *section =
			    &files[i].sections[j];

			if (strcmp(section->kind, "plugin") == 0)
				scope->plugins[scope->plugin_count++].section =
				    section;
			if (strcmp(section->kind, "secret") == 0)
				scope->secrets[scope->secret_count++].section =
				    section;
		}
	for (size_t i = 0; i < scope->secret_count; i++)
		scope->secrets[i].list =
		    ac_secret_load(scope->secrets[i].section, diags);
	return true;
}

bool
ac_scope_define(struct ac_scope *scope, struct ac_scope *shared,
    struct ac_loader *loader, struct ac_diags *diags)
{
	struct naming naming = { .own = scope, .shared = shared };
	struct ac_secret_lookup lookup = { .find = find_secret,
		.arg = &naming };
	bool known = collect_secret_names(&naming);

	lookup.incomplete =
	    scope->incomplete || (shared != NULL && shared->incomplete);
	lookup.names = naming.names;
	lookup.name_count = naming.count;
	for (size_t i = 0; known && i < scope->plugin_count; i++)
		define(&scope->plugins[i], loader, &lookup, diags);
	free(naming.names);
	return known;
}

static void
say_twice(const struct ac_section *here, const struct ac_section *there,
    struct ac_diags *diags)
{
	ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR, &here->at,
	    "give one of them another name, or remove it",
	    "[%s %s] is defined here and at %s:%u", here->kind, here->name,
	    there->at.file, there->at.line);
}

void
ac_scope_check_pair(struct ac_scope *own, struct ac_scope *shared,
    struct ac_diags *diags)
{
	for (size_t i = 0; i < own->plugin_count; i++)
		for (size_t j = 0; j < shared->plugin_count; j++)
			if (strcmp(own->plugins[i].section->name,
				shared->plugins[j].section->name) == 0) {
				say_twice(own->plugins[i].section,
				    shared->plugins[j].section, diags);
				shared->plugins[j].enrolled = true;
			}
	for (size_t i = 0; i < own->secret_count; i++)
		for (size_t j = 0; j < shared->secret_count; j++)
			if (strcmp(own->secrets[i].section->name,
				shared->secrets[j].section->name) == 0) {
				say_twice(own->secrets[i].section,
				    shared->secrets[j].section, diags);
				shared->secrets[j].used = true;
			}
}

/* Two drop-ins share one name space. */
void
ac_scope_check(struct ac_scope *shared, struct ac_diags *diags)
{
	for (size_t i = 0; i < shared->plugin_count; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(shared->plugins[i].section->name,
				shared->plugins[j].section->name) == 0)
				say_twice(shared->plugins[i].section,
				    shared->plugins[j].section, diags);
	for (size_t i = 0; i < shared->secret_count; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(shared->secrets[i].section->name,
				shared->secrets[j].section->name) == 0)
				say_twice(shared->secrets[i].section,
				    shared->secrets[j].section, diags);
}

void
ac_scope_check_unused(const struct ac_scope *scope, struct ac_diags *diags)
{
	for (size_t i = 0; i < scope->plugin_count; i++)
		if (!scope->plugins[i].enrolled)
			ac_diag(diags, AUTHCHAIN_SEVERITY_WARNING,
			    &scope->plugins[i].section->at,
			    "name it in a line of [chain], or remove it",
			    "[plugin %s] is defined and not used",
			    scope->plugins[i].section->name);
	/* a plugin that could not be read may well use them */
	for (size_t i = 0; i < scope->plugin_count; i++)
		if (scope->plugins[i].options == NULL)
			return;
	for (size_t i = 0; i < scope->secret_count; i++)
		if (!scope->secrets[i].used)
			ac_diag(diags, AUTHCHAIN_SEVERITY_WARNING,
			    &scope->secrets[i].section->at,
			    "name it where it is wanted (token = @NAME), or "
			    "remove it",
			    "[secret %s] is defined and not used",
			    scope->secrets[i].section->name);
}

void
ac_scope_clear(struct ac_scope *scope)
{
	for (size_t i = 0; i < scope->plugin_count; i++) {
		ac_options_free(&scope->plugins[i].options);
		free(scope->plugins[i].schema);
	}
	for (size_t i = 0; i < scope->secret_count; i++)
		ac_secret_list_free(&scope->secrets[i].list);
	free(scope->plugins);
	free(scope->secrets);
	*scope = (struct ac_scope){ 0 };
}
