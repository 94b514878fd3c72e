/* SPDX-License-Identifier: BSD-2-Clause */
/* authchain config: the configuration as it was understood.  Secrets appear as
 * labels; their values have no printable form. */
#include "cli/cli.h"
#include "cli/open.h"
#include "cli/out.h"

#include "engine/model.h"

static void
print_finding(void *arg, const struct authchain_diagnostic *finding)
{
	ac_open_print(finding, arg);
}

static int
print(const struct ac_args *args, const struct ac_model *model)
{
	struct ac_buf buf;
	int r = -1;

	ac_buf_init(&buf, SIZE_MAX / 2);
	ac_model_print(model, &buf);
	if (!buf.failed && ac_args_has(args, "json"))
		r = ac_out_json(json_pack("{s:o}", "configuration",
		    ac_out_span(ac_buf_span(&buf))));
	else if (!buf.failed)
		r = fwrite(buf.data, 1, buf.len, stdout) == buf.len ? 0 : -1;
	ac_buf_clear(&buf);
	return r;
}

static enum ac_exit
run(const struct ac_args *args)
{
	const char *path = ac_args_text(args, "config", AC_OPEN_CONFIG);
	struct authchain_error err = { 0 };
	struct ac_diags *diags = ac_diags_new(false);
	struct ac_loader *loader =
	    ac_loader_new(ac_args_text(args, "plugin-dir", NULL));
	struct ac_model *model = NULL;
	enum ac_exit rc = AC_EXIT_CONFIG;

	if (diags == NULL || loader == NULL) {
		ac_error_memory(&err);
		rc = ac_cli_fail(&err);
		goto out;
	}
	model = ac_model_load(path, loader, diags);
	ac_diags_deliver(diags, print_finding, stderr);
	if (model == NULL || ac_diags_errors(diags) > 0) {
		ac_diags_error(diags, &err);
		ac_cli_complain(&err);
		goto out;
	}
	rc = print(args, model) == 0 ? AC_EXIT_OK : AC_EXIT_NO;
out:
	ac_model_free(&model);
	ac_loader_free(&loader);
	ac_diags_free(&diags);
	return rc;
}

static const struct ac_arg options[] = {
	AC_ARG_CONFIG,
	{ "effective", 0, false, NULL,
	    "accepted for clarity: this is what config prints" },
	AC_ARG_PLUGIN_DIR,
	AC_ARG_JSON,
	AC_ARG_HELP,
	AC_ARG_VERSION,
	AC_ARG_END,
};

const struct ac_command ac_cmd_config = {
	.name = "config",
	.synopsis = "[--effective] [options]",
	.summary = "print the whole configuration as understood",
	.text = "Every option of every entry with its value; what was not "
		"written is marked as a default, a secret is shown as its "
		"name, length and fingerprint.",
	.args = options,
	.max_operands = 0,
	.run = run,
};
