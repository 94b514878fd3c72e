/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A command of `authchain': one row here, one file cmd-NAME.c.  Data goes to
 * standard output, everything else to standard error.
 */
#ifndef AC_CLI_CLI_H
#define AC_CLI_CLI_H

#include "cli/args.h"

enum ac_exit {
	AC_EXIT_OK = 0,          /* allowed, or done */
	AC_EXIT_NO = 1,          /* denied, or not done */
	AC_EXIT_USAGE = 2,       /* the command line */
	AC_EXIT_CONFIG = 3,      /* the configuration, a key, a file */
	AC_EXIT_UNAVAILABLE = 4, /* nobody could judge: ask again later */
};

struct ac_command {
	const char *name;
	const char *synopsis; /* what follows the name */
	const char *summary;  /* one line, no full stop */
	const char *text;     /* more, for its help; NULL: nothing */
	const struct ac_arg *args;
	size_t max_operands;
	enum ac_exit (*run)(const struct ac_args *args);
};

extern const struct ac_command ac_cmd_audit, ac_cmd_check_config, ac_cmd_config,
    ac_cmd_doctor, ac_cmd_explain, ac_cmd_init, ac_cmd_inspect, ac_cmd_keys,
    ac_cmd_mint, ac_cmd_plugins, ac_cmd_snippet, ac_cmd_test;

/* "authchain: ..." on standard error. */
void ac_cli_complain(const struct authchain_error *err);
void ac_cli_say(const char *format, ...) AUTHCHAIN_PRINTF(1, 2);
/* The error and the exit code it amounts to. */
enum ac_exit ac_cli_fail(const struct authchain_error *err);

#endif
