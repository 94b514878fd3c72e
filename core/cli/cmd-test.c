/* SPDX-License-Identifier: BSD-2-Clause */
/* authchain test: one token, one decision, one line. */
#include "cli/judge.h"

static enum ac_exit
print(const struct ac_judge *judge, const struct ac_args *args)
{
	enum ac_exit rc = ac_judge_exit(judge->decision);

	if (ac_args_has(args, "json"))
		return ac_judge_print_json(judge->decision) == 0 ||
			       rc != AC_EXIT_OK
			   ? rc
			   : AC_EXIT_NO;
	ac_judge_print_line(judge->decision);
	if (ac_args_has(args, "verbose"))
		ac_judge_print_trace(judge->decision);
	return rc;
}

static enum ac_exit
run(const struct ac_args *args)
{
	struct ac_judge judge;
	enum ac_exit rc = ac_judge_run(&judge, args);

	if (rc == AC_EXIT_OK)
		rc = print(&judge, args);
	ac_judge_clear(&judge);
	return rc;
}

static const struct ac_arg options[] = {
	AC_JUDGE_ARGS,
	{ "verbose", 'v', false, NULL, "the trace as well, and the log" },
	AC_ARG_JSON,
	AC_ARG_HELP,
	AC_ARG_VERSION,
	AC_ARG_END,
};

const struct ac_command ac_cmd_test = {
	.name = "test",
	.synopsis = "[options] < TOKEN",
	.summary = "judge one request by a chain",
	.text = "Reads the token from standard input; one line end behind it "
		"is not part of it, every other byte is.  Exit status: 0 "
		"allowed, 1 denied (or a plugin's fault), 4 nobody could "
		"judge.",
	.args = options,
	.max_operands = 0,
	.run = run,
};
