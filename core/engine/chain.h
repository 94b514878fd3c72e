/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A chain as it runs: stages flattened into one list of steps; and a
 * generation: all chains of one reading of the configuration, counted, freed
 * when its last call has ended.
 */
#ifndef AC_ENGINE_CHAIN_H
#define AC_ENGINE_CHAIN_H

#include "engine/document.h"
#include "engine/entry.h"

#define AC_CHAIN_MAX_STEPS 256

struct ac_step {
	enum authchain_stage stage;
	struct authchain_entry *entry;
};

struct ac_chain {
	char *name;
	const struct ac_options *options;
	char *resource;        /* "" without */
	struct ac_step *steps; /* guard, identity, map, authorize */
	size_t step_count;
	struct authchain_entry **challenge;
	size_t challenge_count;
	struct authchain_entry **audit;
	size_t audit_count;
	struct authchain_entry **entries; /* each once, owned */
	size_t entry_count;
	struct ac_scopes required_scopes;
	uint32_t deadline_ms;
	bool anonymous;
};

struct ac_model;

struct ac_generation {
	struct authchain *ac;
	_Atomic size_t refs;
	uint64_t number;
	struct ac_model *model; /* what it was made of: owns options, secrets */
	struct ac_chain *chains; /* alphabetical */
	size_t chain_count;
	struct ac_documents *documents;
};

/*
 * Make chains and entries of a model, which is taken whatever comes of it.
 * NULL after faults, which go to diags.
 */
struct ac_generation *ac_generation_new(struct authchain *ac,
    struct ac_model **model, struct ac_diags *diags);
int ac_generation_start(struct ac_generation *generation,
    struct authchain_error *err);
void ac_generation_ref(struct ac_generation *generation);
/* Frees with the last reference. */
void ac_generation_unref(struct ac_generation **generation);
const struct ac_chain *ac_generation_find(const struct ac_generation
					      *generation,
    const char *name);

/*
 * The chain loop.  Runs until the call is decided (true) or a plugin has to be
 * waited for (false: run again when its ticket is done).
 */
bool ac_chain_run(struct authchain_call *call);

#endif
