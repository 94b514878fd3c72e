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
#include "engine/lane.h"

#define AC_CHAIN_MAX_STEPS 256

struct ac_step {
	enum authchain_stage stage;
	struct authchain_entry *entry;
};

struct ac_issuers;

struct ac_chain {
	char *name;
	const struct ac_options *options;
	char *resource;        /* "" without */
	struct ac_step *steps; /* guard, identity, map, authorize */
	size_t step_count;
	struct ac_issuers *issuers;
	char *claimed; /* for people */
	struct authchain_entry **challenge;
	size_t challenge_count;
	struct authchain_entry **audit;
	size_t audit_count;
	struct authchain_entry **entries; /* each once, owned */
	size_t entry_count;
	struct ac_scopes required_scopes;
	const char *proof_algorithms; /* an entry's; NULL: no DPoP */
	uint32_t deadline_ms;
	bool anonymous;
	bool at_once;           /* see ac_chain_is_at_once */
	bool may_pass_over;     /* an entry has on-unknown-token = next */
	struct ac_cache *cache; /* NULL: cache = no */
};

/* As ac_entry_stamp, of all who identify. */
uint64_t ac_chain_stamp(const struct ac_chain *chain);

struct ac_diags;

/* Tells entries that would claim the same tokens. */
void ac_chain_check_claims(const struct ac_chain *chain,
    struct ac_diags *diags);
/* The issuers that entries claim, for people, as many as there is room for;
 * the caller's to free; NULL when out of memory. */
char *ac_chain_claimed(const struct ac_chain *chain);

struct ac_model;

/* Calls that a lane has begun with a generation, less those ended in it. */
struct ac_pins {
	_Alignas(64) int64_t count; /* whoever is in the lane */
	bool folded;                /* into refs: count there instead */
};

struct ac_generation {
	struct ac_pins pins[AC_LANES];
	struct authchain *ac;
	_Atomic int64_t refs;
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
/* In a lane: one more call.  ac_generation_unpin may be in another. */
void ac_generation_pin(struct ac_generation *generation,
    const struct ac_lane *lane);
/* One less, and that block (or NULL) is given back; in no lane.  Frees with
 * the last one after ac_generation_retire. */
void ac_generation_unpin(struct ac_generation **generation, void *block);
/* One more, for who has one. */
void ac_generation_ref(struct ac_generation *generation);
/* It is not current, or never was: it is freed when its last call has ended.
 * NULL-safe. */
void ac_generation_retire(struct ac_generation **generation);
const struct ac_chain *ac_generation_find(const struct ac_generation
					      *generation,
    const char *name);

/*
 * The chain loop.  Runs until the call is decided (true) or a plugin has to be
 * waited for (false: run again when its ticket is done).
 */
bool ac_chain_run(struct authchain_call *call);

#endif
