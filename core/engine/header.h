/* SPDX-License-Identifier: BSD-2-Clause */
/* The line that begins a section. */
#ifndef AC_ENGINE_HEADER_H
#define AC_ENGINE_HEADER_H

#include "engine/conf.h"

struct ac_header {
	const char *kind;           /* a known one; NULL: not to be kept */
	struct authchain_span name; /* in the line; "" for [chain] */
};

/*
 * Read the header whose bracket stands at line.data[at].  Faults go to diags,
 * unless that is NULL; where they leave no doubt about what was meant *header
 * is that.  line_at is the place of the line's first byte.
 */
void ac_header_read(struct ac_header *header, struct authchain_span line,
    size_t at, const struct ac_position *line_at, struct ac_diags *diags);

#endif
