/* SPDX-License-Identifier: BSD-2-Clause */
/* What entries say of themselves, and what is counted of them, for commands
 * and status pages. */
#ifndef AC_ENGINE_STATUS_H
#define AC_ENGINE_STATUS_H

#include "engine/cache.h"
#include "engine/entry.h"
#include "engine/secrets.h"

/* Each may be NULL; everything they get is borrowed. */
struct ac_status_reader {
	/* A line of this entry's status(). */
	void (*line)(void *arg, const struct authchain_entry *entry,
	    const char *name, const char *text);
	/* What this entry has counted under that name, or something that it
	 * shares with others. */
	void (*metric)(void *arg, const struct authchain_entry *entry,
	    const char *name, int64_t value);
	/* A chain that remembers verdicts. */
	void (*cache)(void *arg, const char *chain,
	    const struct ac_cache_counts *counts);
	/* A secret of this chain's file, or (chain "") of the drop-ins. */
	void (*secret)(void *arg, const char *chain,
	    const struct ac_secret_list *list);
	void *arg;
};

/* Reads the current generation: entries, caches and secrets of each chain,
 * chains in alphabetical order, then the secrets that they share. */
void ac_status_read(struct authchain *ac,
    const struct ac_status_reader *reader);

#endif
