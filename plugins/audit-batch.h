/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines that go out together: events first, then decisions. */
#ifndef PLUGINS_AUDIT_BATCH_H
#define PLUGINS_AUDIT_BATCH_H

#include "audit-line.h"

#define AUDIT_BATCH_LINES 128
#define AUDIT_BATCH_BYTES (256u << 10)

struct audit_batch {
	struct ac_buf text; /* may begin with a line end that is no line's */
	size_t count;
	struct audit_batch_line {
		size_t end;                        /* in text */
		const struct audit_record *record; /* NULL: an event */
		struct ac_seal after;              /* the chain behind it */
	} lines[AUDIT_BATCH_LINES];
};

/* What has to be said before the next decision. */
struct audit_events {
	int64_t ts_ms;
	const struct audit_piece *torn; /* the file ends with it; or NULL */
	bool fresh;                     /* a chain has to say where it begins */
	uint64_t missing;               /* lines */
};

/* Begin anew; seal is the chain's, whether lines are written with it or not. */
void audit_batch_begin(struct audit_batch *batch,
    const struct audit_style *style, const struct ac_seal *seal,
    const struct audit_events *events);
/* As many decisions as there is room for, the oldest first. */
void audit_batch_add(struct audit_batch *batch, const struct audit_style *style,
    const struct ac_seal *seal, const struct audit_record *oldest);
/* How many of the first `count' lines are decisions. */
size_t audit_batch_decisions(const struct audit_batch *batch, size_t count);

#endif
