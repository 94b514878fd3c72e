/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a module says of itself, checked before any of its code runs and copied
 * into structs of our own (authchain_plugin(3)).
 */
#ifndef AC_ENGINE_MODULE_H
#define AC_ENGINE_MODULE_H

#include "engine/loader.h"

/* Is it a descriptor that this host may use?  Reads magic, size and versions
 * first, and nothing behind them when they are wrong. */
int ac_module_check(const struct authchain_module *module,
    struct authchain_error *err);

/* Copy the plugins of a checked descriptor; refuses what breaks the contract:
 * names, pairs of callbacks, option tables. */
int ac_module_copy(struct ac_module *into,
    const struct authchain_module *module, struct authchain_error *err);
void ac_module_clear(struct ac_module *module);

#endif
