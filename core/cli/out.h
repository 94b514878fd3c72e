/* SPDX-License-Identifier: BSD-2-Clause */
/* Standard output: one line of JSON, or text for people, with colour only on a
 * terminal that has it and never with NO_COLOR. */
#ifndef AC_CLI_OUT_H
#define AC_CLI_OUT_H

#include "base/span.h"

#include <jansson.h>
#include <stdio.h>

enum ac_paint {
	AC_PAINT_GOOD,
	AC_PAINT_BAD,
	AC_PAINT_WARN,
	AC_PAINT_STRONG,
	AC_PAINT_FAINT
};

/* The escapes to put around a text on out; "" where there is no colour. */
const char *ac_out_on(FILE *out, enum ac_paint paint);
const char *ac_out_off(FILE *out);

/* Print and release root (which may be NULL: out of memory) as one line;
 * 0 or -1. */
int ac_out_json(json_t *root);

/* JSON values for what may be absent or not be UTF-8. */
json_t *ac_out_text(const char *text);           /* NULL and "": null */
json_t *ac_out_span(struct authchain_span text); /* data NULL: null */

/* The span for people: printable ASCII as it is, all else escaped as \xNN. */
void ac_out_safe(struct authchain_span text, FILE *out);

/* "in 5 minutes", "3 days ago", "now". */
#define AC_OUT_RELATIVE 48
const char *ac_out_relative(int64_t seconds, char out[AC_OUT_RELATIVE]);

#endif
