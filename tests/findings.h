/* SPDX-License-Identifier: BSD-2-Clause */
/* What a table expects of a checker, as text: "FILE:LINE:COLUMN: text | hint"
 * a line, warnings and lints marked. */
#ifndef FINDINGS_H
#define FINDINGS_H

#include "base/buf.h"
#include "engine/diag.h"
#include "tap.h"

#include <stdlib.h>

static inline void
findings_add(void *arg, const struct authchain_diagnostic *d)
{
	struct ac_buf *out = arg;

	ac_buf_text(out, d->file);
	if (d->line > 0)
		ac_buf_format(out, ":%u:%u", (unsigned int)d->line,
		    (unsigned int)d->column);
	ac_buf_format(out, ": %s%s",
	    d->severity == AUTHCHAIN_SEVERITY_LINT      ? "lint: "
	    : d->severity == AUTHCHAIN_SEVERITY_WARNING ? "warning: "
							: "",
	    d->text);
	if (d->hint[0] != '\0')
		ac_buf_format(out, " | %s", d->hint);
	ac_buf_byte(out, '\n');
}

/* The caller's to free. */
static inline char *
findings(const struct ac_diags *diags)
{
	struct ac_buf out;

	ac_buf_init(&out, (size_t)16 << 20);
	ac_diags_deliver(diags, findings_add, &out);
	return ac_buf_take(&out);
}

/* Exactly these findings? */
static inline void
findings_are(const struct ac_diags *diags, const char *expected,
    const char *name)
{
	char *got = findings(diags);
	int same = got != NULL && strcmp(got, expected) == 0;

	ok(same, name);
	if (!same)
		printf("# expected <<%s>>\n# got <<%s>>\n", expected,
		    got == NULL ? "" : got);
	free(got);
}

#endif
