/* SPDX-License-Identifier: BSD-2-Clause */
/* What a type makes of a text. */
#ifndef AC_ENGINE_OPTION_TYPE_H
#define AC_ENGINE_OPTION_TYPE_H

#include "engine/option-value.h"

struct ac_option_reading {
	struct ac_option_value *value;
	const struct authchain_option *option;
	const struct ac_item *item;
	const struct ac_secret_lookup *lookup;
	struct ac_diags *diags;
	struct ac_quote quote; /* the value as written */
	bool expanded;
};

/* An error "OPTION: text"; always -1. */
int ac_option_complain(const struct ac_option_reading *r,
    const struct ac_position *at, const char *hint, const char *format, ...)
    AUTHCHAIN_PRINTF(4, 5);

/* Index of text among the option's choices, or -1 with a report. */
int64_t ac_option_choose(const struct ac_option_reading *r,
    struct authchain_span text, const struct ac_position *at);

/* Judge text, which is expanded, and note its number or secret.  0 or -1. */
int ac_option_type_read(struct ac_option_reading *r,
    struct authchain_span text);

#endif
