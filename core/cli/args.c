/* SPDX-License-Identifier: BSD-2-Clause */
/* The option parser and the help that is made of the same rows. */
#include "cli/args.h"

#include <stdlib.h>

#include "engine/diag.h"

#define HELP_COLUMN 26
#define COLUMNS     80

struct cursor {
	const struct ac_arg *table;
	char *const *words;
	size_t count, at;
};

static const struct ac_arg *
find_long(const struct ac_arg *table, struct authchain_span name)
{
	for (; table->name != NULL; table++)
		if (ac_span_is_text(name, table->name))
			return table;
	return NULL;
}

static const struct ac_arg *
find_letter(const struct ac_arg *table, char letter)
{
	for (; table->name != NULL; table++)
		if (table->letter != 0 && table->letter == letter)
			return table;
	return NULL;
}

static int
unknown(const struct ac_arg *table, const char *dashes,
    struct authchain_span name, struct authchain_error *err)
{
	const char *names[64];
	const char *near = NULL;
	struct ac_quote quote;
	char shown[AC_QUOTE_BYTES + 8];
	size_t n = 0;

	for (; table->name != NULL && n < 64; table++)
		names[n++] = table->name;
	near = ac_suggest(name, names, n);
	(void)snprintf(shown, sizeof(shown), "%s%.*s", dashes,
	    name.len > AC_QUOTE_BYTES ? AC_QUOTE_BYTES : (int)name.len,
	    name.data);
	ac_quote(&quote, ac_span_text(shown));
	if (near != NULL)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "unknown option %s: did you mean --%s?", quote.text, near);
	return ac_error(err, AUTHCHAIN_ERROR_USAGE,
	    "unknown option %s: see --help", quote.text);
}

static int
add(struct ac_args *args, const struct ac_arg *arg, const char *value,
    struct authchain_error *err)
{
	if (arg->value != NULL && !arg->repeats && ac_args_has(args, arg->name))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--%s was given twice: once is all it takes", arg->name);
	args->values[args->value_count++] =
	    (struct ac_args_value){ arg, value };
	return 0;
}

/* The value of an option: what is glued to it, or else the next word. */
static int
take_value(struct ac_args *args, struct cursor *cursor,
    const struct ac_arg *arg, const char *glued, struct authchain_error *err)
{
	if (glued == NULL && cursor->at == cursor->count)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--%s needs a value: --%s %s", arg->name, arg->name,
		    arg->value);
	return add(args, arg,
	    glued != NULL ? glued : cursor->words[cursor->at++], err);
}

static int
take_long(struct ac_args *args, struct cursor *cursor, const char *word,
    struct authchain_error *err)
{
	struct authchain_span text = ac_span_text(word);
	size_t equals = ac_span_find(text, '=', 0);
	struct authchain_span name = ac_span_cut(text, 0, equals);
	const char *glued = equals < text.len ? word + equals + 1 : NULL;
	const struct ac_arg *arg = find_long(cursor->table, name);

	if (arg == NULL)
		return unknown(cursor->table, "--", name, err);
	if (arg->value != NULL)
		return take_value(args, cursor, arg, glued, err);
	if (glued != NULL)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--%s takes no value", arg->name);
	return add(args, arg, NULL, err);
}

/* "-f PATH", "-fPATH", and switches together: "-vh". */
static int
take_letters(struct ac_args *args, struct cursor *cursor, const char *letters,
    struct authchain_error *err)
{
	for (; *letters != 0; letters++) {
		const struct ac_arg *arg = find_letter(cursor->table, *letters);

		if (arg == NULL)
			return unknown(cursor->table, "-", ac_span(letters, 1),
			    err);
		if (arg->value != NULL)
			return take_value(args, cursor, arg,
			    letters[1] != 0 ? letters + 1 : NULL, err);
		if (add(args, arg, NULL, err) != 0)
			return -1;
	}
	return 0;
}

static int
take_word(struct ac_args *args, struct cursor *cursor, bool *options,
    struct authchain_error *err)
{
	const char *word = cursor->words[cursor->at++];

	if (*options && strcmp(word, "--") == 0) {
		*options = false;
		return 0;
	}
	if (*options && strncmp(word, "--", 2) == 0)
		return take_long(args, cursor, word + 2, err);
	if (*options && word[0] == '-' && word[1] != 0)
		return take_letters(args, cursor, word + 1, err);
	args->operands[args->operand_count++] = word;
	return 0;
}

int
ac_args_parse(struct ac_args *args, const struct ac_arg *table, size_t count,
    char *const *words, struct authchain_error *err)
{
	struct cursor cursor = { table, words, count, 0 };
	size_t letters = 1;
	bool options = true;

	*args = (struct ac_args){ 0 };
	if (count > AC_ARGS_MAX)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "more than %d words", AC_ARGS_MAX);
	for (size_t i = 0; i < count; i++)
		letters += 1 + strlen(words[i]); /* each may be a switch */
	args->values = calloc(letters, sizeof(*args->values));
	args->operands = calloc(count + 1, sizeof(*args->operands));
	if (args->values == NULL || args->operands == NULL)
		return ac_error_memory(err);
	while (cursor.at < count)
		if (take_word(args, &cursor, &options, err) != 0)
			return -1;
	return 0;
}

void
ac_args_clear(struct ac_args *args)
{
	free(args->values);
	free(args->operands);
	*args = (struct ac_args){ 0 };
}

const char *
ac_args_next(const struct ac_args *args, const char *name, size_t *at)
{
	while (*at < args->value_count) {
		const struct ac_args_value *value = &args->values[(*at)++];

		if (strcmp(value->arg->name, name) == 0)
			return value->value;
	}
	return NULL;
}

bool
ac_args_has(const struct ac_args *args, const char *name)
{
	for (size_t i = 0; i < args->value_count; i++)
		if (strcmp(args->values[i].arg->name, name) == 0)
			return true;
	return false;
}

const char *
ac_args_text(const struct ac_args *args, const char *name, const char *fallback)
{
	size_t at = 0;
	const char *value = ac_args_next(args, name, &at);

	return value != NULL ? value : fallback;
}

void
ac_args_wrap(const char *text, size_t from, size_t indent, FILE *out)
{
	struct authchain_span rest = ac_span_text(text);
	struct authchain_span word = { NULL, 0 };
	size_t column = from;
	bool first = true;

	while (ac_span_word(&rest, &word)) {
		if (!first && column + 1 + word.len > COLUMNS - 1) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			fputc(' ', out);
			column++;
		}
		fwrite(word.data, 1, word.len, out);
		column += word.len;
		first = false;
	}
	fputc('\n', out);
}

void
ac_args_print(const struct ac_arg *table, FILE *out)
{
	for (; table->name != NULL; table++) {
		char left[COLUMNS];
		int len = 0;

		if (table->letter != 0)
			len = snprintf(left, sizeof(left), "  -%c, --%s%s%s",
			    table->letter, table->name,
			    table->value != NULL ? " " : "",
			    table->value != NULL ? table->value : "");
		else
			len = snprintf(left, sizeof(left), "      --%s%s%s",
			    table->name, table->value != NULL ? " " : "",
			    table->value != NULL ? table->value : "");
		if (len < HELP_COLUMN)
			fprintf(out, "%-*s", HELP_COLUMN, left);
		else
			fprintf(out, "%s\n%*s", left, HELP_COLUMN, "");
		ac_args_wrap(table->help, HELP_COLUMN, HELP_COLUMN, out);
	}
}
