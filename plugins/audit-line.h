/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a record to its line: one JSON object, every member always there, null
 * where there is nothing; no byte in it ends a line.
 */
#ifndef PLUGINS_AUDIT_LINE_H
#define PLUGINS_AUDIT_LINE_H

#include "audit-record.h"
#include "base/seal.h"

#define AUDIT_TOKEN_DIGITS   12
#define AUDIT_SUBJECT_DIGITS 32

/* How lines are written. */
struct audit_style {
	unsigned char name_key[AC_DIGEST_BYTES]; /* of tokens and subjects */
	bool hash_subjects;
	struct ac_seal *seal; /* NULL: lines are not chained */
};

/* Each adds a line and its end; -1: the buffer is as it was, and full. */
int audit_line_decision(const struct audit_style *style, struct ac_buf *out,
    const struct audit_record *record);
/* A file begins. */
int audit_line_begin(const struct audit_style *style, struct ac_buf *out,
    int64_t ts_ms);
/* So many lines are missing here. */
int audit_line_dropped(const struct audit_style *style, struct ac_buf *out,
    int64_t ts_ms, uint64_t count);
/* What stands in front of this line is a piece of one. */
struct audit_piece {
	uint64_t bytes;
	char sha256[AC_DIGEST_HEX];
};
int audit_line_torn(const struct audit_style *style, struct ac_buf *out,
    int64_t ts_ms, const struct audit_piece *piece);

#endif
