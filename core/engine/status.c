/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks every entry of the current generation for its status, and counts. */
#include "engine/status.h"

#include "engine/chain.h"
#include "engine/metric.h"
#include "engine/model.h"
#include "engine/report.h"

struct asked {
	const struct ac_status_reader *reader;
	const struct authchain_entry *entry;
};

static void
take_line(void *arg, const char *name, const char *text)
{
	const struct asked *asked = arg;

	asked->reader->line(asked->reader->arg, asked->entry, name, text);
}

static void
ask(struct authchain_entry *entry, const struct ac_status_reader *reader)
{
	const struct authchain_plugin *is = &entry->plugin->is;
	bool serial = (is->flags & AUTHCHAIN_PLUGIN_SERIAL) != 0;
	struct asked asked = { reader, entry };
	struct authchain_report report = { take_line, &asked };

	if (is->status == NULL || reader->line == NULL)
		return;
	if (serial)
		(void)pthread_mutex_lock(&entry->serial);
	is->status(entry->self, &report);
	if (serial)
		(void)pthread_mutex_unlock(&entry->serial);
}

/* counted: the entry, or the own one of something that it shares. */
static void
read_metrics(const struct authchain_entry *entry,
    const struct authchain_entry *counted,
    const struct ac_status_reader *reader)
{
	char name[AC_METRIC_MAX_NAME + 1];
	int64_t value;

	for (size_t i = 0; ac_metric_at(counted->metrics, i, name, &value); i++)
		reader->metric(reader->arg, entry, name, value);
}

static void
read_all_metrics(const struct authchain_entry *entry,
    const struct ac_status_reader *reader)
{
	if (reader->metric == NULL)
		return;
	read_metrics(entry, entry, reader);
	for (size_t i = 0; i < entry->share_count; i++)
		read_metrics(entry, entry->shares[i], reader);
}

static void
read_cache(const struct ac_chain *chain, const struct ac_status_reader *reader)
{
	struct ac_cache_counts counts;

	if (chain->cache == NULL || reader->cache == NULL)
		return;
	ac_cache_count(chain->cache, &counts);
	reader->cache(reader->arg, chain->name, &counts);
}

static void
read_secrets(const char *chain, const struct ac_scope *scope,
    const struct ac_status_reader *reader)
{
	for (size_t i = 0; reader->secret != NULL && i < scope->secret_count;
	     i++)
		reader->secret(reader->arg, chain, scope->secrets[i].list);
}

void
ac_status_read(struct authchain *ac, const struct ac_status_reader *reader)
{
	struct ac_generation *generation = ac_runtime_acquire(ac);
	const struct ac_model *model = generation->model;

	for (size_t i = 0; i < generation->chain_count; i++) {
		const struct ac_chain *chain = &generation->chains[i];

		for (size_t j = 0; j < chain->entry_count; j++) {
			ask(chain->entries[j], reader);
			read_all_metrics(chain->entries[j], reader);
		}
		read_cache(chain, reader);
	}
	for (size_t i = 0; i < model->chain_count; i++)
		read_secrets(model->chains[i].name, &model->chains[i].own,
		    reader);
	read_secrets("", &model->shared, reader);
	ac_generation_unpin(&generation, NULL);
}
