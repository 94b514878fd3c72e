/* SPDX-License-Identifier: BSD-2-Clause */
/* Open a configuration as the command line says. */
#include "cli/open.h"

#include "base/log.h"
#include "cli/cli.h"
#include "cli/out.h"

const char *
ac_open_severity(uint32_t severity)
{
	switch (severity) {
	case AUTHCHAIN_SEVERITY_ERROR:
		return "error";
	case AUTHCHAIN_SEVERITY_WARNING:
		return "warning";
	case AUTHCHAIN_SEVERITY_LINT:
		return "lint";
	default:
		return "note";
	}
}

void
ac_open_print(const struct authchain_diagnostic *finding, FILE *out)
{
	enum ac_paint paint = finding->severity == AUTHCHAIN_SEVERITY_ERROR
				  ? AC_PAINT_BAD
				  : AC_PAINT_WARN;

	fprintf(out, "%s:", finding->file);
	if (finding->line != 0)
		fprintf(out, "%u:%u:", finding->line, finding->column);
	fprintf(out, " %s%s:%s %s\n", ac_out_on(out, paint),
	    ac_open_severity(finding->severity), ac_out_off(out),
	    finding->text);
	if (finding->hint != NULL && finding->hint[0] != 0)
		fprintf(out, "    %s%s%s\n", ac_out_on(out, AC_PAINT_FAINT),
		    finding->hint, ac_out_off(out));
}

/* Lints are for check-config. */
static void
print_finding(void *arg, const struct authchain_diagnostic *finding)
{
	if (finding->severity != AUTHCHAIN_SEVERITY_LINT)
		ac_open_print(finding, arg);
}

static void
print_log(void *arg, uint32_t level, const char *area, const char *text)
{
	FILE *out = arg;

	fprintf(out, "%s %s: %s\n", ac_log_level_name(level), area, text);
}

void
ac_open_settings(const struct ac_args *args,
    struct authchain_settings *settings)
{
	*settings = (struct authchain_settings){
		.size = sizeof(*settings),
		.diagnose = print_finding,
		.diagnose_arg = stderr,
		.log = print_log,
		.log_arg = stderr,
		.log_level = ac_args_has(args, "verbose")
				 ? AUTHCHAIN_LOG_INFO
				 : AUTHCHAIN_LOG_WARNING,
		.plugin_dir = ac_args_text(args, "plugin-dir", NULL),
		.state_dir = ac_args_text(args, "state-dir", NULL),
		.unaudited = 1,
	};
}

struct authchain *
ac_open(const struct ac_args *args)
{
	struct authchain_settings settings;
	struct authchain_error err = { 0 };
	struct authchain *ac = NULL;

	ac_open_settings(args, &settings);
	if (authchain_open(&ac, ac_args_text(args, "config", AC_OPEN_CONFIG),
		&settings, &err) != 0)
		ac_cli_complain(&err);
	return ac;
}

static void
list_chains(struct authchain *ac, char *out, size_t size)
{
	const char *name = NULL;
	size_t len = 0;

	out[0] = 0;
	for (size_t i = 0; (name = authchain_chain(ac, i)) != NULL; i++) {
		int n = snprintf(out + len, size - len, "%s%s",
		    i == 0 ? "" : ", ", name);

		if (n < 0 || (size_t)n >= size - len)
			return;
		len += (size_t)n;
	}
}

const char *
ac_open_chain(const struct ac_args *args, struct authchain *ac,
    struct authchain_error *err)
{
	const char *wanted = ac_args_text(args, "chain", NULL);
	const char *name = NULL;
	char known[512];
	struct ac_quote quote;
	size_t count = 0;

	for (; (name = authchain_chain(ac, count)) != NULL; count++)
		if (wanted != NULL && strcmp(name, wanted) == 0)
			return name;
	list_chains(ac, known, sizeof(known));
	if (wanted != NULL)
		ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "no chain %s in this configuration; it has: %s",
		    ac_quote(&quote, ac_span_text(wanted)), known);
	else if (count == 1)
		return authchain_chain(ac, 0);
	else
		ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "which chain?  Say --chain with one of: %s", known);
	return NULL;
}
