/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records on their way from many threads to one.  Bounded by bytes: what does
 * not fit is dropped and counted.  Neither side ever waits for the other: a
 * push is a few atomic steps.
 */
#ifndef PLUGINS_AUDIT_QUEUE_H
#define PLUGINS_AUDIT_QUEUE_H

#include <stdatomic.h>

#include "audit-record.h"

struct audit_queue {
	_Atomic(struct audit_record *) newest;
	_Atomic size_t bytes; /* of all that were not let go */
	size_t max_bytes;
	_Atomic uint64_t dropped; /* since it was last asked */
};

void audit_queue_init(struct audit_queue *queue, size_t max_bytes);
/* Takes the record, or drops it: false. */
bool audit_queue_push(struct audit_queue *queue, struct audit_record *record);
/* All there are, oldest first; their bytes count until each is let go. */
struct audit_record *audit_queue_take(struct audit_queue *queue);
void audit_queue_let_go(struct audit_queue *queue, struct audit_record *record);
/* So many more were lost. */
void audit_queue_drop(struct audit_queue *queue, uint64_t count);
/* How many were lost, which are counted no more. */
uint64_t audit_queue_dropped(struct audit_queue *queue);

#endif
