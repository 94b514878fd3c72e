/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Findings about a configuration: all of them are collected, then delivered in
 * the order of files and lines.  Each says file:line:column, what, on what,
 * why, and what to do.
 */
#ifndef AC_ENGINE_DIAG_H
#define AC_ENGINE_DIAG_H

#include "base/error.h"

#define AC_DIAG_MAX 1000 /* findings kept; one more says that there are more */

struct ac_position {
	const char *file; /* borrowed from the configuration; never NULL */
	uint32_t line;    /* from 1; 0: the file as a whole */
	uint32_t column;  /* from 1 */
};

struct ac_diags;

/* strict: a lint counts as an error. */
struct ac_diags *ac_diags_new(bool strict);
void ac_diags_free(struct ac_diags **diags);

/*
 * Add a finding.  hint may be NULL.  File names are copied.  A finding that
 * can't be kept for want of memory still counts.
 */
void ac_diag(struct ac_diags *diags, enum authchain_severity severity,
    const struct ac_position *at, const char *hint, const char *format, ...)
    AUTHCHAIN_PRINTF(5, 6);
/* The same, always an error. */
void ac_vdiag_error(struct ac_diags *diags, const struct ac_position *at,
    const char *hint, const char *format, va_list ap) AUTHCHAIN_PRINTF(4, 0);

/* Where the faults of one line are told. */
struct ac_line_diags {
	const struct ac_position *begin; /* of the line */
	struct ac_diags *to;             /* NULL: nothing (more) is said */
	bool once;                       /* the first fault alone is told */
};
/* An error at byte `at' of the line. */
void ac_line_error(struct ac_line_diags *line, size_t at, const char *hint,
    const char *format, ...) AUTHCHAIN_PRINTF(4, 5);

/* Findings that forbid to go on. */
size_t ac_diags_errors(const struct ac_diags *diags);
/* Deliver all, sorted: files in the order in which they were first named. */
void ac_diags_deliver(const struct ac_diags *diags,
    void (*each)(void *arg, const struct authchain_diagnostic *), void *arg);
/* "FILE:LINE:COLUMN: text" of the first error and how many more there are. */
void ac_diags_error(const struct ac_diags *diags, struct authchain_error *err);

/*
 * "did you mean": the candidate nearest to word (edit distance with swaps, at
 * most a third of its length), or NULL.
 */
const char *ac_suggest(struct authchain_span word,
    const char *const *candidates, size_t count);
/* A hint made of it: `did you mean "jwks"?', or "known: a, b, c". */
#define AC_HINT_BYTES 512
const char *ac_suggest_hint(char out[AC_HINT_BYTES], struct authchain_span word,
    const char *const *candidates, size_t count);

#endif
