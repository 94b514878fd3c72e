/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How values are written: white space, comments, quotes, commas, continuation.
 * Fed line by line; the writer is the reader's inverse.
 */
#ifndef AC_ENGINE_VALUE_H
#define AC_ENGINE_VALUE_H

#include "base/buf.h"
#include "engine/conf.h"

struct ac_value_reader {
	struct ac_item *item;   /* value, parts and their places go here */
	struct ac_diags *diags; /* NULL: faults only make the item broken */
	struct ac_buf whole;    /* all lines, without comments, as written */
	struct ac_buf part;     /* unquoted text of the part under way */
	struct ac_position part_at;
	struct ac_position comma_at;
	uint32_t state;
	bool started;
};

/* Begin a value for item; equals_at is where it stands when it is empty. */
void ac_value_begin(struct ac_value_reader *reader, struct ac_item *item,
    struct ac_diags *diags, const struct ac_position *equals_at);
/* One line, or the rest of it; at is the place of its first byte. */
void ac_value_line(struct ac_value_reader *reader, struct authchain_span line,
    const struct ac_position *at);
/* Would another line go on with a list, or begin the value? */
bool ac_value_wants_more(const struct ac_value_reader *reader);
/* Finish.  The item is complete or broken. */
void ac_value_end(struct ac_value_reader *reader);

/* Free what the reader put into an item. */
void ac_value_clear(struct ac_item *item);

/* text so that it reads back as one part: quoted where it must be. */
void ac_value_write(struct ac_buf *out, struct authchain_span text);

#endif
