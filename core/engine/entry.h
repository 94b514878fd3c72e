/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One configured use of a plugin in one chain: its options, its instance, and
 * what the engine knows of it.  Immutable after create but for counters.
 */
#ifndef AC_ENGINE_ENTRY_H
#define AC_ENGINE_ENTRY_H

#include "engine/loader.h"
#include "engine/options.h"
#include "engine/runtime.h"

#define AC_ENTRY_MAX_CLAIMS 64 /* issuers, and as many prefixes */

/* What claim() may say MINE to; both empty: it did not tell. */
struct ac_claimed {
	char *text;
	size_t len;
	bool is_prefix;
};

struct ac_scopes {
	struct authchain_span *items;
	size_t count;
};

struct authchain_entry {
	struct authchain *ac;
	const struct ac_plugin *plugin; /* NULL: a shared object's own entry */
	char *name;
	char *chain;
	char *resource;
	const struct ac_options *options; /* the definition's; may be NULL */
	uint32_t stages;                  /* a bit for each that names it */
	void *self;
	bool created;
	_Atomic bool ending; /* nothing is begun any more */
	_Atomic bool quiet;
	bool on_unavailable_allow;
	bool on_unknown_token_next;
	struct ac_scopes required_scopes;
	struct ac_claimed *claims;
	size_t claim_count;
	char *proof_algorithms; /* NULL: takes none */
	struct ac_diags *diags; /* during create only */
	struct ac_documents *documents;
	struct ac_metrics *metrics;
	/* Counts what forget was called for; its shared objects' as well. */
	_Atomic uint64_t epoch;
	struct authchain_entry **shares; /* own entries, borrowed */
	size_t share_count;
	pthread_mutex_t serial; /* AUTHCHAIN_PLUGIN_SERIAL */
};

/* options is borrowed for the entry's life.  NULL when out of memory. */
struct authchain_entry *ac_entry_new(struct authchain *ac,
    const struct ac_plugin *plugin, const char *name, const char *chain,
    const char *resource);
/* Destroys the instance, ends what it has under way, lets go of what it
 * shares. */
void ac_entry_free(struct authchain_entry **entry);

/*
 * What the entry's verdicts stand on: another number after each forget of its
 * own or of an object that it shares.  Never the same twice.
 */
uint64_t ac_entry_stamp(const struct authchain_entry *entry);

/* End what it has under way, of which no word is logged, and let it begin
 * nothing more. NULL-safe. */
void ac_entry_quiet(struct authchain_entry *entry);
/* Make the instance; faults go to diags. */
int ac_entry_create(struct authchain_entry *entry, struct ac_diags *diags);
int ac_entry_start(struct authchain_entry *entry, struct authchain_error *err);

/* The options that the engine itself reads from each [plugin] section. */
extern const struct authchain_option ac_entry_schema[];
extern const size_t ac_entry_schema_count;

/* required-scopes: what no token can hold would shut everybody out. */
void ac_entry_check_scopes(const struct ac_options *options,
    struct ac_diags *diags);

#endif
