/* SPDX-License-Identifier: BSD-2-Clause */
/* The definitions of a chain file, or of all drop-ins together. */
#ifndef AC_ENGINE_SCOPE_H
#define AC_ENGINE_SCOPE_H

#include "engine/model.h"

/* Collect the sections and read the secrets; false: out of memory. */
bool ac_scope_load(struct ac_scope *scope, const struct ac_conf_file *files,
    size_t file_count, struct ac_diags *diags);
/* Load plugins and bind their options; names are looked up here, then in
 * shared, which may be NULL.  False: out of memory. */
bool ac_scope_define(struct ac_scope *scope, struct ac_scope *shared,
    struct ac_loader *loader, struct ac_diags *diags);
void ac_scope_clear(struct ac_scope *scope);

/* Names that stand in both; names that stand twice in one; names that nobody
 * uses. */
void ac_scope_check_pair(struct ac_scope *own, struct ac_scope *shared,
    struct ac_diags *diags);
void ac_scope_check(struct ac_scope *shared, struct ac_diags *diags);
void ac_scope_check_unused(const struct ac_scope *scope,
    struct ac_diags *diags);

#endif
