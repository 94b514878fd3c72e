/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The block that a decision stands in, from a lane and back to one.  Most
 * decisions need no other memory.
 */
#include "engine/call.h"

struct ac_result *
ac_result_new(struct ac_lanes *lanes, void *block)
{
	struct ac_result *result = block;

	if (block == NULL)
		return NULL;
	result->lanes = lanes;
	ac_arena_lend(&result->arena, result + 1,
	    AC_BLOCK_BYTES - sizeof(*result));
	return result;
}

void
authchain_decision_free(struct authchain_decision **decision)
{
	struct ac_result *result = (struct ac_result *)*decision;

	if (result == NULL)
		return;
	*decision = NULL;
	if (result->jws != NULL || result->adopted != NULL)
		ac_result_drop_claims(result);
	ac_arena_clear(&result->arena);
	ac_block_give(result->lanes, result->near, result);
}
