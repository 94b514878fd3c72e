/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a checked model to chains that run: entries are created, each once a
 * chain.
 */
#include <stdlib.h>

#include "engine/at-once.h"
#include "engine/issuers.h"
#include "engine/model.h"

/* What a generation that may be current counts for: more than all calls, so
 * that it does not end while lanes are folded, some of which are negative. */
#define OWNER (INT64_C(1) << 40)

static const struct ac_position nowhere = { "", 0, 0 };

struct maker {
	struct ac_generation *generation;
	struct ac_diags *diags;
	struct ac_chain *chain;
	const struct ac_model_chain *from;
};

static int
copy_list(struct ac_scopes *into, const struct ac_options *options,
    const char *name)
{
	size_t count = ac_options_count(options, name);

	if (count == 0)
		return 0;
	into->items = calloc(count, sizeof(*into->items));
	if (into->items == NULL)
		return -1;
	for (size_t i = 0; i < count; i++)
		into->items[i] = ac_options_item(options, name, i);
	into->count = count;
	return 0;
}

static uint32_t
stages_of(const struct ac_model_chain *chain, const struct ac_defined *defined)
{
	uint32_t stages = 0;

	for (size_t i = 0; i < chain->enrolled_count; i++)
		if (chain->enrolled[i].plugin == defined)
			stages |= UINT32_C(1) << chain->enrolled[i].stage;
	return stages;
}

static struct authchain_entry *
make_entry(struct maker *maker, const struct ac_defined *defined)
{
	struct ac_chain *chain = maker->chain;
	struct authchain_entry *entry =
	    ac_entry_new(maker->generation->ac, defined->plugin,
		defined->section->name, chain->name, chain->resource);

	if (entry == NULL)
		return NULL;
	entry->options = defined->options;
	entry->stages = stages_of(maker->from, defined);
	entry->documents = maker->generation->documents;
	entry->on_unavailable_allow =
	    ac_options_number(defined->options, "on-unavailable") == 1;
	entry->on_unknown_token_next =
	    ac_options_number(defined->options, "on-unknown-token") == 1;
	if (copy_list(&entry->required_scopes, defined->options,
		"required-scopes") != 0) {
		ac_entry_free(&entry);
		return NULL;
	}
	chain->entries[chain->entry_count++] = entry;
	ac_entry_create(entry, maker->diags);
	return entry;
}

static struct authchain_entry *
entry_for(struct maker *maker, const struct ac_defined *defined)
{
	for (size_t i = 0; i < maker->chain->entry_count; i++) {
		struct authchain_entry *made = maker->chain->entries[i];

		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): made */
		if (made->options == defined->options)
			return made;
	}
	return make_entry(maker, defined);
}

static void
place(struct ac_chain *chain, enum authchain_stage stage,
    struct authchain_entry *entry)
{
	if (stage == AUTHCHAIN_STAGE_CHALLENGE)
		chain->challenge[chain->challenge_count++] = entry;
	else if (stage == AUTHCHAIN_STAGE_AUDIT &&
		 entry->ac->settings.unaudited == 0)
		chain->audit[chain->audit_count++] = entry;
	else if (stage == AUTHCHAIN_STAGE_AUDIT)
		return;
	else
		chain->steps[chain->step_count++] =
		    (struct ac_step){ .stage = stage, .entry = entry };
}

/* ---- chains ---- */

static bool
make_cache(struct maker *maker)
{
	const struct ac_options *options = maker->from->options;

	if (ac_options_number(options, "cache") == 0)
		return true;
	maker->chain->cache = ac_cache_new(maker->generation->ac->lanes,
	    (size_t)ac_options_number(options, "cache-entries"),
	    (size_t)ac_options_number(options, "cache-bytes"));
	return maker->chain->cache != NULL;
}

uint64_t
ac_chain_stamp(const struct ac_chain *chain)
{
	uint64_t stamp = 0;

	for (size_t i = 0; i < chain->step_count; i++)
		if (chain->steps[i].stage == AUTHCHAIN_STAGE_IDENTITY)
			stamp += ac_entry_stamp(chain->steps[i].entry);
	return stamp;
}

static bool
make_chain(struct maker *maker)
{
	const struct ac_model_chain *from = maker->from;
	struct ac_chain *chain = maker->chain;
	struct authchain_span resource =
	    ac_options_text(from->options, "resource");
	size_t room = from->enrolled_count + 1;

	chain->options = from->options;
	chain->name = strdup(from->name);
	chain->resource =
	    strndup(resource.data == NULL ? "" : resource.data, resource.len);
	chain->steps = calloc(room, sizeof(*chain->steps));
	chain->challenge = calloc(room, sizeof(struct authchain_entry *));
	chain->audit = calloc(room, sizeof(struct authchain_entry *));
	chain->entries = calloc(room, sizeof(struct authchain_entry *));
	chain->anonymous = ac_options_number(from->options, "anonymous") == 1;
	chain->deadline_ms =
	    (uint32_t)ac_options_number(from->options, "deadline");
	if (chain->name == NULL || chain->resource == NULL ||
	    chain->steps == NULL || chain->challenge == NULL ||
	    chain->audit == NULL || chain->entries == NULL ||
	    copy_list(&chain->required_scopes, from->options,
		"required-scopes") != 0)
		return false;
	for (size_t i = 0; i < from->enrolled_count; i++) {
		struct authchain_entry *entry =
		    entry_for(maker, from->enrolled[i].plugin);

		if (entry == NULL)
			return false;
		place(chain, from->enrolled[i].stage, entry);
		chain->may_pass_over |= entry->on_unknown_token_next;
		if (entry->proof_algorithms != NULL)
			chain->proof_algorithms = entry->proof_algorithms;
	}
	ac_chain_check_claims(chain, maker->diags);
	chain->claimed = ac_chain_claimed(chain);
	chain->issuers = ac_issuers_new(chain);
	if (chain->claimed == NULL || chain->issuers == NULL ||
	    !make_cache(maker))
		return false;
	chain->at_once = ac_chain_is_at_once(chain);
	return true;
}

static void
clear_chain(struct ac_chain *chain)
{
	ac_cache_free(&chain->cache);
	for (size_t i = 0; i < chain->entry_count; i++)
		ac_entry_free(&chain->entries[i]);
	free(chain->entries);
	free(chain->steps);
	ac_issuers_free(&chain->issuers);
	free(chain->claimed);
	free(chain->challenge);
	free(chain->audit);
	free(chain->required_scopes.items);
	free(chain->resource);
	free(chain->name);
}

static void
free_generation(struct ac_generation *generation)
{
	for (size_t i = 0; i < generation->chain_count; i++)
		clear_chain(&generation->chains[i]);
	free(generation->chains);
	ac_documents_free(&generation->documents);
	ac_model_free(&generation->model);
	free(generation);
}

static bool
make_chains(struct ac_generation *generation, struct ac_diags *diags)
{
	const struct ac_model *model = generation->model;

	for (size_t i = 0; i < model->chain_count; i++) {
		struct maker maker = { generation, diags,
			&generation->chains[generation->chain_count],
			&model->chains[i] };

		if (maker.from->options == NULL)
			continue;
		generation->chain_count++;
		if (!make_chain(&maker))
			return false;
	}
	return true;
}

static struct ac_generation *
new_generation(void)
{
	struct ac_generation *generation =
	    aligned_alloc(_Alignof(struct ac_generation), sizeof(*generation));

	if (generation == NULL)
		return NULL;
	memset(generation, 0, sizeof(*generation));
	generation->refs = OWNER;
	return generation;
}

struct ac_generation *
ac_generation_new(struct authchain *ac, struct ac_model **model,
    struct ac_diags *diags)
{
	struct ac_generation *generation = new_generation();
	bool ok = false;

	if (generation != NULL) {
		generation->ac = ac;
		generation->model = *model;
		generation->documents = ac_documents_new();
		generation->chains = calloc((*model)->chain_count + 1,
		    sizeof(*generation->chains));
		*model = NULL;
		ok = generation->documents != NULL &&
		     generation->chains != NULL &&
		     make_chains(generation, diags);
		if (!ok || ac_diags_errors(diags) > 0) {
			free_generation(generation);
			generation = NULL;
		}
	}
	if (!ok)
		ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR, &nowhere, NULL,
		    "out of memory");
	ac_model_free(model);
	return generation;
}

/* A trial leaves no trace, not even an empty file. */
static bool
is_left_out(const struct authchain_entry *entry)
{
	return entry->ac->settings.unaudited != 0 &&
	       entry->stages == UINT32_C(1) << AUTHCHAIN_STAGE_AUDIT;
}

int
ac_generation_start(struct ac_generation *generation,
    struct authchain_error *err)
{
	for (size_t i = 0; i < generation->chain_count; i++)
		for (size_t j = 0; j < generation->chains[i].entry_count; j++)
			if (!is_left_out(generation->chains[i].entries[j]) &&
			    ac_entry_start(generation->chains[i].entries[j],
				err) != 0)
				return -1;
	return 0;
}

void
ac_generation_pin(struct ac_generation *generation, const struct ac_lane *lane)
{
	generation->pins[lane->number].count++;
}

void
ac_generation_ref(struct ac_generation *generation)
{
	(void)atomic_fetch_add(&generation->refs, 1);
}

/* Less `count' of them. */
static void
drop(struct ac_generation *generation, int64_t count)
{
	if (atomic_fetch_sub(&generation->refs, count) == count)
		free_generation(generation);
}

void
ac_generation_unpin(struct ac_generation **generation, void *block)
{
	struct ac_generation *g = *generation;
	struct ac_lanes *lanes;
	struct ac_lane *lane;
	bool folded;

	if (g == NULL)
		return;
	lanes = g->ac->lanes;
	lane = ac_lane_enter(lanes);
	folded = g->pins[lane->number].folded;
	if (!folded)
		g->pins[lane->number].count--;
	if (block != NULL && ac_block_put(lane, block))
		block = NULL;
	ac_lane_leave(lane);
	if (block != NULL)
		ac_block_drop(lanes, block);
	if (folded)
		drop(g, 1);
	*generation = NULL;
}

/* Who enters a lane after this has been there finds the new generation. */
void
ac_generation_retire(struct ac_generation **generation)
{
	struct ac_generation *g = *generation;

	for (size_t i = 0; g != NULL && i < AC_LANES; i++) {
		struct ac_lane *lane = ac_lane_enter_at(g->ac->lanes, i);

		(void)atomic_fetch_add(&g->refs, g->pins[i].count);
		g->pins[i].folded = true;
		ac_lane_leave(lane);
	}
	if (g != NULL)
		drop(g, OWNER);
	*generation = NULL;
}

const struct ac_chain *
ac_generation_find(const struct ac_generation *generation, const char *name)
{
	for (size_t i = 0; i < generation->chain_count; i++)
		if (generation->chains[i].name[0] == name[0] &&
		    strcmp(generation->chains[i].name, name) == 0)
			return &generation->chains[i];
	return NULL;
}
