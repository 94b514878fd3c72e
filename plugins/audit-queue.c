/* SPDX-License-Identifier: BSD-2-Clause */
/* A stack that is only ever taken whole, so that no address comes back while
 * somebody looks at it, and turned round by who takes it. */
#include "audit-queue.h"

#include <stdlib.h>

void
audit_queue_init(struct audit_queue *queue, size_t max_bytes)
{
	atomic_init(&queue->newest, NULL);
	atomic_init(&queue->bytes, 0);
	atomic_init(&queue->dropped, 0);
	queue->max_bytes = max_bytes;
}

bool
audit_queue_push(struct audit_queue *queue, struct audit_record *record)
{
	size_t before = atomic_fetch_add(&queue->bytes, record->bytes);

	if (before + record->bytes > queue->max_bytes) {
		audit_queue_let_go(queue, record);
		audit_queue_drop(queue, 1);
		return false;
	}
	record->next = atomic_load(&queue->newest);
	while (!atomic_compare_exchange_weak(&queue->newest, &record->next,
	    record))
		continue;
	return true;
}

struct audit_record *
audit_queue_take(struct audit_queue *queue)
{
	struct audit_record *from = atomic_exchange(&queue->newest, NULL);
	struct audit_record *list = NULL;

	while (from != NULL) {
		struct audit_record *next = from->next;

		from->next = list;
		list = from;
		from = next;
	}
	return list;
}

void
audit_queue_let_go(struct audit_queue *queue, struct audit_record *record)
{
	(void)atomic_fetch_sub(&queue->bytes, record->bytes);
	free(record);
}

void
audit_queue_drop(struct audit_queue *queue, uint64_t count)
{
	(void)atomic_fetch_add(&queue->dropped, count);
}

uint64_t
audit_queue_dropped(struct audit_queue *queue)
{
	return atomic_exchange(&queue->dropped, 0);
}
