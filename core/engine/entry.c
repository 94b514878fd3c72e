/* SPDX-License-Identifier: BSD-2-Clause */
/* An entry from the cradle to the grave. */
#include "engine/entry.h"

#include <stdlib.h>

#include "engine/call.h"
#include "engine/metric.h"
#include "engine/service.h"
#include "engine/share.h"

static const char *const unavailable_choices[] = { "deny", "allow", NULL };
static const char *const unknown_choices[] = { "deny", "next", NULL };

const struct authchain_option ac_entry_schema[] = {
	{ .name = "type",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .help = "the plugin; the entry's name when left out" },
	{ .name = "path",
	    .type = AUTHCHAIN_OPTION_PATH,
	    .help = "the module's file, when it is not in the plugin folder" },
	{ .name = "required-scopes",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .help = "scopes that every token of this provider must carry" },
	{ .name = "on-unavailable",
	    .type = AUTHCHAIN_OPTION_ENUM,
	    .choices = unavailable_choices,
	    .fallback = "deny",
	    .help = "what it means when a guard, map or authorize entry "
		    "cannot judge; allow weakens the chain" },
	{ .name = "on-unknown-token",
	    .type = AUTHCHAIN_OPTION_ENUM,
	    .choices = unknown_choices,
	    .fallback = "deny",
	    .help = "next: ask the next provider when this one's server said "
		    "that it does not know the token" },
};
const size_t ac_entry_schema_count =
    sizeof(ac_entry_schema) / sizeof(ac_entry_schema[0]);

struct authchain_entry *
ac_entry_new(struct authchain *ac, const struct ac_plugin *plugin,
    const char *name, const char *chain, const char *resource)
{
	struct authchain_entry *entry = calloc(1, sizeof(*entry));

	if (entry == NULL)
		return NULL;
	pthread_mutex_init(&entry->serial, NULL);
	entry->ac = ac;
	entry->plugin = plugin;
	entry->name = strdup(name);
	entry->chain = strdup(chain);
	entry->resource = strdup(resource);
	entry->metrics = ac_metrics_new();
	if (entry->name == NULL || entry->chain == NULL ||
	    entry->resource == NULL || entry->metrics == NULL)
		ac_entry_free(&entry);
	return entry;
}

void
ac_entry_free(struct authchain_entry **entry)
{
	struct authchain_entry *e = *entry;

	if (e == NULL)
		return;
	ac_entry_quiet(e);
	if (e->created && e->plugin->is.destroy != NULL)
		e->plugin->is.destroy(e->self);
	if (e->plugin != NULL)
		ac_share_release(e);
	for (size_t i = 0; i < e->claim_count; i++)
		free(e->claims[i].text);
	free(e->claims);
	free(e->shares);
	free(e->required_scopes.items);
	free(e->proof_algorithms);
	ac_metrics_free(&e->metrics);
	pthread_mutex_destroy(&e->serial);
	free(e->name);
	free(e->chain);
	free(e->resource);
	free(e);
	*entry = NULL;
}

/* A sum of counters that only grow: equal sums have equal parts. */
uint64_t
ac_entry_stamp(const struct authchain_entry *entry)
{
	uint64_t stamp = atomic_load(&entry->epoch);

	for (size_t i = 0; i < entry->share_count; i++)
		stamp += atomic_load(&entry->shares[i]->epoch);
	return stamp;
}

/* A plugin that has no create is its own instance. */
int
ac_entry_create(struct authchain_entry *entry, struct ac_diags *diags)
{
	const struct authchain_plugin *is = &entry->plugin->is;
	size_t before = ac_diags_errors(diags);

	if (is->create == NULL) {
		entry->created = true;
		return 0;
	}
	entry->diags = diags;
	if (is->create(ac_service_host(), entry, &entry->self) == 0)
		entry->created = true;
	entry->diags = NULL;
	if (!entry->created && ac_diags_errors(diags) == before)
		ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR,
		    ac_options_at(entry->options, ""), NULL,
		    "[plugin %s] plugin %s could not be created and did not "
		    "say why",
		    entry->name, is->name);
	return entry->created && ac_diags_errors(diags) == before ? 0 : -1;
}

int
ac_entry_start(struct authchain_entry *entry, struct authchain_error *err)
{
	const struct authchain_plugin *is = &entry->plugin->is;

	if (is->start == NULL || is->start(entry->self) == 0)
		return 0;
	return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
	    "chain %s: entry %s (plugin %s) could not be started; its log "
	    "line says why",
	    entry->chain, entry->name, is->name);
}

void
ac_entry_check_scopes(const struct ac_options *options, struct ac_diags *diags)
{
	static const char key[] = "required-scopes";
	struct ac_quote quote;

	for (size_t i = 0; i < ac_options_count(options, key); i++) {
		struct authchain_span scope = ac_options_item(options, key, i);

		if (ac_span_is_scope(scope))
			continue;
		ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR,
		    ac_options_item_at(options, key, i),
		    ac_span_find(scope, ' ', 0) < scope.len
			? "put commas between the scopes of a list"
			: "scopes are visible ASCII without \" and \\",
		    "%s: %s is no scope", key, ac_quote(&quote, scope));
	}
}
