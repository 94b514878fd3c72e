/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Steps that told which issuers they claim, and nothing else, stand in a table.
 * All others are open: they are asked whatever the token is.
 */
#include "engine/issuers.h"

#include <stdlib.h>

#include "base/table.h"

struct ac_issuers {
	struct ac_table *steps; /* by what they claim */
	/* for each step: the next, from it on, that is open */
	size_t open[];
};

static bool
is_listed(const struct ac_issuers *issuers, const struct ac_step *step)
{
	const struct authchain_entry *entry = step->entry;

	if (step->stage != AUTHCHAIN_STAGE_IDENTITY || entry->claim_count == 0)
		return false;
	for (size_t i = 0; i < entry->claim_count; i++) {
		const struct ac_claimed *claimed = &entry->claims[i];

		/* claimed by two: both are asked, in their order */
		if (claimed->is_prefix ||
		    ac_table_find(issuers->steps,
			ac_span(claimed->text, claimed->len)) != NULL)
			return false;
	}
	return true;
}

static int
list(struct ac_issuers *issuers, struct ac_step *step)
{
	const struct authchain_entry *entry = step->entry;

	for (size_t i = 0; i < entry->claim_count; i++) {
		const struct ac_claimed *claimed = &entry->claims[i];

		if (ac_table_put(issuers->steps,
			ac_span(claimed->text, claimed->len), step) != 0)
			return -1;
	}
	return 0;
}

struct ac_issuers *
ac_issuers_new(const struct ac_chain *chain)
{
	size_t open = chain->step_count;
	struct ac_issuers *issuers =
	    calloc(1, sizeof(*issuers) + open * sizeof(issuers->open[0]));

	if (issuers == NULL)
		return NULL;
	issuers->steps = ac_table_new((open + 1) * AC_ENTRY_MAX_CLAIMS, NULL);
	if (issuers->steps == NULL)
		goto out;
	for (size_t i = 0; i < chain->step_count; i++) {
		/* marks a listed one until the second round */
		issuers->open[i] = is_listed(issuers, &chain->steps[i]);
		if (issuers->open[i] != 0 &&
		    list(issuers, &chain->steps[i]) != 0)
			goto out;
	}
	for (size_t i = chain->step_count; i-- > 0;) {
		if (issuers->open[i] == 0)
			open = i;
		issuers->open[i] = open;
	}
	return issuers;
out:
	ac_issuers_free(&issuers);
	return NULL;
}

void
ac_issuers_free(struct ac_issuers **issuers)
{
	if (*issuers == NULL)
		return;
	ac_table_free(&(*issuers)->steps);
	free(*issuers);
	*issuers = NULL;
}

/* The listed step that claims the token's issuer, or NULL. */
static const struct ac_step *
step_of(struct authchain_call *call)
{
	const struct ac_table *steps = call->chain->issuers->steps;
	const struct authchain_peek *peek = ac_call_peek(call);

	if (peek == NULL)
		return NULL;
	if (peek->iss.type == AUTHCHAIN_TYPE_ABSENT)
		return ac_table_find(steps, ac_span("", 0));
	if (peek->iss.type != AUTHCHAIN_TYPE_STRING || peek->iss.text.len == 0)
		return NULL;
	return ac_table_find(steps, peek->iss.text);
}

size_t
ac_issuers_next(struct authchain_call *call)
{
	const struct ac_chain *chain = call->chain;
	size_t next = chain->issuers->open[call->at];
	const struct ac_step *step;

	if (next - call->at <= AC_ISSUERS_TOLD)
		return call->at;
	step = step_of(call);
	if (step != NULL && step >= &chain->steps[call->at] &&
	    step < &chain->steps[next])
		next = (size_t)(step - chain->steps);
	return next - call->at <= AC_ISSUERS_TOLD ? call->at : next;
}
