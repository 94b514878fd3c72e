/* SPDX-License-Identifier: BSD-2-Clause */
/* Which lines a batch has, and where the chain stands behind each. */
#include "audit-batch.h"

static void
note_line(struct audit_batch *batch, const struct ac_seal *seal,
    const struct audit_record *record)
{
	batch->lines[batch->count++] = (struct audit_batch_line){
		.end = batch->text.len,
		.record = record,
		.after = *seal,
	};
}

void
audit_batch_begin(struct audit_batch *batch, const struct audit_style *style,
    const struct ac_seal *seal, const struct audit_events *events)
{
	struct ac_buf *out = &batch->text;

	out->len = batch->count = 0;
	out->failed = false;
	if (events->torn != NULL) {
		ac_buf_byte(out, '\n');
		if (audit_line_torn(style, out, events->ts_ms, events->torn) ==
		    0)
			note_line(batch, seal, NULL);
	}
	if (events->fresh && audit_line_begin(style, out, events->ts_ms) == 0)
		note_line(batch, seal, NULL);
	if (events->missing > 0 &&
	    audit_line_dropped(style, out, events->ts_ms, events->missing) == 0)
		note_line(batch, seal, NULL);
}

void
audit_batch_add(struct audit_batch *batch, const struct audit_style *style,
    const struct ac_seal *seal, const struct audit_record *oldest)
{
	for (; oldest != NULL && batch->count < AUDIT_BATCH_LINES;
	     oldest = oldest->next) {
		if (audit_line_decision(style, &batch->text, oldest) != 0)
			return;
		note_line(batch, seal, oldest);
	}
}

size_t
audit_batch_decisions(const struct audit_batch *batch, size_t count)
{
	size_t decisions = 0;

	for (size_t i = 0; i < count; i++)
		decisions += batch->lines[i].record != NULL;
	return decisions;
}
