/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many decisions of which kind there were, and how long they took.  Counted
 * by any thread without a lock, but for the first of a kind.
 */
#ifndef AC_DAEMON_COUNTS_H
#define AC_DAEMON_COUNTS_H

#include "base/buf.h"
#include "base/error.h"

#define AC_COUNTS_MAX 1024 /* kinds; further ones are counted as "other" */

struct ac_counts;

struct ac_counts *ac_counts_new(void);
void ac_counts_free(struct ac_counts **counts);

/* decision NULL: there was no memory for one. */
void ac_counts_add(struct ac_counts *counts,
    const struct authchain_decision *decision);

/* So many decisions of a kind. */
struct ac_counted {
	const char *chain, *provider, *verdict, *reason;
	uint64_t number;
};
void ac_counts_each(const struct ac_counts *counts,
    void (*each)(void *arg, const struct ac_counted *counted), void *arg);

/* As Prometheus reads them (text format 0.0.4): authchain_decisions_total and
 * authchain_decision_duration_seconds. */
void ac_counts_print(struct ac_counts *counts, struct ac_buf *out);

#endif
