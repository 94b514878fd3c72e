/* SPDX-License-Identifier: BSD-2-Clause */
/* Two entries of a chain must not claim the same tokens: the second would
 * never be asked. */
#include "engine/chain.h"

static bool
overlap(const struct ac_claimed *a, const struct ac_claimed *b)
{
	size_t len = a->len < b->len ? a->len : b->len;

	if (a->is_prefix != b->is_prefix)
		return false;
	if (!a->is_prefix && a->len != b->len)
		return false;
	return memcmp(a->text, b->text, len) == 0;
}

static void
say_overlap(struct ac_diags *diags, const struct authchain_entry *first,
    const struct authchain_entry *second, const struct ac_claimed *claimed)
{
	const char *option = claimed->is_prefix ? "prefix" : "issuer";
	const struct ac_position *other = ac_options_at(first->options, option);
	struct ac_quote quote;

	ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR,
	    ac_options_at(second->options, option),
	    claimed->is_prefix
		? "give each its own prefix"
		: "give each its own issuer, or take one of them out of "
		  "identity",
	    "[plugin %s] claims %s %s, which [plugin %s] at %s:%u claims as "
	    "well: only the first would ever be asked",
	    second->name, option,
	    claimed->len == 0
		? "none"
		: ac_quote(&quote, ac_span(claimed->text, claimed->len)),
	    first->name, other->file, other->line);
}

static void
check_pair(struct ac_diags *diags, const struct authchain_entry *first,
    const struct authchain_entry *second)
{
	for (size_t i = 0; i < first->claim_count; i++)
		for (size_t j = 0; j < second->claim_count; j++)
			if (overlap(&first->claims[i], &second->claims[j])) {
				say_overlap(diags, first, second,
				    &second->claims[j]);
				return;
			}
}

void
ac_chain_check_claims(const struct ac_chain *chain, struct ac_diags *diags)
{
	for (size_t i = 0; i < chain->step_count; i++)
		for (size_t j = 0; j < i; j++)
			if (chain->steps[i].stage == AUTHCHAIN_STAGE_IDENTITY &&
			    chain->steps[j].stage == AUTHCHAIN_STAGE_IDENTITY)
				check_pair(diags, chain->steps[j].entry,
				    chain->steps[i].entry);
}
