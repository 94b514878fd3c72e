/* SPDX-License-Identifier: BSD-2-Clause */
/* What entries say of themselves, for commands and status pages. */
#ifndef AC_ENGINE_STATUS_H
#define AC_ENGINE_STATUS_H

#include "engine/entry.h"

struct ac_status_reader {
	/* A line of this entry's status(); everything is borrowed. */
	void (*line)(void *arg, const struct authchain_entry *entry,
	    const char *name, const char *text);
	void *arg;
};

/* status() of each entry of each chain, chains in alphabetical order. */
void ac_status_read(struct authchain *ac,
    const struct ac_status_reader *reader);

#endif
