/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line, from one table a command: the same rows parse it and print
 * its help.  Long names are exact (no abbreviations), options and operands may
 * stand in any order, "--" ends the options.
 */
#ifndef AC_CLI_ARGS_H
#define AC_CLI_ARGS_H

#include "base/error.h"

#include <stdio.h>

#define AC_ARGS_MAX 4096 /* words on a command line */

struct ac_arg {
	const char *name;  /* long, without the dashes; NULL ends a table */
	char letter;       /* short, or 0 */
	bool repeats;      /* may be given more than once */
	const char *value; /* what it takes, for the help; NULL: a switch */
	const char *help;
};

/* Rows that many commands share. */
#define AC_ARG_CONFIG                                                          \
	{                                                                      \
		"config", 'f', false, "PATH",                                  \
		    "configuration folder, or one file [/etc/authchain]"       \
	}
#define AC_ARG_PLUGIN_DIR                                                      \
	{                                                                      \
		"plugin-dir", 0, false, "DIR",                                 \
		    "load plugins from DIR (tests and development)"            \
	}
#define AC_ARG_STATE_DIR                                                       \
	{                                                                      \
		"state-dir", 0, false, "DIR", "where key sets are kept"        \
	}
#define AC_ARG_JSON                                                            \
	{                                                                      \
		"json", 0, false, NULL, "one line of JSON"                     \
	}
#define AC_ARG_HELP                                                            \
	{                                                                      \
		"help", 'h', false, NULL, "print this"                         \
	}
#define AC_ARG_VERSION                                                         \
	{                                                                      \
		"version", 'V', false, NULL, "print the version"               \
	}
#define AC_ARG_END                                                             \
	{                                                                      \
		NULL, 0, false, NULL, NULL                                     \
	}

struct ac_args {
	struct ac_args_value {
		const struct ac_arg *arg;
		const char *value; /* NULL for a switch */
	} * values;
	size_t value_count;
	const char **operands;
	size_t operand_count;
};

/*
 * Read words[0..count) by table; the texts are borrowed.  -1 with what is
 * wrong; an operand is never quoted there, for it may be a token that somebody
 * put into the wrong place.
 */
int ac_args_parse(struct ac_args *args, const struct ac_arg *table,
    size_t count, char *const *words, struct authchain_error *err);
void ac_args_clear(struct ac_args *args);

bool ac_args_has(const struct ac_args *args, const char *name);
/* The value, or fallback when the option was not given. */
const char *ac_args_text(const struct ac_args *args, const char *name,
    const char *fallback);
/* Each value of a repeated option in turn: *at starts at 0; NULL at the end. */
const char *ac_args_next(const struct ac_args *args, const char *name,
    size_t *at);

/* The rows as aligned lines of at most 80 columns. */
void ac_args_print(const struct ac_arg *table, FILE *out);
/* Text broken at spaces; it stands at column `from' now, further lines begin
 * at column `indent'; ends with a line end. */
void ac_args_wrap(const char *text, size_t from, size_t indent, FILE *out);

#endif
