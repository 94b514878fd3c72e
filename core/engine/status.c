/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks every entry of the current generation for its status. */
#include "engine/status.h"

#include "engine/chain.h"
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

	if (is->status == NULL)
		return;
	if (serial)
		(void)pthread_mutex_lock(&entry->serial);
	is->status(entry->self, &report);
	if (serial)
		(void)pthread_mutex_unlock(&entry->serial);
}

void
ac_status_read(struct authchain *ac, const struct ac_status_reader *reader)
{
	struct ac_generation *generation = ac_runtime_acquire(ac, NULL);

	for (size_t i = 0; i < generation->chain_count; i++) {
		const struct ac_chain *chain = &generation->chains[i];

		for (size_t j = 0; j < chain->entry_count; j++)
			ask(chain->entries[j], reader);
	}
	ac_generation_unpin(&generation, NULL);
}
