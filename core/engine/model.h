/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configuration as understood: every name resolved, every value checked,
 * every plugin loaded, nothing created yet.
 */
#ifndef AC_ENGINE_MODEL_H
#define AC_ENGINE_MODEL_H

#include "engine/loader.h"
#include "engine/options.h"

#define AC_STAGES 6 /* guard identity map authorize challenge audit */

/* A [plugin] section: defined once, enrolled by any number of chains. */
struct ac_defined {
	const struct ac_section *section;
	const struct ac_plugin *plugin;  /* NULL: it had faults */
	struct authchain_option *schema; /* the engine's rows, the plugin's */
	struct ac_options *options;      /* NULL: it had faults */
	bool enrolled;
};

struct ac_model_secret {
	const struct ac_section *section;
	struct ac_secret_list *list; /* NULL: it had faults */
	bool used;
};

/* Names that one file sees: its own and the drop-ins'. */
struct ac_scope {
	struct ac_defined *plugins;
	size_t plugin_count;
	struct ac_model_secret *secrets;
	size_t secret_count;
	bool incomplete; /* a file could not be read */
};

struct ac_enrolled {
	enum authchain_stage stage;
	struct ac_defined *plugin;
	const struct ac_position *at; /* in the chain's list */
};

struct ac_model_chain {
	const char *name;
	const struct ac_section *section; /* NULL: the file has none */
	struct ac_options *options;
	struct ac_scope own;
	struct ac_enrolled *enrolled; /* in the order they run */
	size_t enrolled_count;
};

struct ac_model {
	struct ac_conf *conf;
	struct ac_scope shared; /* of the drop-ins */
	struct ac_model_chain *chains;
	size_t chain_count;
};

/* Checks everything and reports everything; NULL when there is nothing to go
 * on with.  A model with faults is for the next checks, not for use. */
struct ac_model *ac_model_load(const char *path, struct ac_loader *loader,
    struct ac_diags *diags);
void ac_model_free(struct ac_model **model);

/* "guard" ... "audit": the keys of [chain], by stage from GUARD. */
const char *ac_model_stage_key(enum authchain_stage stage);
extern const struct authchain_option ac_chain_schema[];
extern const size_t ac_chain_schema_count;

/* One value under two purposes is an error, however it is spelt. */
void ac_model_check_values(const struct ac_model *model,
    struct ac_diags *diags);

/* The whole of it as configuration text, defaults marked, secrets as labels. */
void ac_model_print(const struct ac_model *model, struct ac_buf *out);

#endif
