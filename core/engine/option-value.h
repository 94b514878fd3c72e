/* SPDX-License-Identifier: BSD-2-Clause */
/* One option's value: from text to what its type says. */
#ifndef AC_ENGINE_OPTION_VALUE_H
#define AC_ENGINE_OPTION_VALUE_H

#include "engine/options.h"

struct ac_option_value {
	const struct authchain_option *option;
	const struct ac_item *item; /* where it was written; NULL: it was not */
	char *text;                 /* expanded; NULL: no value, or a list */
	int64_t number;
	char **items; /* LIST, expanded */
	size_t item_count;
	struct ac_secret_list *secret; /* borrowed */
	bool present;                  /* written, or a fallback */
};

/*
 * Read item, which is not broken, as value->option asks.  0, or -1 after all
 * that is wrong with it went to diags.  item need not live on.
 */
int ac_option_value_read(struct ac_option_value *value,
    const struct ac_item *item, const struct ac_secret_lookup *lookup,
    struct ac_diags *diags);
void ac_option_value_clear(struct ac_option_value *value);

/*
 * text with ${NAME} replaced where environment says so, and $${ by ${.  The
 * caller's, or NULL after an error at `at' about option name.  *expanded says
 * whether anything came from the environment: then it must not be shown.
 */
char *ac_option_expand(const struct authchain_option *option,
    struct authchain_span text, const struct ac_position *at, bool *expanded,
    struct ac_diags *diags);
/* The other way round. */
void ac_option_escape(struct ac_buf *out, struct authchain_span text);

/* What keeps text from being an absolute http or https URL (RFC 3986), NULL:
 * nothing. */
const char *ac_option_url_fault(struct authchain_span text);

#endif
