/* SPDX-License-Identifier: BSD-2-Clause */
/* One block a record: this runs on the thread that decides. */
#include "audit-record.h"

#include <stdlib.h>

#define MAX_CLAIMS 16384 /* as the engine bounds them */

static size_t
most_of(enum audit_text which)
{
	if (which == AUDIT_CLAIMS)
		return MAX_CLAIMS;
	return which == AUDIT_URI ? AUDIT_MAX_URI : AUDIT_MAX_TEXT;
}

/* No longer than max, and not within a character. */
static size_t
cut_at(struct authchain_span text, size_t max)
{
	size_t len = max;

	while (len > max - 4 && ((unsigned char)text.data[len] & 0xc0) == 0x80)
		len--;
	return len;
}

struct audit_record *
audit_record_new(const struct authchain_span texts[AUDIT_TEXTS])
{
	struct audit_record *record;
	size_t lengths[AUDIT_TEXTS], sum = 0;

	for (size_t i = 0; i < AUDIT_TEXTS; i++) {
		size_t most = most_of((enum audit_text)i);

		lengths[i] =
		    texts[i].len > most ? cut_at(texts[i], most) : texts[i].len;
		sum += lengths[i];
	}
	record = malloc(sizeof(*record) + sum);
	if (record == NULL)
		return NULL;
	*record = (struct audit_record){ .bytes = sizeof(*record) + sum };
	sum = 0;
	for (size_t i = 0; i < AUDIT_TEXTS; i++) {
		bool none = texts[i].data == NULL;

		record->lengths[i] = none ? UINT32_MAX : (uint32_t)lengths[i];
		record->cut[i] = lengths[i] < texts[i].len;
		if (none || lengths[i] == 0)
			continue;
		memcpy(record->texts + sum, texts[i].data, lengths[i]);
		sum += lengths[i];
	}
	return record;
}

struct authchain_span
audit_record_text(const struct audit_record *record, enum audit_text which)
{
	size_t at = 0;

	if (record->lengths[which] == UINT32_MAX)
		return ac_span(NULL, 0);
	for (size_t i = 0; i < (size_t)which; i++)
		at += record->lengths[i] == UINT32_MAX ? 0 : record->lengths[i];
	return ac_span(record->texts + at, record->lengths[which]);
}
