/* SPDX-License-Identifier: BSD-2-Clause */
/* The model as a whole: values that must not meet, text, memory. */
#include <stdlib.h>

#include "engine/scope.h"

static bool
share_value(const struct ac_secret_list *a, const struct ac_secret_list *b)
{
	for (size_t i = 0; i < a->value_count; i++)
		for (size_t j = 0; j < b->value_count; j++)
			if (ac_span_is_secret(ac_secret_span(
						  &a->values[i].bytes),
				ac_secret_span(&b->values[j].bytes)))
				return true;
	return false;
}

/* The at-th secret of the model, drop-ins first; NULL behind the last. */
static const struct ac_model_secret *
secret_at(const struct ac_model *model, size_t at)
{
	if (at < model->shared.secret_count)
		return &model->shared.secrets[at];
	at -= model->shared.secret_count;
	for (size_t i = 0; i < model->chain_count; i++) {
		if (at < model->chains[i].own.secret_count)
			return &model->chains[i].own.secrets[at];
		at -= model->chains[i].own.secret_count;
	}
	return NULL;
}

void
ac_model_check_values(const struct ac_model *model, struct ac_diags *diags)
{
	const struct ac_model_secret *a, *b;

	for (size_t i = 0; (a = secret_at(model, i)) != NULL; i++)
		for (size_t j = 0; j < i && a->list != NULL; j++) {
			b = secret_at(model, j);
			if (b->list == NULL || a->list->purpose[0] == '\0' ||
			    b->list->purpose[0] == '\0' ||
			    strcmp(a->list->purpose, b->list->purpose) == 0 ||
			    !share_value(a->list, b->list))
				continue;
			ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR,
			    &a->section->at, "make a new value for one of them",
			    "[secret %s] is for \"%s\" and holds the same "
			    "value as [secret %s] at %s:%u, which is for "
			    "\"%s\"",
			    a->list->name, a->list->purpose, b->list->name,
			    b->section->at.file, b->section->at.line,
			    b->list->purpose);
		}
}

void
ac_model_free(struct ac_model **model)
{
	struct ac_model *m = *model;

	if (m == NULL)
		return;
	for (size_t i = 0; m->chains != NULL && i < m->chain_count; i++) {
		ac_scope_clear(&m->chains[i].own);
		ac_options_free(&m->chains[i].options);
		free(m->chains[i].enrolled);
	}
	free(m->chains);
	ac_scope_clear(&m->shared);
	ac_conf_free(&m->conf);
	free(m);
	*model = NULL;
}

static void
print_scope(const struct ac_scope *scope, struct ac_buf *out)
{
	for (size_t i = 0; i < scope->plugin_count; i++) {
		const struct ac_defined *defined = &scope->plugins[i];

		ac_buf_format(out, "\n[plugin %s]", defined->section->name);
		if (defined->plugin != NULL)
			ac_buf_format(out, "  # %s %s, plugin ABI %u.%u",
			    defined->plugin->is.name,
			    defined->plugin->module->version,
			    defined->plugin->module->abi_major,
			    defined->plugin->module->abi_minor);
		ac_buf_byte(out, '\n');
		if (defined->options != NULL)
			ac_options_print(defined->options, out);
	}
	for (size_t i = 0; i < scope->secret_count; i++) {
		const struct ac_secret_list *list = scope->secrets[i].list;

		if (list == NULL)
			continue;
		ac_buf_format(out, "\n[secret %s]  # %s\n", list->name,
		    list->source);
		if (list->purpose[0] != '\0')
			ac_buf_format(out, "purpose = %s\n", list->purpose);
		for (size_t j = 0; j < list->value_count; j++)
			ac_buf_format(out, "# %s%s\n", list->values[j].label,
			    j == 0 ? ", current" : "");
	}
}

void
ac_model_print(const struct ac_model *model, struct ac_buf *out)
{
	for (size_t i = 0; i < model->chain_count; i++) {
		const struct ac_model_chain *chain = &model->chains[i];

		ac_buf_format(out, "%s# chain %s\n[chain]\n",
		    i == 0 ? "" : "\n", chain->name);
		if (chain->options != NULL)
			ac_options_print(chain->options, out);
		print_scope(&chain->own, out);
	}
	if (model->conf->drop_in_count > 0) {
		ac_buf_text(out, "\n# drop-ins, for all chains\n");
		print_scope(&model->shared, out);
	}
}
