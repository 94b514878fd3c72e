/* SPDX-License-Identifier: BSD-2-Clause */
/* authchain check-config: every finding about a configuration. */
#include "cli/cli.h"
#include "cli/open.h"
#include "cli/out.h"

struct findings {
	json_t *list; /* NULL: print each as it comes */
	size_t errors, warnings, lints;
};

static void
take(void *arg, const struct authchain_diagnostic *finding)
{
	struct findings *findings = arg;

	if (finding->severity == AUTHCHAIN_SEVERITY_ERROR)
		findings->errors++;
	else if (finding->severity == AUTHCHAIN_SEVERITY_WARNING)
		findings->warnings++;
	else
		findings->lints++;
	if (findings->list == NULL)
		ac_open_print(finding, stdout);
	else
		(void)json_array_append_new(findings->list,
		    json_pack("{s:s,s:o,s:I,s:I,s:o,s:o}", "severity",
			ac_open_severity(finding->severity), "file",
			ac_out_text(finding->file), "line",
			(json_int_t)finding->line, "column",
			(json_int_t)finding->column, "text",
			ac_out_text(finding->text), "hint",
			ac_out_text(finding->hint)));
}

static size_t
count_chains(const struct authchain *ac)
{
	size_t n = 0;

	while (ac != NULL && authchain_chain(ac, n) != NULL)
		n++;
	return n;
}

static enum ac_exit
run(const struct ac_args *args)
{
	const char *path = ac_args_text(args, "config", AC_OPEN_CONFIG);
	bool json = ac_args_has(args, "json");
	struct findings findings = { .list = json ? json_array() : NULL };
	struct authchain_settings settings;
	struct authchain_error err = { 0 };
	struct authchain *ac = NULL;
	enum ac_exit rc = AC_EXIT_OK;
	size_t chains = 0;

	ac_open_settings(args, &settings);
	settings.diagnose = take;
	settings.diagnose_arg = &findings;
	settings.strict = ac_args_has(args, "strict");
	if (authchain_open(&ac, path, &settings, &err) != 0)
		rc = AC_EXIT_CONFIG;
	chains = count_chains(ac);
	authchain_close(&ac);
	if (json &&
	    ac_out_json(json_pack("{s:b,s:I,s:I,s:I,s:I,s:o}", "ok",
		(int)(rc == AC_EXIT_OK), "chains", (json_int_t)chains, "errors",
		(json_int_t)findings.errors, "warnings",
		(json_int_t)findings.warnings, "lints",
		(json_int_t)findings.lints, "findings", findings.list)) != 0)
		return AC_EXIT_CONFIG;
	if (rc == AC_EXIT_OK)
		ac_cli_say("%s: good, chains: %zu, warnings: %zu, lints: %zu%s",
		    path, chains, findings.warnings, findings.lints,
		    findings.lints > 0 ? " (--strict refuses them)" : "");
	else if (findings.errors + findings.lints > 0)
		ac_cli_say("%s: not good, errors: %zu, warnings: %zu, lints: "
			   "%zu",
		    path, findings.errors, findings.warnings, findings.lints);
	else
		ac_cli_complain(&err);
	return rc;
}

static const struct ac_arg options[] = {
	AC_ARG_CONFIG,
	{ "strict", 0, false, NULL, "lints are errors" },
	{ "verbose", 'v', false, NULL, "what plugins log while loading" },
	AC_ARG_PLUGIN_DIR,
	AC_ARG_STATE_DIR,
	AC_ARG_JSON,
	AC_ARG_HELP,
	AC_ARG_VERSION,
	AC_ARG_END,
};

const struct ac_command ac_cmd_check_config = {
	.name = "check-config",
	.synopsis = "[options]",
	.summary = "find every fault of a configuration",
	.text = "Prints FILE:LINE:COLUMN: error: TEXT for each, and what to "
		"do about it.  Loads plugins and reads secrets; sends nothing. "
		"Exit status: 0 good, 3 not.",
	.args = options,
	.max_operands = 0,
	.run = run,
};
