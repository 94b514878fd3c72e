/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds plugins: built in, or in shared objects that nobody but root and us
 * could have written.  Loaded code stays for the life of the process.
 */
#ifndef AC_ENGINE_LOADER_H
#define AC_ENGINE_LOADER_H

#include "base/error.h"
#include "base/log.h"

#define AC_LOADER_MAX_MODULES 256
#define AC_LOADER_MAX_PLUGINS 64 /* of one module */
#define AC_LOADER_MAX_OPTIONS 256

struct ac_module;

/* A plugin as this host understands it: what the module has beyond that is
 * not here, what it lacks is zero. */
struct ac_plugin {
	struct authchain_plugin is;
	struct authchain_option *options; /* own copies, is.option_count */
	const struct ac_module *module;
};

struct ac_module {
	char *path; /* "" when built in */
	char *version;
	char *licence;
	uint16_t abi_major, abi_minor;
	struct ac_plugin *plugins;
	size_t plugin_count;
	void *handle;
	uint64_t device, inode; /* of the file, to tell a replaced one */
	int64_t modified_ns;
};

struct ac_loader;

/* plugin_dir is copied; NULL means the compiled-in one. */
struct ac_loader *ac_loader_new(const char *plugin_dir);
/* Forgets the modules; their code stays mapped. */
void ac_loader_free(struct ac_loader **loader);
const char *ac_loader_dir(const struct ac_loader *loader);

/*
 * The plugin `type' from its module: built in, or TYPE.so in the plugin
 * folder, or the file at path, which must be absolute.  NULL with what is
 * wrong: no such file (with what there is), permissions, ABI (both sides
 * named), contract.  Loaded once, found again after that.
 */
const struct ac_plugin *ac_loader_find(struct ac_loader *loader,
    const char *type, const char *path, struct authchain_error *err);

/* The module in a file, all of it; for listings. */
const struct ac_module *ac_loader_open(struct ac_loader *loader,
    const char *path, struct authchain_error *err);

/* A line for each module whose file was replaced since it was loaded: its old
 * code runs until the process is started anew. */
void ac_loader_log_replaced(const struct ac_loader *loader,
    const struct ac_log *log);

/* Names that *.so files in the plugin folder and built-in modules would give a
 * type; the caller frees each and the list. */
char **ac_loader_names(const struct ac_loader *loader, size_t *count);

/* May this name stand for a plugin, an entry, a chain, a secret? */
bool ac_name_is_valid(struct authchain_span name);

#endif
