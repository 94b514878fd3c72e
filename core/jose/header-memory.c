/* SPDX-License-Identifier: BSD-2-Clause */
/* Headers remembered: a ring, looked through from the first to the last. */
#include "jose/header-memory.h"

static const struct ac_header_kept *
find(const struct ac_header_memory *memory, struct authchain_span encoded)
{
	size_t i;

	for (i = 0; i < AC_HEADERS_KEPT; i++) {
		const struct ac_header_kept *kept = &memory->kept[i];

		if (kept->encoded_len != 0 &&
		    ac_span_is(ac_span(kept->encoded, kept->encoded_len),
			encoded))
			return kept;
	}
	return NULL;
}

static struct authchain_span
view(const char *copy, struct ac_header_place place)
{
	if (place.at == 0)
		return ac_span(NULL, 0);
	return ac_span(copy + place.at, place.len);
}

static struct ac_header_place
place_of(const char *copy, struct authchain_span view)
{
	struct ac_header_place place = { 0, 0 };

	if (view.data != NULL) {
		place.at = (uint16_t)(view.data - copy);
		place.len = (uint16_t)view.len;
	}
	return place;
}

bool
ac_header_recall(const struct ac_header_memory *memory,
    struct authchain_span encoded, struct authchain_peek *peek, char *text,
    char *copy)
{
	const struct ac_header_kept *kept = find(memory, encoded);

	if (kept == NULL)
		return false;
	memcpy(text, kept->text, kept->len + 1);
	memcpy(copy, kept->copy, kept->len);
	peek->header = ac_span(text, kept->len);
	peek->alg = view(copy, kept->alg);
	peek->kid = view(copy, kept->kid);
	peek->typ = view(copy, kept->typ);
	peek->critical = kept->critical;
	return true;
}

void
ac_header_keep(struct ac_header_memory *memory, struct authchain_span encoded,
    const struct authchain_peek *peek, const char *copy)
{
	struct ac_header_kept *kept = &memory->kept[memory->next];

	if (encoded.len == 0 || encoded.len > AC_HEADER_KEPT_TEXT)
		return;
	memory->next = (memory->next + 1) % AC_HEADERS_KEPT;
	kept->encoded_len = encoded.len;
	kept->len = peek->header.len;
	kept->critical = peek->critical;
	kept->alg = place_of(copy, peek->alg);
	kept->kid = place_of(copy, peek->kid);
	kept->typ = place_of(copy, peek->typ);
	memcpy(kept->encoded, encoded.data, encoded.len);
	memcpy(kept->text, peek->header.data, kept->len);
	kept->text[kept->len] = '\0';
	memcpy(kept->copy, copy, kept->len);
}
