/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whole configurations with mistakes, through the public interface: each is
 * told once, all in one run, and none makes another.
 */
#include <authchain/authchain.h>

#include "findings.h"
#include "scratch.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct row {
	const char *name;
	const char *chain;   /* chains/a.conf */
	const char *drop_in; /* conf.d/b.conf, or NULL */
	mode_t mode;         /* of the drop-in; 0: 0600 */
	const char *said;    /* DIR is the folder */
};

#define CHAIN                                                                  \
	"[chain]\n"                                                            \
	"resource = https://mcp.example.com/mcp\n"                             \
	"identity = internal, hs256\n"
#define INTERNAL                                                               \
	"[plugin internal]\n"                                                  \
	"type = static\n"                                                      \
	"token = @internal\n"
#define HS256                                                                  \
	"[plugin hs256]\n"                                                     \
	"issuer = atoms\n"                                                     \
	"secret = @hs256\n"
#define SECRETS                                                                \
	"[secret internal]\n"                                                  \
	"env = AC_TEST_INTERNAL\n"                                             \
	"purpose = internal\n"                                                 \
	"[secret hs256]\n"                                                     \
	"env = AC_TEST_HS256\n"                                                \
	"purpose = internal\n"

static const struct row rows[] = {
	{ "no mistake", CHAIN INTERNAL HS256 SECRETS, NULL, 0, "" },
	{ "no mistake, in two files", CHAIN INTERNAL, HS256 SECRETS, 0, "" },
	{ "one in each section",
	    "[chain]\n"
	    "resource = mcp.example.com\n"
	    "identity = internal, hs265\n"
	    "anonymous = false\n"
	    "[plugin internal]\n"
	    "type = static\n"
	    "tokn = @internal\n"
	    "[plugin hs256]\n"
	    "issuer = \"atoms\n"
	    "secret = @hs\n"
	    "[secret internal]\n"
	    "env = AC_TEST_NONE\n"
	    "[secret hs256]\n"
	    "encoding = utf8\n",
	    NULL, 0,
	    "DIR/chains/a.conf:2:12: resource: \"mcp.example.com\" is not a "
	    "URL: it does not begin with https:// or http:// | write it in "
	    "full: https://HOST/PATH\n"
	    "DIR/chains/a.conf:3:22: [chain] names the entry \"hs265\", and "
	    "there is no such [plugin] section | did you mean \"hs256\"?\n"
	    "DIR/chains/a.conf:4:13: anonymous: \"false\" is neither yes nor "
	    "no | write no\n"
	    "DIR/chains/a.conf:7:1: unknown option \"tokn\" in [plugin "
	    "internal] | did you mean \"token\"?\n"
	    "DIR/chains/a.conf:9:10: the quote that opens here is not closed | "
	    "close it on the same line; a quote inside is written \\\"\n"
	    "DIR/chains/a.conf:10:10: secret: there is no [secret hs] | known: "
	    "internal, hs256\n"
	    "DIR/chains/a.conf:12:7: environment variable \"AC_TEST_NONE\" is "
	    "not set | set it where the program is started\n"
	    "DIR/chains/a.conf:13:1: [secret hs256] has no source | add one of "
	    "file, env, credential or exec\n"
	    "DIR/chains/a.conf:14:12: encoding: unknown value \"utf8\" | "
	    "known: raw, hex, base64, base64url, pem\n" },
	{ "an inline secret is not shown",
	    CHAIN
	    "[plugin internal]\ntype = static\ntoken = SEKRET1SEKRET1\n" HS256
		SECRETS,
	    NULL, 0,
	    "DIR/chains/a.conf:6:9: token: the value is not @NAME (and is not "
	    "shown here) | secrets are never inline: write @NAME and a "
	    "[secret NAME] section\n" },
	{ "a faulty type is not also an unknown plugin",
	    CHAIN
	    "[plugin internal]\ntype \"static\"\ntoken = @internal\n" HS256
		SECRETS,
	    NULL, 0,
	    "DIR/chains/a.conf:5:1: no = after \"type\" | write KEY = VALUE, "
	    "or # before a comment\n" },
	{ "faults in [chain] leave nothing unused",
	    CHAIN "deadline = soon\n" INTERNAL HS256 SECRETS, NULL, 0,
	    "DIR/chains/a.conf:4:12: deadline: \"soon\" is not a duration | "
	    "durations are written 250ms, 30s, 5m, 24h or 7d\n" },
	{ "a faulty list of entries is one mistake",
	    "[chain]\nidentity = internal, \"hs256\n" INTERNAL HS256 SECRETS,
	    NULL, 0,
	    "DIR/chains/a.conf:2:22: the quote that opens here is not closed | "
	    "close it on the same line; a quote inside is written \\\"\n" },
	{ "a mistyped list of entries is one mistake",
	    "[chain]\nidentiy = internal, hs256\n" INTERNAL HS256 SECRETS, NULL,
	    0,
	    "DIR/chains/a.conf:2:1: unknown option \"identiy\" in [chain] | "
	    "did you mean \"identity\"?\n" },
	{ "a mistyped kind of section is one mistake",
	    CHAIN "[plugn internal]\ntype = static\ntoken = @internal\n" HS256
		SECRETS,
	    NULL, 0,
	    "DIR/chains/a.conf:4:2: unknown kind of section \"plugn\" | did "
	    "you mean \"plugin\"?\n" },
	{ "an indented section is one mistake",
	    CHAIN
	    "[plugin internal]\n  type = static\n  token = @internal\n" HS256
		SECRETS,
	    NULL, 0,
	    "DIR/chains/a.conf:5:3: an indented line continues the value above "
	    "it, and there is none | begin it at the start of the line\n" },
	{ "a secret that fails is not missing where it is used",
	    CHAIN INTERNAL HS256 "[secret internal]\nenv = AC_TEST_NONE\n"
				 "[secret hs256]\nfil = /x\n",
	    NULL, 0,
	    "DIR/chains/a.conf:11:7: environment variable \"AC_TEST_NONE\" is "
	    "not set | set it where the program is started\n"
	    "DIR/chains/a.conf:13:1: unknown option \"fil\" in [secret hs256] "
	    "| did you mean \"file\"?\n" },
	{ "what a refused file defines is not missing as well", CHAIN INTERNAL,
	    HS256 SECRETS, 0666,
	    "DIR/conf.d/b.conf: can be changed by other users (mode 0666): "
	    "chmod go-w DIR/conf.d/b.conf\n" },
	{ "no [chain] is told once", INTERNAL, HS256 SECRETS, 0,
	    "DIR/chains/a.conf: the file has no [chain] section | begin it "
	    "with [chain]; what only defines goes to conf.d/\n" },
	{ "an empty file is told once", "", NULL, 0,
	    "DIR/chains/a.conf: the file has no [chain] section | begin it "
	    "with [chain]; what only defines goes to conf.d/\n" },
	{ "a chain in a drop-in is told once", CHAIN INTERNAL,
	    "[chain]\nidentity = hs256\n" HS256 SECRETS, 0,
	    "DIR/conf.d/b.conf:1:1: [chain] in a drop-in | files in conf.d/ "
	    "define plugins and secrets; a chain stands in "
	    "chains/NAME.conf\n" },
	{ "a section in both files", CHAIN INTERNAL HS256 SECRETS, HS256, 0,
	    "DIR/conf.d/b.conf:3:10: secret: there is no [secret hs256] | "
	    "write a section of that name\n"
	    "DIR/chains/a.conf:7:1: [plugin hs256] is defined here and at "
	    "DIR/conf.d/b.conf:1 | give one of them another name, or remove "
	    "it\n" },
};

static void
write_row(const struct row *row)
{
	scratch_remove();
	scratch_make();
	(void)mkdir(scratch_path("chains"), 0700);
	(void)mkdir(scratch_path("conf.d"), 0700);
	scratch_write("chains/a.conf", ac_span_text(row->chain), 0600);
	if (row->drop_in != NULL)
		scratch_write("conf.d/b.conf", ac_span_text(row->drop_in),
		    row->mode == 0 ? 0600 : row->mode);
}

static void
check(const struct row *row, const struct authchain_settings *settings)
{
	struct ac_buf *found = settings->diagnose_arg;
	struct authchain_error error = { 0 };
	struct authchain *ac = NULL;
	char *there;
	bool right;

	write_row(row);
	ac_buf_clear(found);
	(void)authchain_open(&ac, scratch, settings, &error);
	there = scratch_replace(ac_buf_span(found).data, scratch, "DIR");
	right = strcmp(there, row->said) == 0 &&
		(ac == NULL) == (row->said[0] != '\0') &&
		strstr(error.text, "SEKRET") == NULL;
	ok(right, row->name);
	if (!right)
		printf("# expected <<%s>>\n# got <<%s>>\n# error <<%s>>\n",
		    row->said, there, error.text);
	free(there);
	authchain_close(&ac);
}

int
main(void)
{
	const char *build = getenv("abs_top_builddir");
	struct authchain_settings settings = { .size = sizeof(settings) };
	char plugins[1024];
	struct ac_buf found;

	(void)snprintf(plugins, sizeof(plugins), "%s/providers/.libs",
	    build == NULL ? "." : build);
	ac_buf_init(&found, (size_t)1 << 20);
	settings.plugin_dir = plugins;
	settings.diagnose = findings_add;
	settings.diagnose_arg = &found;
	(void)setenv("AC_TEST_INTERNAL", "SEKRET0SEKRET0SEKRET0SEKRET0SEKRET0",
	    1);
	(void)setenv("AC_TEST_HS256", "SEKRET2SEKRET2SEKRET2SEKRET2SEKRET2", 1);
	(void)unsetenv("AC_TEST_NONE");
	scratch_make();
	for (size_t i = 0; i < COUNT(rows); i++)
		check(&rows[i], &settings);
	scratch_remove();
	ac_buf_clear(&found);
	return done();
}
