/* SPDX-License-Identifier: BSD-2-Clause */
/* authchain(1): find the command, read its options, run it. */
#include "config.h" /* AC_ED25519 */

#include "cli/cli.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "engine/diag.h"

static const struct ac_command *const commands[] = {
	&ac_cmd_audit,
	&ac_cmd_check_config,
	&ac_cmd_config,
	&ac_cmd_doctor,
	&ac_cmd_explain,
	&ac_cmd_init,
	&ac_cmd_inspect,
	&ac_cmd_keys,
	&ac_cmd_mint,
	&ac_cmd_plugins,
	&ac_cmd_snippet,
	&ac_cmd_test,
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

void
ac_cli_complain(const struct authchain_error *err)
{
	fprintf(stderr, "authchain: %s\n", err->text);
}

void
ac_cli_say(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	fputs("authchain: ", stderr);
	vfprintf(stderr, format, ap);
	fputc('\n', stderr);
	va_end(ap);
}

enum ac_exit
ac_cli_fail(const struct authchain_error *err)
{
	ac_cli_complain(err);
	switch (err->code) {
	case AUTHCHAIN_ERROR_USAGE:
		return AC_EXIT_USAGE;
	case AUTHCHAIN_ERROR_CONFIGURATION:
	case AUTHCHAIN_ERROR_NOT_FOUND:
	case AUTHCHAIN_ERROR_SYSTEM:
		return AC_EXIT_CONFIG;
	case AUTHCHAIN_ERROR_MEMORY:
		return AC_EXIT_UNAVAILABLE;
	default:
		return AC_EXIT_NO;
	}
}

/* Tokens and secrets pass through this process: nothing of it may be dumped
 * or looked at.  A closed pipe is an error to report, not a death. */
static void
harden(void)
{
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)signal(SIGPIPE, SIG_IGN);
}

static void
print_overview(FILE *out)
{
	fputs("usage: authchain COMMAND [options]\n\n"
	      "Judge bearer tokens by chains of plugins.\n\ncommands:\n",
	    out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-14s %s\n", commands[i]->name,
		    commands[i]->summary);
	fputs("\nauthchain COMMAND --help says more; so does authchain(1).\n"
	      "Exit status: 0 allowed or done, 1 denied or not done, 2 usage,\n"
	      "3 configuration, 4 nobody could judge.\n",
	    out);
}

static void
print_help(const struct ac_command *command, FILE *out)
{
	fprintf(out, "usage: authchain %s %s\n\n", command->name,
	    command->synopsis);
	ac_args_wrap(command->summary, 0, 0, out);
	if (command->text != NULL) {
		fputc('\n', out);
		ac_args_wrap(command->text, 0, 0, out);
	}
	fputs("\noptions:\n", out);
	ac_args_print(command->args, out);
}

static const struct ac_command *
find_command(const char *name)
{
	const char *names[COMMANDS];
	const char *near = NULL;
	struct ac_quote quote;

	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
		names[i] = commands[i]->name;
	}
	near = ac_suggest(ac_span_text(name), names, COMMANDS);
	ac_quote(&quote, ac_span_text(name));
	if (name[0] == '-')
		ac_cli_say("the command comes first, then its options: see "
			   "authchain --help");
	else if (near != NULL)
		ac_cli_say("unknown command %s: did you mean \"%s\"?",
		    quote.text, near);
	else
		ac_cli_say("unknown command %s: see authchain --help",
		    quote.text);
	return NULL;
}

/* What was written must have arrived, or the exit code would be a lie. */
static enum ac_exit
finish(enum ac_exit rc)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return rc;
	if (errno != EPIPE)
		ac_cli_say("can't write to standard output: %s",
		    strerror(errno));
	return rc == AC_EXIT_OK ? AC_EXIT_NO : rc;
}

static void
print_version(void)
{
	printf("authchain %s\nEd25519 by %s\n", authchain_version(),
	    AC_ED25519);
}

static enum ac_exit
run(const struct ac_command *command, size_t count, char *const *words)
{
	struct authchain_error err = { 0 };
	struct ac_args args;
	enum ac_exit rc = AC_EXIT_USAGE;

	if (ac_args_parse(&args, command->args, count, words, &err) != 0) {
		fprintf(stderr, "authchain %s: %s\n", command->name, err.text);
	} else if (ac_args_has(&args, "help")) {
		print_help(command, stdout);
		rc = AC_EXIT_OK;
	} else if (ac_args_has(&args, "version")) {
		print_version();
		rc = AC_EXIT_OK;
	} else if (args.operand_count > command->max_operands) {
		fprintf(stderr,
		    "authchain %s: too many arguments: see authchain %s "
		    "--help\n",
		    command->name, command->name);
	} else {
		rc = command->run(&args);
	}
	ac_args_clear(&args);
	return rc;
}

static bool
is_any(const char *word, const char *a, const char *b, const char *c)
{
	return strcmp(word, a) == 0 || strcmp(word, b) == 0 ||
	       strcmp(word, c) == 0;
}

int
main(int argc, char **argv)
{
	const struct ac_command *command = NULL;

	harden();
	if (argc < 2) {
		print_overview(stderr);
		return AC_EXIT_USAGE;
	}
	if (is_any(argv[1], "--version", "-V", "version")) {
		print_version();
		return (int)finish(AC_EXIT_OK);
	}
	if (is_any(argv[1], "--help", "-h", "help")) {
		if (argc == 2) {
			print_overview(stdout);
			return (int)finish(AC_EXIT_OK);
		}
		command = find_command(argv[2]);
		if (command == NULL)
			return AC_EXIT_USAGE;
		print_help(command, stdout);
		return (int)finish(AC_EXIT_OK);
	}
	command = find_command(argv[1]);
	if (command == NULL)
		return AC_EXIT_USAGE;
	return (int)finish(run(command, (size_t)argc - 2, argv + 2));
}
