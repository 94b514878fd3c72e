/* SPDX-License-Identifier: BSD-2-Clause */
/* authchain plugins: what is installed, from the descriptors themselves. */
#include "cli/cli.h"
#include "cli/open.h"
#include "cli/out.h"

#include <stdlib.h>

#include "base/number.h"
#include "engine/loader.h"
#include "engine/options.h"

static const char *const stages[] = { "guard", "identity", "map", "authorize",
	"challenge", "audit" };
#define STAGES (sizeof(stages) / sizeof(stages[0]))

static bool
serves(const struct authchain_plugin *plugin, size_t stage)
{
	const bool has[STAGES] = { plugin->guard != NULL,
		plugin->verify != NULL, plugin->map != NULL,
		plugin->authorize != NULL, plugin->challenge != NULL,
		plugin->audit != NULL };

	return has[stage];
}

static json_t *
choices_json(const struct authchain_option *option)
{
	json_t *list = NULL;

	if (option->choices == NULL)
		return json_null();
	list = json_array();
	for (size_t i = 0; option->choices[i] != NULL; i++)
		(void)json_array_append_new(list,
		    ac_out_text(option->choices[i]));
	return list;
}

static json_t *
bound_json(const struct authchain_option *option, int64_t bound)
{
	return option->min == option->max ? json_null()
					  : json_integer((json_int_t)bound);
}

static json_t *
option_json(const struct authchain_option *option)
{
	return json_pack("{s:o,s:s,s:b,s:o,s:o,s:o,s:o,s:o,s:o}", "name",
	    ac_out_text(option->name), "type",
	    ac_option_type_name(option->type), "required",
	    (int)((option->flags & AUTHCHAIN_OPTION_REQUIRED) != 0), "default",
	    ac_out_text(option->fallback), "choices", choices_json(option),
	    "min", bound_json(option, option->min), "max",
	    bound_json(option, option->max), "purpose",
	    ac_out_text(option->purpose), "help", ac_out_text(option->help));
}

static json_t *
plugin_json(const struct ac_plugin *plugin)
{
	json_t *options = json_array();
	json_t *served = json_array();
	char abi[24];

	(void)snprintf(abi, sizeof(abi), "%u.%u", plugin->module->abi_major,
	    plugin->module->abi_minor);
	for (size_t i = 0; i < plugin->is.option_count; i++)
		(void)json_array_append_new(options,
		    option_json(&plugin->options[i]));
	for (size_t i = 0; i < STAGES; i++)
		if (serves(&plugin->is, i))
			(void)json_array_append_new(served,
			    json_string(stages[i]));
	return json_pack("{s:o,s:o,s:o,s:o,s:s,s:o,s:o,s:o}", "name",
	    ac_out_text(plugin->is.name), "description",
	    ac_out_text(plugin->is.description), "version",
	    ac_out_text(plugin->module->version), "licence",
	    ac_out_text(plugin->module->licence), "abi", abi, "path",
	    ac_out_text(plugin->module->path), "stages", served, "options",
	    options);
}

static void
print_stages(const struct authchain_plugin *plugin)
{
	bool first = true;

	for (size_t i = 0; i < STAGES; i++)
		if (serves(plugin, i)) {
			printf("%s%s", first ? "" : " ", stages[i]);
			first = false;
		}
}

static void
print_row(const struct ac_plugin *plugin)
{
	printf("%-16s %-8s ", plugin->is.name, plugin->module->version);
	print_stages(&plugin->is);
	printf("\n    %s\n", plugin->is.description);
}

static void
print_bound(const struct authchain_option *option, int64_t bound)
{
	char text[AC_DURATION_TEXT];

	if (option->type == AUTHCHAIN_OPTION_DURATION)
		fputs(ac_duration_text(bound, text), stdout);
	else
		printf("%lld", (long long)bound);
}

static void
print_option(const struct authchain_option *option)
{
	printf("\n  %s%s%s  (%s", ac_out_on(stdout, AC_PAINT_STRONG),
	    option->name, ac_out_off(stdout),
	    ac_option_type_name(option->type));
	if ((option->flags & AUTHCHAIN_OPTION_REQUIRED) != 0)
		fputs(", required", stdout);
	if (option->fallback != NULL)
		printf(", default %s",
		    option->fallback[0] != 0 ? option->fallback : "empty");
	if (option->min != option->max) {
		fputs(", ", stdout);
		print_bound(option, option->min);
		fputs(" to ", stdout);
		print_bound(option, option->max);
	}
	puts(")");
	fputs("      ", stdout);
	ac_args_wrap(option->help != NULL ? option->help : "", 6, 6, stdout);
	if (option->choices == NULL)
		return;
	fputs("      one of:", stdout);
	for (size_t i = 0; option->choices[i] != NULL; i++)
		printf("%s %s", i == 0 ? "" : ",", option->choices[i]);
	putchar('\n');
}

static void
print_plugin(const struct ac_plugin *plugin)
{
	printf("%s%s%s %s, %s\n", ac_out_on(stdout, AC_PAINT_STRONG),
	    plugin->is.name, ac_out_off(stdout), plugin->module->version,
	    plugin->is.description);
	printf("  licence  %s\n  abi      %u.%u\n  file     %s\n  stages   ",
	    plugin->module->licence, plugin->module->abi_major,
	    plugin->module->abi_minor,
	    plugin->module->path[0] != 0 ? plugin->module->path : "built in");
	print_stages(&plugin->is);
	putchar('\n');
	for (size_t i = 0; i < plugin->is.option_count; i++)
		print_option(&plugin->options[i]);
}

/* One plugin, or one that can't be loaded and why. */
static bool
list_one(struct ac_loader *loader, const char *name, json_t *list,
    json_t *broken)
{
	struct authchain_error err = { 0 };
	const struct ac_plugin *plugin =
	    ac_loader_find(loader, name, NULL, &err);

	if (plugin == NULL) {
		ac_cli_say("plugin %s: %s", name, err.text);
		(void)json_array_append_new(broken,
		    json_pack("{s:s,s:o}", "name", name, "error",
			ac_out_text(err.text)));
		return false;
	}
	if (list != NULL)
		(void)json_array_append_new(list, plugin_json(plugin));
	else
		print_row(plugin);
	return true;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum ac_exit
list_all(struct ac_loader *loader, bool json)
{
	size_t count = 0;
	char **names = ac_loader_names(loader, &count);
	json_t *list = json ? json_array() : NULL;
	json_t *broken = json_array();
	enum ac_exit rc = AC_EXIT_OK;

	if (names != NULL)
		qsort(names, count, sizeof(*names), by_name);
	for (size_t i = 0; names != NULL && i < count; i++) {
		if (!list_one(loader, names[i], list, broken))
			rc = AC_EXIT_CONFIG;
		free(names[i]);
	}
	if (count == 0)
		ac_cli_say("no plugin in %s", ac_loader_dir(loader));
	free(names);
	if (!json)
		json_decref(broken);
	else if (ac_out_json(json_pack("{s:o,s:o,s:o}", "folder",
		     ac_out_text(ac_loader_dir(loader)), "plugins", list,
		     "broken", broken)) != 0)
		rc = AC_EXIT_NO;
	return rc;
}

static enum ac_exit
show(struct ac_loader *loader, const char *name, bool json)
{
	struct authchain_error err = { 0 };
	const struct ac_plugin *plugin =
	    ac_loader_find(loader, name, NULL, &err);

	if (plugin == NULL) {
		ac_cli_say("plugin %s: %s", name, err.text);
		return AC_EXIT_CONFIG;
	}
	if (json)
		return ac_out_json(json_pack("{s:o,s:[o],s:[]}", "folder",
			   ac_out_text(ac_loader_dir(loader)), "plugins",
			   plugin_json(plugin), "broken")) == 0
			   ? AC_EXIT_OK
			   : AC_EXIT_NO;
	print_plugin(plugin);
	return AC_EXIT_OK;
}

static enum ac_exit
run(const struct ac_args *args)
{
	struct authchain_error err = { 0 };
	struct ac_loader *loader =
	    ac_loader_new(ac_args_text(args, "plugin-dir", NULL));
	bool json = ac_args_has(args, "json");
	enum ac_exit rc = AC_EXIT_OK;

	if (loader == NULL) {
		ac_error_memory(&err);
		return ac_cli_fail(&err);
	}
	rc = args->operand_count == 0 ? list_all(loader, json)
				      : show(loader, args->operands[0], json);
	ac_loader_free(&loader);
	return rc;
}

static const struct ac_arg options[] = {
	AC_ARG_PLUGIN_DIR,
	AC_ARG_JSON,
	AC_ARG_HELP,
	AC_ARG_VERSION,
	AC_ARG_END,
};

const struct ac_command ac_cmd_plugins = {
	.name = "plugins",
	.synopsis = "[NAME] [options]",
	.summary = "list the installed plugins, or one with its options",
	.text = NULL,
	.args = options,
	.max_operands = 1,
	.run = run,
};
