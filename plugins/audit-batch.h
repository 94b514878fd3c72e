/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines that go out together. */
#ifndef PLUGINS_AUDIT_BATCH_H
#define PLUGINS_AUDIT_BATCH_H

#include "audit-record.h"
#include "base/seal.h"

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

#endif
