/* SPDX-License-Identifier: BSD-2-Clause */
/* authchain init: write a configuration to begin with. */
#include "cli/cli.h"
#include "cli/init.h"
#include "cli/open.h"
#include "cli/out.h"

static bool
is_template(const char *word)
{
	return strcmp(word, "atoms") == 0 || strcmp(word, "hs256") == 0;
}

/* [atoms|hs256] [DIR]; the environment makes an atoms chain. */
static int
read_operands(const struct ac_args *args, struct ac_init *init,
    const char **dir, struct authchain_error *err)
{
	size_t at = 0;

	init->from_env = ac_args_has(args, "from-env");
	init->keep_env = ac_args_has(args, "keep-env");
	init->atoms = true;
	*dir = AC_OPEN_CONFIG;
	if (init->keep_env && !init->from_env)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--keep-env goes with --from-env");
	if (at < args->operand_count && is_template(args->operands[at]))
		init->atoms = strcmp(args->operands[at++], "atoms") == 0;
	else if (!init->from_env)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "say what to write: atoms, hs256 or --from-env");
	if (init->from_env && !init->atoms)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--from-env writes an atoms chain");
	if (at < args->operand_count)
		*dir = args->operands[at++];
	if (at < args->operand_count)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "one folder is enough; authchain init --help");
	return 0;
}

/* What still stands for something of the user's. */
static void
remind(const struct ac_args *args, const struct ac_init *init,
    const char *folder)
{
	if (!init->from_env && !ac_args_has(args, "resource"))
		ac_cli_say("no --resource was given: set resource in %s/chains/"
			   "%s.conf",
		    folder, init->chain);
	if (!init->from_env && init->atoms && !ac_args_has(args, "domain"))
		ac_cli_say("no --domain was given: set domain and "
			   "authorization-servers in %s/chains/%s.conf",
		    folder, init->chain);
	ac_cli_say("next: authchain check-config -f %s", folder);
}

static int
print(const struct ac_args *args, const struct ac_init_files *files)
{
	json_t *list = NULL;

	if (!ac_args_has(args, "json")) {
		for (size_t i = 0; i < files->count; i++)
			printf("wrote %s (mode %04o)\n", files->files[i].path,
			    files->files[i].mode);
		return 0;
	}
	list = json_array();
	for (size_t i = 0; i < files->count; i++)
		(void)json_array_append_new(list,
		    ac_out_text(files->files[i].path));
	return ac_out_json(json_pack("{s:o,s:o}", "folder",
	    ac_out_text(files->folder), "written", list));
}

static enum ac_exit
run(const struct ac_args *args)
{
	struct ac_init_files files = { 0 };
	struct authchain_error err = { 0 };
	struct ac_init init = { 0 };
	const char *dir = NULL;
	enum ac_exit rc = AC_EXIT_NO;
	int r = read_operands(args, &init, &dir, &err);

	if (r == 0)
		r = init.from_env ? ac_init_from_env(&init, args, &err)
				  : ac_init_from_args(&init, args, &err);
	if (r == 0)
		r = ac_init_write(&init, dir, &files, &err);
	if (r != 0) {
		rc = ac_cli_fail(&err);
	} else {
		rc = print(args, &files) == 0 ? AC_EXIT_OK : AC_EXIT_NO;
		remind(args, &init, files.folder);
	}
	ac_init_files_clear(&files);
	return rc;
}

static const struct ac_arg options[] = {
	{ "from-env", 0, false, NULL,
	    "take the values from ATOMS_INTERNAL_TOKEN, "
	    "FASTMCP_SERVER_AUTH_AUTHKITPROVIDER_{AUTHKIT_DOMAIN, BASE_URL, "
	    "REQUIRED_SCOPES} and WORKOS_CLIENT_ID" },
	{ "keep-env", 0, false, NULL,
	    "with --from-env: name ATOMS_INTERNAL_TOKEN instead of copying "
	    "its value into a file" },
	{ "resource", 0, false, "URL",
	    "the URL that clients call [https://mcp.example.com/mcp]" },
	{ "domain", 0, false, "URL",
	    "AuthKit's domain [https://example.authkit.invalid]" },
	{ "issuer", 0, false, "TEXT",
	    "iss of HS256 tokens [atoms-internal, or internal]" },
	{ "scopes", 0, false, "LIST",
	    "what clients are told to ask for [openid, profile, email]" },
	{ "required-scopes", 0, false, "LIST",
	    "what AuthKit's tokens must have" },
	{ "client-id", 0, false, "TEXT",
	    "one more audience to take from AuthKit" },
	{ "chain", 0, false, "NAME", "name of the chain [atoms, or hs256]" },
	AC_ARG_JSON,
	AC_ARG_HELP,
	AC_ARG_VERSION,
	AC_ARG_END,
};

const struct ac_command ac_cmd_init = {
	.name = "init",
	.synopsis = "atoms|hs256|--from-env [DIR] [options]",
	.summary = "write a commented configuration",
	.text = "Writes chains/NAME.conf, conf.d/ and fresh secrets of mode "
		"0600 into DIR [/etc/authchain].  A file that is there "
		"already is never touched: then nothing at all is written.",
	.args = options,
	.max_operands = 2,
	.run = run,
};
