/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a descriptor the way it must be read: nothing is believed beyond the
 * size that the module gives, and nothing of the module is written.
 */
#include "engine/module.h"

#include <stdlib.h>

#include "engine/entry.h"

#define DESCRIPTION_BYTES 200
#define PLUGIN_NAME_BYTES 32

/* What the first release had; a smaller struct is no descriptor of ours. */
#define LEAST_MODULE sizeof(struct authchain_module)
#define LEAST_PLUGIN sizeof(struct authchain_plugin)
#define LEAST_OPTION sizeof(struct authchain_option)

/* The head that every major version keeps. */
struct head {
	uint32_t magic, size;
	uint16_t abi_major, abi_minor, host_minor, reserved;
	uint32_t flags;
};

int
ac_module_check(const struct authchain_module *module,
    struct authchain_error *err)
{
	struct head head;

	memcpy(&head, module, sizeof(head));
	if (head.magic != AUTHCHAIN_MODULE_MAGIC)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "its authchain_module_v1 begins with 0x%08x, a module "
		    "descriptor with 0x%08x: it is no authchain module",
		    head.magic, AUTHCHAIN_MODULE_MAGIC);
	if (head.abi_major != AUTHCHAIN_ABI_MAJOR)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "it is built for plugin ABI %u.%u, this host has %u.%u: "
		    "build it against this version's <authchain/plugin.h>",
		    head.abi_major, head.abi_minor, AUTHCHAIN_ABI_MAJOR,
		    AUTHCHAIN_ABI_MINOR);
	if (head.host_minor > AUTHCHAIN_ABI_MINOR)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "it needs a host with plugin ABI %u.%u or later, this "
		    "host has %u.%u: upgrade authchain",
		    head.abi_major, head.host_minor, AUTHCHAIN_ABI_MAJOR,
		    AUTHCHAIN_ABI_MINOR);
	if (head.size < LEAST_MODULE)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "its descriptor has %u bytes, ABI %u.%u has at least %zu: "
		    "it was not made with AUTHCHAIN_MODULE",
		    head.size, AUTHCHAIN_ABI_MAJOR, AUTHCHAIN_ABI_MINOR,
		    LEAST_MODULE);
	if ((head.flags & AUTHCHAIN_MODULE_MUST_UNDERSTAND) != 0)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "it sets flag 0x%08x that its host must understand, and "
		    "this host (plugin ABI %u.%u) understands 0x%08x: upgrade "
		    "authchain",
		    head.flags & AUTHCHAIN_MODULE_MUST_UNDERSTAND,
		    AUTHCHAIN_ABI_MAJOR, AUTHCHAIN_ABI_MINOR, 0u);
	if (module->plugins == NULL || module->plugins[0] == NULL)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "it holds no plugin");
	return 0;
}

bool
ac_name_is_valid(struct authchain_span name)
{
	if (name.len == 0 || name.data[0] == '-' || name.data[0] == '_')
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '-' && c != '_')
			return false;
	}
	return true;
}

static int
breaks(struct authchain_error *err, const char *plugin, const char *what)
{
	return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
	    "its plugin %s breaks the contract: %s; see authchain_plugin(3)",
	    plugin, what);
}

static int
check_option(const struct authchain_option *options, size_t at,
    const char *plugin, struct authchain_error *err)
{
	const struct authchain_option *option = &options[at];

	if (option->name == NULL ||
	    !ac_name_is_valid(ac_span_text(option->name)))
		return breaks(err, plugin, "an option has no proper name");
	if (option->type < AUTHCHAIN_OPTION_STRING ||
	    option->type > AUTHCHAIN_OPTION_SECRET)
		return breaks(err, plugin, "an option has an unknown type");
	if (option->type == AUTHCHAIN_OPTION_ENUM && option->choices == NULL)
		return breaks(err, plugin, "an enum option has no choices");
	for (size_t i = 0; i < ac_entry_schema_count; i++)
		if (strcmp(ac_entry_schema[i].name, option->name) == 0)
			return breaks(err, plugin,
			    "an option has a name that is the engine's own");
	for (size_t i = 0; i < at; i++)
		if (strcmp(options[i].name, option->name) == 0)
			return breaks(err, plugin,
			    "two options have the same name");
	return 0;
}

static int
copy_options(struct ac_plugin *plugin, struct authchain_error *err)
{
	const struct authchain_plugin *is = &plugin->is;
	size_t stride = is->option_size;

	if (is->option_count == 0)
		return 0;
	if (is->options == NULL || stride < LEAST_OPTION ||
	    is->option_count > AC_LOADER_MAX_OPTIONS)
		return breaks(err, is->name, "its option table is malformed");
	plugin->options =
	    calloc(is->option_count, sizeof(struct authchain_option));
	if (plugin->options == NULL)
		return ac_error_memory(err);
	for (size_t i = 0; i < is->option_count; i++) {
		memcpy(&plugin->options[i],
		    (const char *)is->options + i * stride, LEAST_OPTION);
		if (check_option(plugin->options, i, is->name, err) != 0)
			return -1;
	}
	return 0;
}

static int
check_callbacks(const struct authchain_plugin *is, struct authchain_error *err)
{
	if ((is->create == NULL) != (is->destroy == NULL))
		return breaks(err, is->name, "create and destroy go together");
	if ((is->claim == NULL) != (is->verify == NULL))
		return breaks(err, is->name, "claim and verify go together");
	if (is->guard == NULL && is->verify == NULL && is->map == NULL &&
	    is->authorize == NULL && is->challenge == NULL && is->audit == NULL)
		return breaks(err, is->name, "it takes part in no stage");
	return 0;
}

static int
copy_plugin(struct ac_plugin *into, const struct authchain_plugin *from,
    struct authchain_error *err)
{
	size_t size = from->size;

	if (size < LEAST_PLUGIN)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "a plugin in it has %zu bytes, ABI %u.%u has at least %zu",
		    size, AUTHCHAIN_ABI_MAJOR, AUTHCHAIN_ABI_MINOR,
		    LEAST_PLUGIN);
	memcpy(&into->is, from,
	    size < sizeof(into->is) ? size : sizeof(into->is));
	if (into->is.name == NULL ||
	    !ac_name_is_valid(ac_span_text(into->is.name)) ||
	    strlen(into->is.name) > PLUGIN_NAME_BYTES)
		return breaks(err, "?", "it has no proper name");
	if (into->is.description == NULL ||
	    strlen(into->is.description) > DESCRIPTION_BYTES)
		return breaks(err, into->is.name, "it has no description");
	if (check_callbacks(&into->is, err) != 0)
		return -1;
	return copy_options(into, err);
}

static size_t
count_plugins(const struct authchain_module *module)
{
	size_t count = 0;

	while (count <= AC_LOADER_MAX_PLUGINS && module->plugins[count] != NULL)
		count++;
	return count;
}

static char *
copy_text(const char *text)
{
	return strdup(text == NULL ? "" : text);
}

int
ac_module_copy(struct ac_module *into, const struct authchain_module *module,
    struct authchain_error *err)
{
	size_t count = count_plugins(module);

	if (count == 0 || count > AC_LOADER_MAX_PLUGINS)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "it holds %s; a module has 1 to %d plugins",
		    count == 0 ? "no plugin" : "more", AC_LOADER_MAX_PLUGINS);
	into->abi_major = module->abi_major;
	into->abi_minor = module->abi_minor;
	into->version = copy_text(module->version);
	into->licence = copy_text(module->licence);
	into->plugins = calloc(count, sizeof(*into->plugins));
	if (into->version == NULL || into->licence == NULL ||
	    into->plugins == NULL)
		return ac_error_memory(err);
	for (size_t i = 0; i < count; i++) {
		into->plugin_count = i + 1;
		into->plugins[i].module = into;
		if (copy_plugin(&into->plugins[i], module->plugins[i], err) !=
		    0)
			return -1;
	}
	return 0;
}

void
ac_module_clear(struct ac_module *module)
{
	for (size_t i = 0; i < module->plugin_count; i++)
		free(module->plugins[i].options);
	free(module->plugins);
	free(module->version);
	free(module->licence);
	free(module->path);
	*module = (struct ac_module){ 0 };
}

int
authchain_module_check(const struct authchain_module *module,
    struct authchain_error *error)
{
	struct ac_module copy = { 0 };
	int r;

	ac_error_clear(error);
	r = ac_module_check(module, error);
	if (r == 0)
		r = ac_module_copy(&copy, module, error);
	ac_module_clear(&copy);
	return r;
}
