/* SPDX-License-Identifier: BSD-2-Clause */
/* Section headers.  Only the first fault of one is reported: a header is
 * written again as a whole. */
#include "engine/header.h"

#include "engine/text.h"

#include <stdio.h>

static const char *const kinds[] = { "chain", "plugin", "secret" };
#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))
#define WAYS       "write [chain], [plugin NAME] or [secret NAME]"

static bool
is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
	       c == '-';
}

bool
ac_conf_is_name(struct authchain_span text)
{
	if (text.len == 0 || text.len > AC_CONF_MAX_NAME ||
	    text.data[0] == '_' || text.data[0] == '-')
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (!is_name_byte(text.data[i]))
			return false;
	}
	return true;
}

/* The known kind that word is or stands for, NULL with a report. */
static const char *
judge_kind(struct ac_line_diags *diags, struct authchain_span word, size_t at)
{
	const char *meant = ac_suggest(word, kinds, KIND_COUNT);
	char hint[AC_HINT_BYTES];
	struct ac_quote quote;

	for (size_t i = 0; i < KIND_COUNT; i++) {
		if (ac_span_is_text(word, kinds[i]))
			return kinds[i];
	}
	if (word.len == 0)
		ac_line_error(diags, at, WAYS, "the section has no kind");
	else
		ac_line_error(diags, at,
		    ac_suggest_hint(hint, word, kinds, KIND_COUNT),
		    "unknown kind of section %s",
		    meant != NULL || ac_text_is_harmless(word)
			? ac_quote(&quote, word)
			: "(not shown)");
	return meant;
}

/* The name without quotes around it, with a report. */
static struct authchain_span
bare_name(struct ac_line_diags *diags, struct authchain_span name, size_t at)
{
	struct ac_quote quote;

	if (name.len < 2 || name.data[0] != '"' ||
	    name.data[name.len - 1] != '"')
		return name;
	ac_line_error(diags, at, "write it without quotes",
	    "the name %s is in quotes", ac_quote(&quote, name));
	return ac_span_cut(name, 1, name.len - 1);
}

static bool
judge_name(struct ac_line_diags *diags, const char *kind,
    struct authchain_span name, size_t at)
{
	struct ac_quote quote;
	char hint[32];

	if (name.len == 0) {
		(void)snprintf(hint, sizeof(hint), "write [%s NAME]", kind);
		ac_line_error(diags, at, hint, "the section has no name");
	} else if (name.len > AC_CONF_MAX_NAME) {
		ac_line_error(diags, at, NULL,
		    "the name %s has %zu bytes; at most %d are allowed",
		    ac_quote(&quote, name), name.len, AC_CONF_MAX_NAME);
	} else if (!ac_conf_is_name(name)) {
		ac_line_error(diags, at,
		    "names are made of a-z, 0-9, - and _, and begin with a "
		    "letter or digit",
		    "%s is not a name", ac_quote(&quote, name));
	} else {
		return true;
	}
	return false;
}

/* What stands between the brackets: text, at column `at' of the line. */
static void
read_inside(struct ac_line_diags *diags, struct authchain_span text, size_t at,
    struct ac_header *header)
{
	size_t from = ac_text_skip_blanks(text, 0);
	size_t end = ac_text_skip_word(text, from);
	size_t name_at = ac_text_skip_blanks(text, end);
	struct ac_quote quote;
	const char *kind =
	    judge_kind(diags, ac_span_cut(text, from, end), at + from);

	if (kind == NULL)
		return;
	if (name_at == end && end < text.len) {
		ac_line_error(diags, at + end, "write a space in its place",
		    "%s between a section's kind and its name",
		    ac_quote(&quote, ac_span_cut(text, end, end + 1)));
		name_at = ac_text_skip_blanks(text, end + 1);
	}
	header->name = ac_span_trim(ac_span_cut(text, name_at, text.len));
	if (strcmp(kind, kinds[0]) == 0) {
		if (header->name.len > 0)
			ac_line_error(diags, at + name_at,
			    "a chain is named after its file",
			    "[chain] takes no name");
		header->name = ac_span_text("");
		header->kind = kind;
		return;
	}
	header->name = bare_name(diags, header->name, at + name_at);
	if (judge_name(diags, kind, header->name, at + name_at))
		header->kind = kind;
}

void
ac_header_read(struct ac_header *header, struct authchain_span line, size_t at,
    const struct ac_position *line_at, struct ac_diags *diags)
{
	struct ac_line_diags line_diags = { line_at, diags, true };
	size_t stop = ac_text_comment(line, at);
	size_t close = ac_span_find(line, ']', at);
	bool closed = close < stop;
	size_t after = ac_text_skip_blanks(line, closed ? close + 1 : stop);

	*header = (struct ac_header){ NULL, ac_span_text("") };
	if (!closed)
		ac_line_error(&line_diags, at, WAYS,
		    "the bracket that opens here is not closed");
	else if (after < stop)
		ac_line_error(&line_diags, after, "begin a new line",
		    "text behind a section's closing bracket");
	read_inside(&line_diags,
	    ac_span_cut(line, at + 1, closed ? close : stop), at + 1, header);
}
