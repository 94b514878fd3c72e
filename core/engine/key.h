/* SPDX-License-Identifier: BSD-2-Clause */
/* The beginning of a line that gives a key its value. */
#ifndef AC_ENGINE_KEY_H
#define AC_ENGINE_KEY_H

#include "engine/conf.h"

struct ac_key {
	bool secret;                /* in: nothing of the line may be shown */
	struct authchain_span text; /* in the line; empty: not to be kept */
	size_t value; /* index behind "=", 0: its value is not to be read */
};

/*
 * Read the key that stands at line.data[at].  Faults go to diags, unless that
 * is NULL.  line_at is the place of the line's first byte.
 */
void ac_key_read(struct ac_key *key, struct authchain_span line, size_t at,
    const struct ac_position *line_at, struct ac_diags *diags);

#endif
