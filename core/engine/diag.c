/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Findings, kept sorted as they come: by file in the order of first mention,
 * then line, column, and age.  Whatever can't be kept is still counted, so
 * that a full list never turns a refusal into a pass.
 */
#include "engine/diag.h"

#include "engine/grow.h"

#include <stdio.h>

#define DIAG_TEXT_BYTES 2048

struct finding {
	uint32_t severity;
	uint32_t line;
	uint32_t column;
	size_t file;
	char *text;
	char *hint;
};

struct ac_diags {
	struct finding *findings;
	size_t count;
	char **files;
	size_t file_count;
	size_t errors;         /* kept or not */
	size_t dropped;        /* found and not kept */
	size_t dropped_errors; /* of these */
	bool strict;
};

struct ac_diags *
ac_diags_new(bool strict)
{
	struct ac_diags *diags = calloc(1, sizeof(*diags));

	if (diags != NULL)
		diags->strict = strict;
	return diags;
}

static void
finding_clear(struct finding *finding)
{
	free(finding->text);
	free(finding->hint);
}

void
ac_diags_free(struct ac_diags **diags)
{
	struct ac_diags *d = *diags;

	if (d == NULL)
		return;
	for (size_t i = 0; i < d->count; i++)
		finding_clear(&d->findings[i]);
	for (size_t i = 0; i < d->file_count; i++)
		free(d->files[i]);
	free(d->findings);
	free(d->files);
	free(d);
	*diags = NULL;
}

static bool
is_error(const struct ac_diags *diags, uint32_t severity)
{
	return severity == AUTHCHAIN_SEVERITY_ERROR ||
	       (severity == AUTHCHAIN_SEVERITY_LINT && diags->strict);
}

/* 0 and the index of this file's copied name, or -1 out of memory. */
static int
intern(struct ac_diags *diags, const char *file, size_t *at)
{
	char **grown;

	for (size_t i = 0; i < diags->file_count; i++) {
		if (strcmp(diags->files[i], file) == 0) {
			*at = i;
			return 0;
		}
	}
	grown = ac_grow(diags->files, diags->file_count, sizeof(*grown));
	if (grown == NULL)
		return -1;
	diags->files = grown;
	diags->files[diags->file_count] = strdup(file);
	if (diags->files[diags->file_count] == NULL)
		return -1;
	*at = diags->file_count++;
	return 0;
}

static bool
comes_after(const struct finding *a, const struct finding *b)
{
	if (a->file != b->file)
		return a->file > b->file;
	if (a->line != b->line)
		return a->line > b->line;
	return a->column > b->column;
}

static void
drop(struct ac_diags *diags, uint32_t severity)
{
	diags->dropped++;
	if (is_error(diags, severity))
		diags->dropped_errors++;
}

/* Make room for an error by giving up the last finding that is none. */
static bool
evict(struct ac_diags *diags)
{
	for (size_t i = diags->count; i-- > 0;) {
		struct finding *f = &diags->findings[i];

		if (is_error(diags, f->severity))
			continue;
		drop(diags, f->severity);
		finding_clear(f);
		memmove(f, f + 1, (diags->count - i - 1) * sizeof(*f));
		diags->count--;
		return true;
	}
	return false;
}

static int
insert(struct ac_diags *diags, const struct finding *finding)
{
	struct finding *grown;
	size_t at;

	if (diags->count >= AC_DIAG_MAX &&
	    (!is_error(diags, finding->severity) || !evict(diags)))
		return -1;
	at = diags->count;
	grown = ac_grow(diags->findings, diags->count, sizeof(*grown));
	if (grown == NULL)
		return -1;
	diags->findings = grown;
	while (at > 0 && comes_after(&grown[at - 1], finding))
		at--;
	memmove(&grown[at + 1], &grown[at],
	    (diags->count - at) * sizeof(*grown));
	grown[at] = *finding;
	diags->count++;
	return 0;
}

static void
add(struct ac_diags *diags, enum authchain_severity severity,
    const struct ac_position *at, const char *hint, const char *text)
{
	struct finding finding = { .severity = severity,
		.line = at->line,
		.column = at->column };

	if (is_error(diags, severity))
		diags->errors++;
	finding.text = strdup(text);
	finding.hint = strdup(hint == NULL ? "" : hint);
	if (finding.text == NULL || finding.hint == NULL ||
	    intern(diags, at->file, &finding.file) != 0 ||
	    insert(diags, &finding) != 0) {
		drop(diags, severity);
		finding_clear(&finding);
	}
}

void
ac_diag(struct ac_diags *diags, enum authchain_severity severity,
    const struct ac_position *at, const char *hint, const char *format, ...)
{
	char text[DIAG_TEXT_BYTES];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	add(diags, severity, at, hint, text);
}

void
ac_vdiag_error(struct ac_diags *diags, const struct ac_position *at,
    const char *hint, const char *format, va_list ap)
{
	char text[DIAG_TEXT_BYTES];

	(void)vsnprintf(text, sizeof(text), format, ap);
	add(diags, AUTHCHAIN_SEVERITY_ERROR, at, hint, text);
}

void
ac_line_error(struct ac_line_diags *line, size_t at, const char *hint,
    const char *format, ...)
{
	struct ac_position where = *line->begin;
	va_list ap;

	if (line->to == NULL)
		return;
	where.column += (uint32_t)at;
	va_start(ap, format);
	ac_vdiag_error(line->to, &where, hint, format, ap);
	va_end(ap);
	if (line->once)
		line->to = NULL;
}

size_t
ac_diags_errors(const struct ac_diags *diags)
{
	return diags->errors;
}

/* The findings that were not kept, as one more. */
static void
deliver_rest(const struct ac_diags *diags,
    void (*each)(void *arg, const struct authchain_diagnostic *), void *arg)
{
	char text[128];
	struct authchain_diagnostic rest = { .size = sizeof(rest),
		.severity = AUTHCHAIN_SEVERITY_WARNING,
		.file = "",
		.text = text,
		.hint = "mend what is listed first" };

	if (diags->dropped_errors > 0)
		rest.severity = AUTHCHAIN_SEVERITY_ERROR;
	if (diags->file_count > 0)
		rest.file = diags->files[diags->file_count - 1];
	(void)snprintf(text, sizeof(text),
	    "there are %zu more findings (%zu errors)", diags->dropped,
	    diags->dropped_errors);
	each(arg, &rest);
}

void
ac_diags_deliver(const struct ac_diags *diags,
    void (*each)(void *arg, const struct authchain_diagnostic *), void *arg)
{
	for (size_t i = 0; i < diags->count; i++) {
		const struct finding *f = &diags->findings[i];
		struct authchain_diagnostic one = { .size = sizeof(one),
			.severity = f->severity,
			.line = f->line,
			.column = f->column,
			.file = diags->files[f->file],
			.text = f->text,
			.hint = f->hint };

		each(arg, &one);
	}
	if (diags->dropped > 0)
		deliver_rest(diags, each, arg);
}

static const struct finding *
first_error(const struct ac_diags *diags)
{
	for (size_t i = 0; i < diags->count; i++) {
		if (is_error(diags, diags->findings[i].severity))
			return &diags->findings[i];
	}
	return NULL;
}

void
ac_diags_error(const struct ac_diags *diags, struct authchain_error *err)
{
	const struct finding *f = first_error(diags);
	char place[32] = "", more[48] = "";

	if (diags->errors == 0)
		return;
	if (f == NULL) {
		(void)ac_error_memory(err);
		return;
	}
	if (f->line > 0)
		(void)snprintf(place, sizeof(place), ":%u:%u",
		    (unsigned int)f->line, (unsigned int)f->column);
	if (diags->errors > 1)
		(void)snprintf(more, sizeof(more), " (and %zu more error%s)",
		    diags->errors - 1, diags->errors == 2 ? "" : "s");
	(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION, "%s%s: %s%s%s%s",
	    diags->files[f->file], place, f->text,
	    f->hint[0] == '\0' ? "" : "; ", f->hint, more);
}
