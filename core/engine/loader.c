/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opens a shared object once, judges the descriptor, and loads by that
 * descriptor, so that what was judged is what runs.  Nothing relative, no
 * search path, no environment.
 */
#include "config.h" /* dladdr, asprintf */

#include "engine/loader.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "engine/builtin.h"
#include "engine/mapped.h"
#include "engine/module.h"

struct ac_loader {
	char *dir;
	struct ac_module *modules[AC_LOADER_MAX_MODULES];
	size_t module_count;
};

struct ac_loader *
ac_loader_new(const char *plugin_dir)
{
	struct ac_loader *loader = calloc(1, sizeof(*loader));

	if (loader == NULL)
		return NULL;
	loader->dir = strdup(plugin_dir == NULL ? AC_PLUGINDIR : plugin_dir);
	if (loader->dir == NULL)
		ac_loader_free(&loader);
	return loader;
}

void
ac_loader_free(struct ac_loader **loader)
{
	if (*loader == NULL)
		return;
	for (size_t i = 0; i < (*loader)->module_count; i++) {
		ac_module_clear((*loader)->modules[i]);
		free((*loader)->modules[i]);
	}
	free((*loader)->dir);
	free(*loader);
	*loader = NULL;
}

const char *
ac_loader_dir(const struct ac_loader *loader)
{
	return loader->dir;
}

/*
 * dlsym also finds a symbol of a dependency; the descriptor must lie in the
 * very file that was named.
 */
static const struct authchain_module *
own_descriptor(void *handle, struct authchain_error *err)
{
	const void *symbol = dlsym(handle, "authchain_module_v1");
	struct link_map *map = NULL;
	Dl_info info;

	if (symbol == NULL) {
		ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "it exports no authchain_module_v1: it is no authchain "
		    "plugin for ABI %u",
		    AUTHCHAIN_ABI_MAJOR);
		return NULL;
	}
	if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0 ||
	    dladdr(symbol, &info) == 0 ||
	    (uintptr_t)info.dli_fbase != (uintptr_t)map->l_addr) {
		ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "its authchain_module_v1 lies in a library that it is "
		    "linked to (%s), not in itself",
		    symbol != NULL && dladdr(symbol, &info) != 0
			? info.dli_fname
			: "?");
		return NULL;
	}
	return symbol;
}

static int
map_file(struct ac_module *module, const char *path,
    const struct authchain_module **descriptor, struct authchain_error *err)
{
	struct stat st;
	int fd = ac_file_open(path, AC_FILE_MODULE, err);

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0) {
		module->device = (uint64_t)st.st_dev;
		module->inode = (uint64_t)st.st_ino;
		module->modified_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 +
				      st.st_mtim.tv_nsec;
	}
	module->handle = ac_mapped_open(fd, err);
	close(fd);
	*descriptor =
	    module->handle == NULL ? NULL : own_descriptor(module->handle, err);
	return *descriptor == NULL ? -1 : 0;
}

static struct ac_module *
known(struct ac_loader *loader, const char *path)
{
	for (size_t i = 0; i < loader->module_count; i++)
		if (strcmp(loader->modules[i]->path, path) == 0)
			return loader->modules[i];
	return NULL;
}

/* Checks and keeps a module; descriptor NULL means that path is to be mapped. */
static const struct ac_module *
add(struct ac_loader *loader, const char *path,
    const struct authchain_module *descriptor, struct authchain_error *err)
{
	struct ac_module *module;

	if (loader->module_count == AC_LOADER_MAX_MODULES) {
		ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "more than %d modules", AC_LOADER_MAX_MODULES);
		return NULL;
	}
	if ((module = calloc(1, sizeof(*module))) == NULL ||
	    (module->path = strdup(path)) == NULL) {
		free(module);
		ac_error_memory(err);
		return NULL;
	}
	if ((descriptor == NULL &&
		map_file(module, path, &descriptor, err) != 0) ||
	    ac_module_check(descriptor, err) != 0 ||
	    ac_module_copy(module, descriptor, err) != 0) {
		ac_module_clear(module);
		free(module);
		return NULL;
	}
	loader->modules[loader->module_count++] = module;
	return module;
}

const struct ac_module *
ac_loader_open(struct ac_loader *loader, const char *path,
    struct authchain_error *err)
{
	const struct ac_module *module = known(loader, path);

	return module != NULL ? module : add(loader, path, NULL, err);
}

static const struct ac_plugin *
plugin_named(const struct ac_module *module, const char *type)
{
	for (size_t i = 0; i < module->plugin_count; i++)
		if (strcmp(module->plugins[i].is.name, type) == 0)
			return &module->plugins[i];
	return NULL;
}

static const struct ac_plugin *
built_in(struct ac_loader *loader, const char *type)
{
	for (size_t i = 0; ac_builtin_modules[i] != NULL; i++) {
		const struct authchain_module *from = ac_builtin_modules[i];
		const struct ac_module *module;
		const struct ac_plugin *plugin;
		char path[64];

		snprintf(path, sizeof(path), "built-in %s", from->name);
		if ((module = known(loader, path)) == NULL)
			module = add(loader, path, from, NULL);
		if (module != NULL &&
		    (plugin = plugin_named(module, type)) != NULL)
			return plugin;
	}
	return NULL;
}

const struct ac_plugin *
ac_loader_find(struct ac_loader *loader, const char *type, const char *path,
    struct authchain_error *err)
{
	const struct ac_module *module;
	const struct ac_plugin *plugin = NULL;
	char *file = NULL;

	if (path == NULL && (plugin = built_in(loader, type)) != NULL)
		return plugin;
	if (path == NULL &&
	    asprintf(&file, "%s/%s.so", loader->dir, type) < 0) {
		ac_error_memory(err);
		return NULL;
	}
	module = ac_loader_open(loader, path == NULL ? file : path, err);
	if (module != NULL && (plugin = plugin_named(module, type)) == NULL)
		ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "there is no plugin \"%s\" in it; its first is \"%s\"",
		    type, module->plugins[0].is.name);
	free(file);
	return plugin;
}

static bool
is_replaced(const struct ac_module *module)
{
	struct stat st;

	if (module->handle == NULL || stat(module->path, &st) != 0)
		return false;
	return (uint64_t)st.st_dev != module->device ||
	       (uint64_t)st.st_ino != module->inode ||
	       (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec !=
		   module->modified_ns;
}

void
ac_loader_log_replaced(const struct ac_loader *loader, const struct ac_log *log)
{
	for (size_t i = 0; i < loader->module_count; i++)
		if (is_replaced(loader->modules[i]))
			ac_log(log, AUTHCHAIN_LOG_WARNING, "loader",
			    "%s was replaced on disk; the code that was loaded "
			    "before stays until a restart",
			    loader->modules[i]->path);
}

static int
add_name(char ***names, size_t *count, const char *text, size_t len)
{
	char **grown = realloc(*names, (*count + 1) * sizeof(*grown));

	if (grown == NULL)
		return -1;
	*names = grown;
	if ((grown[*count] = strndup(text, len)) == NULL)
		return -1;
	(*count)++;
	return 0;
}

char **
ac_loader_names(const struct ac_loader *loader, size_t *count)
{
	char **names = NULL;
	DIR *dir = opendir(loader->dir);
	const struct dirent *file;

	*count = 0;
	for (size_t i = 0; ac_builtin_modules[i] != NULL; i++)
		add_name(&names, count, ac_builtin_modules[i]->name,
		    strlen(ac_builtin_modules[i]->name));
	while (dir != NULL && *count < AC_LOADER_MAX_MODULES &&
	       (file = readdir(dir)) != NULL) {
		size_t len = strlen(file->d_name);

		if (len > 3 && strcmp(file->d_name + len - 3, ".so") == 0 &&
		    add_name(&names, count, file->d_name, len - 3) != 0)
			break;
	}
	if (dir != NULL)
		closedir(dir);
	return names;
}
