/* SPDX-License-Identifier: BSD-2-Clause */
/* A slot for each of some hash values, and in it one response or none. */
#include "daemon/keep.h"

#include <microhttpd.h>
#include <stdlib.h>

struct ac_kept *
ac_kept_new(struct MHD_Response *response, struct authchain_span values)
{
	struct ac_kept *kept = malloc(sizeof(*kept) + values.len);

	if (kept == NULL)
		return NULL;
	kept->response = response;
	kept->request_id[0] = '\0';
	kept->len = values.len;
	memcpy(kept->values, values.data, values.len);
	return kept;
}

void
ac_kept_free(struct ac_kept **kept)
{
	if (*kept == NULL)
		return;
	MHD_destroy_response((*kept)->response);
	free(*kept);
	*kept = NULL;
}

/* Nothing depends on it but how often two identities share a slot. */
static _Atomic(struct ac_kept *) *
slot_of(struct ac_keep *keep, struct authchain_span values)
{
	uint64_t hash = values.len, word;

	for (size_t at = 0; at < values.len; at += sizeof(word)) {
		size_t left = values.len - at;

		word = 0;
		memcpy(&word, values.data + at,
		    left < sizeof(word) ? left : sizeof(word));
		hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 32;
	}
	return &keep->slots[hash % AC_KEEP_SLOTS];
}

struct ac_kept *
ac_keep_take(struct ac_keep *keep, struct authchain_span values)
{
	struct ac_kept *kept = atomic_exchange(slot_of(keep, values), NULL);

	if (kept != NULL &&
	    !ac_span_is(ac_span(kept->values, kept->len), values))
		ac_kept_free(&kept);
	return kept;
}

void
ac_keep_give(struct ac_keep *keep, struct ac_kept **kept)
{
	struct ac_kept *before = *kept;

	if (before == NULL)
		return;
	before =
	    atomic_exchange(slot_of(keep, ac_span(before->values, before->len)),
		before);
	ac_kept_free(&before);
	*kept = NULL;
}

void
ac_keep_clear(struct ac_keep *keep)
{
	for (size_t i = 0; i < AC_KEEP_SLOTS; i++) {
		struct ac_kept *kept = atomic_exchange(&keep->slots[i], NULL);

		ac_kept_free(&kept);
	}
}
