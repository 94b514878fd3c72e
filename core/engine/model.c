/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Resolves names and checks everything that can be checked without creating
 * anything.  Goes on after faults, so that one run shows them all; what had
 * faults is NULL and later checks pass over it in silence.
 */
#include "engine/model.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/cache.h"
#include "engine/scope.h"

static const struct ac_position nowhere = { "", 0, 0 };

const struct authchain_option ac_chain_schema[] = {
	{ .name = "resource",
	    .type = AUTHCHAIN_OPTION_URL,
	    .flags = AUTHCHAIN_OPTION_ENVIRONMENT,
	    .help = "what the chain protects (RFC 8707): audience, challenges "
		    "and metadata follow from it" },
	{ .name = "guard",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .help = "entries asked before any cryptography" },
	{ .name = "identity",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .help = "providers; the first that claims a token decides" },
	{ .name = "map",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .help = "entries that turn claims into scopes and attributes" },
	{ .name = "authorize",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .help = "entries that must all allow" },
	{ .name = "challenge",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .help = "entries that tell the client how to go on" },
	{ .name = "audit",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .help = "entries that see every decision" },
	{ .name = "required-scopes",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .help = "scopes that every request must carry" },
	{ .name = "anonymous",
	    .type = AUTHCHAIN_OPTION_BOOL,
	    .fallback = "no",
	    .help = "yes: a request without credential goes on to map and "
		    "authorize" },
	{ .name = "deadline",
	    .type = AUTHCHAIN_OPTION_DURATION,
	    .fallback = "2s",
	    .min = 1,
	    .max = 60000,
	    .help = "the longest a decision may take" },
	{ .name = "cache",
	    .type = AUTHCHAIN_OPTION_BOOL,
	    .fallback = "yes",
	    .help = "remember verdicts whose provider allows it" },
	{ .name = "cache-entries",
	    .type = AUTHCHAIN_OPTION_INTEGER,
	    .fallback = "10000",
	    .min = 1,
	    .max = AC_CACHE_MAX_ENTRIES,
	    .help = "the most verdicts to remember" },
	{ .name = "cache-bytes",
	    .type = AUTHCHAIN_OPTION_SIZE,
	    .fallback = "16M",
	    .min = 65536,
	    .max = INT64_C(1) << 36,
	    .help = "the most memory for them" },
};
const size_t ac_chain_schema_count =
    sizeof(ac_chain_schema) / sizeof(ac_chain_schema[0]);

const char *
ac_model_stage_key(enum authchain_stage stage)
{
	static const char *const keys[] = { "guard", "identity", "map",
		"authorize", "challenge", "audit" };

	return keys[stage - AUTHCHAIN_STAGE_GUARD];
}

/* Is this plugin able to take part in the stage? */
static bool
serves(const struct ac_plugin *plugin, enum authchain_stage stage)
{
	const struct authchain_plugin *is = &plugin->is;

	switch (stage) {
	case AUTHCHAIN_STAGE_GUARD:
		return is->guard != NULL;
	case AUTHCHAIN_STAGE_IDENTITY:
		return is->verify != NULL;
	case AUTHCHAIN_STAGE_MAP:
		return is->map != NULL;
	case AUTHCHAIN_STAGE_AUTHORIZE:
		return is->authorize != NULL;
	case AUTHCHAIN_STAGE_CHALLENGE:
		return is->challenge != NULL;
	case AUTHCHAIN_STAGE_AUDIT:
		return is->audit != NULL;
	default:
		return false;
	}
}

static struct ac_defined *
plugin_named(struct ac_scope *scope, struct authchain_span name)
{
	for (size_t i = 0; i < scope->plugin_count; i++)
		if (ac_span_is_text(name, scope->plugins[i].section->name))
			return &scope->plugins[i];
	return NULL;
}

static void
say_no_entry(const struct ac_model_chain *chain, const struct ac_scope *shared,
    struct authchain_span name, const struct ac_position *at,
    struct ac_diags *diags)
{
	size_t room = chain->own.plugin_count + shared->plugin_count, n = 0;
	const char **names = calloc(room + 1, sizeof(*names));
	char hint[AC_HINT_BYTES];
	struct ac_quote quote;

	for (size_t i = 0; names != NULL && i < chain->own.plugin_count; i++)
		names[n++] = chain->own.plugins[i].section->name;
	for (size_t i = 0; names != NULL && i < shared->plugin_count; i++)
		names[n++] = shared->plugins[i].section->name;
	ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR, at,
	    ac_span_find(name, ' ', 0) < name.len
		? "put commas between the names of a list"
	    : n == 0 ? "write a section [plugin NAME] for it"
		     : ac_suggest_hint(hint, name, names, n),
	    "[chain] names the entry %s, and there is no such [plugin] "
	    "section",
	    ac_quote(&quote, name));
	free(names);
}

/* The knobs of chain.md, each where it may stand and nowhere else. */
static void
check_knobs(const struct ac_defined *defined, enum authchain_stage stage,
    struct ac_diags *diags)
{
	const struct ac_options *options = defined->options;

	if (stage == AUTHCHAIN_STAGE_IDENTITY &&
	    ac_options_number(options, "on-unavailable") == 1)
		ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR,
		    ac_options_at(options, "on-unavailable"),
		    "remove the line: a provider that cannot judge never lets "
		    "anybody in",
		    "[plugin %s] on-unavailable = allow is not for providers",
		    defined->section->name);
	if (stage != AUTHCHAIN_STAGE_IDENTITY &&
	    stage <= AUTHCHAIN_STAGE_AUTHORIZE &&
	    ac_options_number(options, "on-unavailable") == 1)
		ac_diag(diags, AUTHCHAIN_SEVERITY_LINT,
		    ac_options_at(options, "on-unavailable"), NULL,
		    "[plugin %s] on-unavailable = allow lets requests pass "
		    "unjudged whenever this entry cannot judge",
		    defined->section->name);
	if (stage == AUTHCHAIN_STAGE_IDENTITY &&
	    ac_options_number(options, "on-unknown-token") == 1)
		ac_diag(diags, AUTHCHAIN_SEVERITY_LINT,
		    ac_options_at(options, "on-unknown-token"),
		    "safer is deny, which is the default",
		    "[plugin %s] on-unknown-token = next lets another provider "
		    "judge what this one's server does not know",
		    defined->section->name);
}

static struct ac_defined *
find_entry(struct ac_model_chain *chain, struct ac_scope *shared,
    struct authchain_span name, const struct ac_position *at,
    struct ac_diags *diags)
{
	struct ac_defined *defined = plugin_named(&chain->own, name);

	if (defined == NULL)
		defined = plugin_named(shared, name);
	if (defined == NULL && !shared->incomplete)
		say_no_entry(chain, shared, name, at, diags);
	return defined;
}

/* [chain] had faults; the entries that it names are looked up all the same, so
 * that one run shows everything. */
static void
look_up_all(struct ac_model_chain *chain, struct ac_scope *shared,
    struct ac_diags *diags)
{
	for (enum authchain_stage s = AUTHCHAIN_STAGE_GUARD;
	     s <= AUTHCHAIN_STAGE_AUDIT; s++) {
		const struct ac_item *item =
		    ac_section_find(chain->section, ac_model_stage_key(s));

		if (item == NULL || item->broken)
			continue;
		for (size_t i = 0; i < item->part_count; i++) {
			const struct ac_part *part = &item->parts[i];
			struct authchain_span name = ac_span_text(part->text);

			if (ac_name_is_valid(name))
				(void)find_entry(chain, shared, name, &part->at,
				    diags);
		}
	}
}

static void
say_no_part(const char *key, const struct ac_defined *defined,
    const struct ac_position *at, struct ac_diags *diags)
{
	char hint[AC_HINT_BYTES] = "it has one in";
	size_t len = strlen(hint);

	for (enum authchain_stage s = AUTHCHAIN_STAGE_GUARD;
	     s <= AUTHCHAIN_STAGE_AUDIT; s++)
		if (serves(defined->plugin, s) && len < sizeof(hint))
			len += (size_t)snprintf(hint + len, sizeof(hint) - len,
			    " %s", ac_model_stage_key(s));
	ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR, at, hint,
	    "[chain] %s names %s, but plugin %s has no part in that stage", key,
	    defined->section->name, defined->plugin->is.name);
}

static void
enrol(struct ac_model_chain *chain, struct ac_scope *shared,
    enum authchain_stage stage, size_t item, struct ac_diags *diags)
{
	const char *key = ac_model_stage_key(stage);
	struct authchain_span name = ac_options_item(chain->options, key, item);
	const struct ac_position *at =
	    ac_options_item_at(chain->options, key, item);
	struct ac_defined *defined = find_entry(chain, shared, name, at, diags);

	if (defined == NULL)
		return;
	defined->enrolled = true;
	if (defined->plugin != NULL && !serves(defined->plugin, stage)) {
		say_no_part(key, defined, at, diags);
		return;
	}
	if (defined->options == NULL)
		return;
	check_knobs(defined, stage, diags);
	chain->enrolled[chain->enrolled_count++] =
	    (struct ac_enrolled){ stage, defined, at };
}

static bool
enrol_all(struct ac_model_chain *chain, struct ac_scope *shared,
    struct ac_diags *diags)
{
	size_t room = 0;

	for (enum authchain_stage s = AUTHCHAIN_STAGE_GUARD;
	     s <= AUTHCHAIN_STAGE_AUDIT; s++)
		room += ac_options_count(chain->options, ac_model_stage_key(s));
	chain->enrolled = calloc(room + 1, sizeof(*chain->enrolled));
	if (chain->enrolled == NULL)
		return false;
	for (enum authchain_stage s = AUTHCHAIN_STAGE_GUARD;
	     s <= AUTHCHAIN_STAGE_AUDIT; s++)
		for (size_t i = 0; i < ac_options_count(chain->options,
					   ac_model_stage_key(s));
		     i++)
			enrol(chain, shared, s, i, diags);
	return true;
}

static void
check_chain(const struct ac_model_chain *chain, struct ac_diags *diags)
{
	bool anonymous = ac_options_number(chain->options, "anonymous") == 1;

	ac_entry_check_scopes(chain->options, diags);
	if (ac_options_count(chain->options, "identity") == 0 && !anonymous)
		ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR, &chain->section->at,
		    "write identity = NAME, and a section [plugin NAME]",
		    "[chain] has no identity: nobody could ever come in");
	if (anonymous && ac_options_count(chain->options, "authorize") == 0)
		ac_diag(diags, AUTHCHAIN_SEVERITY_LINT,
		    ac_options_at(chain->options, "anonymous"),
		    "add an authorize entry that says what anonymous requests "
		    "may do",
		    "[chain] anonymous = yes with nothing in authorize lets "
		    "everybody do everything");
	if (ac_options_text(chain->options, "resource").data != NULL &&
	    !ac_span_starts(ac_options_text(chain->options, "resource"),
		ac_span_text("https://")))
		ac_diag(diags, AUTHCHAIN_SEVERITY_LINT,
		    ac_options_at(chain->options, "resource"),
		    "serve it by https, and write that URL",
		    "[chain] resource is not https: tokens would travel in "
		    "the clear");
}

static const struct ac_section *
chain_section(const struct ac_conf_file *file)
{
	for (size_t i = 0; i < file->section_count; i++)
		if (strcmp(file->sections[i].kind, "chain") == 0)
			return &file->sections[i];
	return NULL;
}

static bool
load_chain(struct ac_model *model, size_t at, struct ac_loader *loader,
    struct ac_diags *diags)
{
	struct ac_model_chain *chain = &model->chains[at];
	const struct ac_conf_file *file = &model->conf->chains[at];

	chain->name = model->conf->chain_names[at];
	chain->section = chain_section(file);
	if (!ac_scope_load(&chain->own, file, 1, diags) ||
	    !ac_scope_define(&chain->own, &model->shared, loader, diags))
		return false;
	ac_scope_check_pair(&chain->own, &model->shared, diags);
	if (chain->section == NULL)
		return true;
	chain->options = ac_options_bind(ac_chain_schema, ac_chain_schema_count,
	    chain->section, NULL, diags);
	if (chain->options == NULL) {
		look_up_all(chain, &model->shared, diags);
		return true;
	}
	check_chain(chain, diags);
	return enrol_all(chain, &model->shared, diags);
}

/* A [chain] that had faults may well name what nobody else does. */
static void
check_unused(const struct ac_model *model, struct ac_diags *diags)
{
	bool all = true;

	for (size_t i = 0; i < model->chain_count; i++) {
		const struct ac_model_chain *chain = &model->chains[i];

		all = all && chain->options != NULL;
		if (chain->options != NULL)
			ac_scope_check_unused(&chain->own, diags);
	}
	if (all)
		ac_scope_check_unused(&model->shared, diags);
}

struct ac_model *
ac_model_load(const char *path, struct ac_loader *loader,
    struct ac_diags *diags)
{
	struct ac_model *model = calloc(1, sizeof(*model));
	bool ok;

	if (model == NULL ||
	    (model->conf = ac_conf_read(path, diags)) == NULL) {
		free(model);
		return NULL;
	}
	model->shared.incomplete = model->conf->incomplete;
	model->chains =
	    calloc(model->conf->chain_count + 1, sizeof(*model->chains));
	if (model->chains != NULL)
		model->chain_count = model->conf->chain_count;
	ok = model->chains != NULL &&
	     ac_scope_load(&model->shared, model->conf->drop_ins,
		 model->conf->drop_in_count, diags) &&
	     ac_scope_define(&model->shared, NULL, loader, diags);
	if (ok)
		ac_scope_check(&model->shared, diags);
	for (size_t i = 0; ok && i < model->chain_count; i++)
		ok = load_chain(model, i, loader, diags);
	if (ok) {
		ac_model_check_values(model, diags);
		check_unused(model, diags);
	} else {
		ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR, &nowhere, NULL,
		    "out of memory");
	}
	return model;
}
