/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which older values of a secret nobody uses any more, as far as this process
 * has seen.
 */
#ifndef AC_DAEMON_RETIRE_H
#define AC_DAEMON_RETIRE_H

#include <jansson.h>

#include "engine/secrets.h"

#define AC_RETIRE_QUIET_S INT64_C(86400) /* unused for so long: a day */

struct ac_retire_times {
	int64_t read_s; /* uses are counted since then */
	int64_t now_s;
};

/*
 * "current"; or of an older one: "used", "watch" (not for a day yet), "idle"
 * (nor was a newer one used since, so its being quiet says nothing), "retire".
 */
const char *ac_retire_state(const struct ac_secret_list *list, size_t at,
    const struct ac_retire_times *times);

/* Add a row for each value of a secret that has several; -1: out of memory. */
int ac_retire_list(json_t *rows, const char *chain,
    const struct ac_secret_list *list, const struct ac_retire_times *times);

#endif
