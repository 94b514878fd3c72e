/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A deep copy of a request, for plugins that may still work on it when the
 * host program has long had its answer.
 */
#include "engine/call.h"

static bool
own_span(struct ac_arena *arena, struct authchain_span *span)
{
	if (span->data == NULL)
		return true;
	*span = ac_arena_copy(arena, *span);
	return span->data != NULL;
}

static const struct authchain_pair *
own_pairs(struct ac_arena *arena, const struct authchain_pair *pairs,
    size_t count)
{
	struct authchain_pair *copy;

	if (count > AC_ARENA_MAX_BYTES / sizeof(*copy))
		return NULL;
	copy = ac_arena_new(arena, (count + 1) * sizeof(*copy));
	for (size_t i = 0; copy != NULL && i < count; i++) {
		copy[i] = pairs[i];
		if (!own_span(arena, &copy[i].name) ||
		    !own_span(arena, &copy[i].value))
			return NULL;
	}
	return copy;
}

int
ac_call_own_request(struct authchain_call *call)
{
	struct ac_arena *arena = &call->scratch;
	struct authchain_request *copy;

	if (call->request != &call->given)
		return 0;
	if ((copy = ac_arena_new(arena, sizeof(*copy))) == NULL)
		return -1;
	*copy = *call->request;
	copy->authorization = NULL; /* the token was taken from it */
	copy->authorization_count = 0;
	copy->token = call->token;
	copy->headers = own_pairs(arena, copy->headers, copy->header_count);
	copy->attributes =
	    own_pairs(arena, copy->attributes, copy->attribute_count);
	if (copy->headers == NULL || copy->attributes == NULL ||
	    !own_span(arena, &copy->method) || !own_span(arena, &copy->uri) ||
	    !own_span(arena, &copy->scheme) || !own_span(arena, &copy->host) ||
	    !own_span(arena, &copy->client_address))
		return -1;
	call->request = copy;
	return 0;
}
