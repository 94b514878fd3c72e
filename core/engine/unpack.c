/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a verdict holds, copied at once and then looked at: a verdict may go
 * while the decision is still read.
 */
#include "engine/unpack.h"

struct unpacker {
	const uint32_t *lengths;
	const char *texts;
};

/* As much as ac_arena_grow takes for granted. */
static size_t
list_room(size_t count)
{
	size_t room = AC_ARENA_FEW;

	while (room < count)
		room *= 2;
	return count == 0 ? 0 : room;
}

static size_t
lists_bytes(const struct ac_verdict *verdict)
{
	return list_room(verdict->scope_count) * sizeof(struct authchain_span) +
	       list_room(verdict->attribute_count) *
		   sizeof(struct authchain_pair);
}

/* Lengths and texts. */
static size_t
packed_bytes(const struct ac_verdict *verdict)
{
	return verdict->bytes - sizeof(*verdict);
}

size_t
ac_unpacked_bytes(const struct ac_verdict *verdict)
{
	return lists_bytes(verdict) + packed_bytes(verdict);
}

static struct authchain_span
next(struct unpacker *from)
{
	uint32_t length = *from->lengths++;
	struct authchain_span text = ac_span(from->texts, length);

	if (length == AC_VERDICT_NULL)
		return ac_span(NULL, 0);
	from->texts += (size_t)length + 1;
	return text;
}

void
ac_unpack(const struct ac_verdict *verdict, void *memory,
    struct ac_unpacked *out)
{
	struct authchain_pair *pairs = memory;
	struct authchain_span *scopes =
	    (void *)(pairs + list_room(verdict->attribute_count));
	char *packed = (char *)memory + lists_bytes(verdict);
	size_t lengths = AC_VERDICT_TEXTS + verdict->scope_count +
			 2 * (size_t)verdict->attribute_count;
	struct unpacker from = { (void *)packed,
		packed + lengths * sizeof(uint32_t) };

	memcpy(packed, verdict->lengths, packed_bytes(verdict));
	for (size_t i = 0; i < AC_VERDICT_TEXTS; i++)
		out->texts[i] = next(&from);
	out->scope_count = verdict->scope_count;
	out->scopes = out->scope_count == 0 ? NULL : scopes;
	for (size_t i = 0; i < out->scope_count; i++)
		scopes[i] = next(&from);
	out->attribute_count = verdict->attribute_count;
	out->attributes = out->attribute_count == 0 ? NULL : pairs;
	for (size_t i = 0; i < out->attribute_count; i++) {
		pairs[i].name = next(&from);
		pairs[i].value = next(&from);
	}
}
