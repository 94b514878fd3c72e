/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The files of a configuration: which are read, in which order, and for each
 * mistake in names, owners and modes the one finding it makes.
 */
#include "engine/conf.h"

#include "findings.h"
#include "scratch.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct file {
	const char *path; /* "NAME/" is a folder */
	const char *text; /* NULL for a file: "[chain]\n" */
	mode_t mode;      /* 0: 0644, folders 0755 */
};

struct row {
	const char *name;
	struct file files[6];
	const char *said;   /* DIR is the folder */
	const char *chains; /* names, each with a space behind it */
	const char *read;   /* NULL: the folder */
};

static void
make(const struct file *file)
{
	size_t len = strlen(file->path);
	const char *text = file->text == NULL ? "[chain]\n" : file->text;

	if (file->path[len - 1] != '/') {
		scratch_write(file->path, ac_span_text(text),
		    file->mode == 0 ? 0644 : file->mode);
		return;
	}
	(void)mkdir(scratch_path(file->path), 0755);
	(void)chmod(scratch_path(file->path),
	    file->mode == 0 ? 0755 : file->mode);
}

/* Exactly these findings, in which DIR is the folder? */
static void
said_is(const struct ac_diags *diags, const char *expected, const char *name)
{
	char *got = findings(diags);
	char *there = scratch_replace(got, scratch, "DIR");
	bool same = strcmp(there, expected) == 0;

	ok(same, name);
	if (!same)
		printf("# expected <<%s>>\n# got <<%s>>\n", expected, there);
	free(got);
	free(there);
}

/* Exactly these chains? */
static void
chains_are(const struct ac_conf *conf, const char *expected, const char *name)
{
	char names[1024] = "";
	size_t len = 0;

	for (size_t i = 0; conf != NULL && i < conf->chain_count; i++)
		len += (size_t)snprintf(names + len, sizeof(names) - len, "%s ",
		    conf->chain_names[i]);
	if (strcmp(names, expected) == 0)
		return;
	ok(false, name);
	printf("# expected chains <<%s>>\n# got <<%s>>\n", expected, names);
}

static void
check(const char *path, const char *said, const char *chains, const char *name)
{
	struct ac_diags *diags = ac_diags_new(false);
	struct ac_conf *conf = ac_conf_read(path, diags);

	said_is(diags, said, name);
	chains_are(conf, chains, name);
	ac_conf_free(&conf);
	ac_diags_free(&diags);
}

static void
empty(void)
{
	scratch_remove();
	scratch_make();
	(void)chmod(scratch, 0755);
}

/* ---- tables ------------------------------------------------------------ */

#define CHAINS                                                                 \
	{                                                                      \
		"chains/", NULL, 0                                             \
	}
#define DROP_INS                                                               \
	{                                                                      \
		"conf.d/", NULL, 0                                             \
	}
#define A_CHAIN                                                                \
	{                                                                      \
		"chains/a.conf", NULL, 0                                       \
	}
#define NAMES                                                                  \
	"names are made of a-z, 0-9, - and _, and begin with a letter or "     \
	"digit"
#define ONLY "only NAME.conf is; remove it, or keep it elsewhere"

static const struct row rows[] = {
	{ "one chain", { CHAINS, A_CHAIN }, "", "a ", NULL },
	{ "chains come in alphabetical order",
	    { CHAINS, { "chains/b.conf", NULL, 0 },
		{ "chains/a-b.conf", NULL, 0 }, A_CHAIN,
		{ "chains/a_b.conf", NULL, 0 }, { "chains/0.conf", NULL, 0 } },
	    "", "0 a a-b a_b b ", NULL },
	{ "a path that ends in slashes", { CHAINS, A_CHAIN }, "", "a ", "///" },
	{ "a drop-in of a chain's name",
	    { CHAINS, A_CHAIN, DROP_INS,
		{ "conf.d/a.conf", "[plugin x]\n", 0 } },
	    "", "a ", NULL },
	{ "a file alone is a chain", { { "a.conf", NULL, 0 } }, "", "a ",
	    "/a.conf" },
	{ "a file alone needs no suffix", { { "a", NULL, 0 } }, "", "a ",
	    "/a" },
	{ "a read-only file that all may read",
	    { CHAINS, { "chains/a.conf", NULL, 0444 } }, "", "a ", NULL },
	{ "left-overs that everybody has",
	    { CHAINS, A_CHAIN, { "chains/README", "", 0 },
		{ "chains/README.md", "", 0 }, { "chains/.gitignore", "", 0 },
		{ "other.conf", "x", 0 } },
	    "", "a ", NULL },
	/* no chain */
	{ "an empty folder", { { NULL, NULL, 0 } },
	    "DIR: there is no chain: the folder chains is missing | write one "
	    "as chains/NAME.conf\n",
	    "", NULL },
	{ "an empty folder of chains", { CHAINS },
	    "DIR/chains: there is no chain in the folder | write one as "
	    "NAME.conf\n",
	    "", NULL },
	{ "drop-ins alone", { DROP_INS, { "conf.d/a.conf", "", 0 } },
	    "DIR: there is no chain: the folder chains is missing | write one "
	    "as chains/NAME.conf\n",
	    "", NULL },
	{ "chains is a file", { { "chains", "", 0 } },
	    "DIR/chains: can't be read: Not a directory\n", "", NULL },
	{ "conf.d is a file", { CHAINS, A_CHAIN, { "conf.d", "", 0 } },
	    "DIR/conf.d: can't be read: Not a directory\n", "a ", NULL },
	{ "no such path", { { NULL, NULL, 0 } },
	    "DIR/none: there is no configuration: No such file or directory | "
	    "write one with authchain init, or name another with -f\n",
	    "", "/none" },
	{ "a file as a folder", { { "a", NULL, 0 } },
	    "DIR/a/b: can't be read: Not a directory\n", "", "/a/b" },
	{ "a chain file without a chain",
	    { CHAINS, { "chains/a.conf", "[plugin x]\n", 0 } },
	    "DIR/chains/a.conf: the file has no [chain] section | begin it "
	    "with [chain]; what only defines goes to conf.d/\n",
	    "a ", NULL },
	{ "an empty chain file", { CHAINS, { "chains/a.conf", "", 0 } },
	    "DIR/chains/a.conf: the file has no [chain] section | begin it "
	    "with [chain]; what only defines goes to conf.d/\n",
	    "a ", NULL },
	{ "a chain file that is no text says so, and no more",
	    { CHAINS, { "chains/a.conf", "\xff\xfe[", 0 } },
	    "DIR/chains/a.conf:1:1: the file is UTF-16 | save the file as "
	    "UTF-8\n",
	    "a ", NULL },
	{ "a mistyped [chain] is not missing as well",
	    { CHAINS, { "chains/a.conf", "[chian]\n", 0 } },
	    "DIR/chains/a.conf:1:2: unknown kind of section \"chian\" | did "
	    "you mean \"chain\"?\n",
	    "a ", NULL },
	/* drop-ins */
	{ "a chain in a drop-in",
	    { CHAINS, A_CHAIN, DROP_INS,
		{ "conf.d/b.conf", "[plugin x]\n[chain]\n[plugin y]\n", 0 } },
	    "DIR/conf.d/b.conf:2:1: [chain] in a drop-in | files in conf.d/ "
	    "define plugins and secrets; a chain stands in "
	    "chains/NAME.conf\n",
	    "a ", NULL },
	{ "mistakes in several files, in order",
	    { CHAINS, { "chains/b.conf", "[chain]\nx\n", 0 },
		{ "chains/a.conf", "[chain]\ny\n", 0 }, DROP_INS,
		{ "conf.d/c.conf", "z\n", 0 } },
	    "DIR/chains/a.conf:2:1: no = after \"y\" | write KEY = VALUE, or "
	    "# before a comment\n"
	    "DIR/chains/b.conf:2:1: no = after \"x\" | write KEY = VALUE, or "
	    "# before a comment\n"
	    "DIR/conf.d/c.conf:1:1: no = after \"z\" | write KEY = VALUE, or # "
	    "before a comment\n",
	    "a b ", NULL },
	/* names */
	{ "an editor's backup",
	    { CHAINS, A_CHAIN, { "chains/a.conf~", "", 0 } },
	    "DIR/chains: lint: \"a.conf~\" is not read | " ONLY "\n", "a ",
	    NULL },
	{ "an editor's swap file",
	    { CHAINS, A_CHAIN, { "chains/.a.conf.swp", "", 0 } },
	    "DIR/chains: lint: \".a.conf.swp\" is not read | " ONLY "\n", "a ",
	    NULL },
	{ "an editor's lock", { CHAINS, A_CHAIN, { "chains/.#a.conf", "", 0 } },
	    "DIR/chains: lint: \".#a.conf\" is not read | " ONLY "\n", "a ",
	    NULL },
	{ "what a package manager left",
	    { CHAINS, A_CHAIN, { "chains/a.conf.dpkg-old", "", 0 },
		{ "chains/a.conf.rpmnew", "", 0 }, DROP_INS,
		{ "conf.d/b.conf.dpkg-dist", "", 0 } },
	    "DIR/chains: lint: \"a.conf.dpkg-old\" is not read | " ONLY "\n"
	    "DIR/chains: lint: \"a.conf.rpmnew\" is not read | " ONLY "\n"
	    "DIR/conf.d: lint: \"b.conf.dpkg-dist\" is not read | " ONLY "\n",
	    "a ", NULL },
	{ "left-overs alone are no chain",
	    { CHAINS, { "chains/a.conf.disabled", "", 0 } },
	    "DIR/chains: lint: \"a.conf.disabled\" is not read | " ONLY "\n"
	    "DIR/chains: there is no chain in the folder | write one as "
	    "NAME.conf\n",
	    "", NULL },
	{ "a suffix and no name",
	    { CHAINS, A_CHAIN, { "chains/.conf", "", 0 } },
	    "DIR/chains: lint: \".conf\" is not read | " ONLY "\n", "a ",
	    NULL },
	{ "a name in upper case",
	    { CHAINS, A_CHAIN, { "chains/B.conf", "", 0 } },
	    "DIR/chains: \"B.conf\" is not NAME.conf | " NAMES "\n", "a ",
	    NULL },
	{ "a name with white space", { CHAINS, { "chains/a b.conf", NULL, 0 } },
	    "DIR/chains: \"a b.conf\" is not NAME.conf | " NAMES "\n", "",
	    NULL },
	{ "a name with a newline", { CHAINS, { "chains/a\nb.conf", NULL, 0 } },
	    "DIR/chains: \"a\\x0ab.conf\" is not NAME.conf | " NAMES "\n", "",
	    NULL },
	{ "two suffixes", { CHAINS, A_CHAIN, { "chains/a.conf.conf", "", 0 } },
	    "DIR/chains: \"a.conf.conf\" is not NAME.conf | " NAMES "\n", "a ",
	    NULL },
	{ "a drop-in's bad name",
	    { CHAINS, A_CHAIN, DROP_INS, { "conf.d/10 x.conf", "", 0 } },
	    "DIR/conf.d: \"10 x.conf\" is not NAME.conf | " NAMES "\n", "a ",
	    NULL },
	{ "a file alone with a bad name", { { "A.conf", NULL, 0 } },
	    "DIR/A.conf: the chain is named after the file, and \"A\" is not a "
	    "name | " NAMES "\n",
	    "chain ", "/A.conf" },
	/* what they are, and whose */
	{ "a folder of a file's name",
	    { CHAINS, { "chains/a.conf/", NULL, 0 } },
	    "DIR/chains/a.conf: is a folder, not a regular file: name a file\n",
	    "", NULL },
	{ "a file that the group may write",
	    { CHAINS, { "chains/a.conf", NULL, 0664 } },
	    "DIR/chains/a.conf: can be changed by other users (mode 0664): "
	    "chmod go-w DIR/chains/a.conf\n",
	    "", NULL },
	{ "a file that all may write",
	    { CHAINS, { "chains/a.conf", NULL, 0646 } },
	    "DIR/chains/a.conf: can be changed by other users (mode 0646): "
	    "chmod go-w DIR/chains/a.conf\n",
	    "", NULL },
	{ "a drop-in that all may write",
	    { CHAINS, A_CHAIN, DROP_INS, { "conf.d/b.conf", "", 0666 } },
	    "DIR/conf.d/b.conf: can be changed by other users (mode 0666): "
	    "chmod go-w DIR/conf.d/b.conf\n",
	    "a ", NULL },
	{ "a file alone that all may write", { { "a.conf", NULL, 0666 } },
	    "DIR/a.conf: can be changed by other users (mode 0666): chmod go-w "
	    "DIR/a.conf\n",
	    "", "/a.conf" },
	{ "a folder of chains that the group may write",
	    { { "chains/", NULL, 0775 }, A_CHAIN },
	    "DIR/chains: other users could change what is in the folder (mode "
	    "0775) | chmod go-w DIR/chains\n",
	    "a ", NULL },
	{ "a folder of drop-ins that all may write, sticky or not",
	    { CHAINS, A_CHAIN, { "conf.d/", NULL, 01777 } },
	    "DIR/conf.d: other users could change what is in the folder (mode "
	    "1777) | chmod go-w DIR/conf.d\n",
	    "a ", NULL },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		char path[1024];

		empty();
		for (size_t k = 0; k < COUNT(rows[i].files); k++) {
			if (rows[i].files[k].path != NULL)
				make(&rows[i].files[k]);
		}
		(void)snprintf(path, sizeof(path), "%s%s", scratch,
		    rows[i].read == NULL ? "" : rows[i].read);
		check(path, rows[i].said, rows[i].chains, rows[i].name);
	}
}

/* ---- what a table can't make ------------------------------------------- */

static void
make_tree(void)
{
	static const struct file files[] = { CHAINS, A_CHAIN, DROP_INS };

	empty();
	for (size_t i = 0; i < COUNT(files); i++)
		make(&files[i]);
}

static void
test_links(void)
{
	make_tree();
	(void)symlink("c.conf", scratch_path("chains/b.conf"));
	(void)symlink("b.conf", scratch_path("chains/c.conf"));
	check(scratch,
	    "DIR/chains/b.conf: symbolic links that lead in a circle | let it "
	    "lead to a file\n"
	    "DIR/chains/c.conf: symbolic links that lead in a circle | let it "
	    "lead to a file\n",
	    "a ", "links in a circle");
	make_tree();
	(void)symlink("none", scratch_path("chains/b.conf"));
	check(scratch,
	    "DIR/chains/b.conf: a symbolic link that leads to nothing | let it "
	    "lead to a file, or delete it\n",
	    "a ", "a link to nothing");
	make_tree();
	(void)symlink("a.conf", scratch_path("chains/b.conf"));
	check(scratch, "", "a b ", "a link to a file is that file");
	make_tree();
	(void)rmdir(scratch_path("conf.d"));
	(void)symlink("conf.d", scratch_path("conf.d"));
	check(scratch,
	    "DIR/conf.d: symbolic links that lead in a circle | let it lead to "
	    "a file\n",
	    "a ", "a folder that links to itself");
	make_tree();
	(void)rmdir(scratch_path("conf.d"));
	(void)symlink("none", scratch_path("conf.d"));
	check(scratch,
	    "DIR/conf.d: a symbolic link that leads to nothing | let it lead "
	    "to a file, or delete it\n",
	    "a ", "a folder that links to nothing is not just missing");
	(void)symlink("self", scratch_path("self"));
	check(scratch_path("self"),
	    "DIR/self: symbolic links that lead in a circle | let it lead to a "
	    "file\n",
	    "", "the configuration itself is a circle");
	make_tree();
	(void)mkfifo(scratch_path("chains/b.conf"), 0600);
	check(scratch,
	    "DIR/chains/b.conf: is a device or pipe, not a regular file: name "
	    "a file\n",
	    "a ", "a pipe is not waited for");
}

static void
test_owners(void)
{
	make_tree();
	if (geteuid() != 0 ||
	    chown(scratch_path("chains/a.conf"), 12345, 0) != 0) {
		ok(true, "files of other users # SKIP not root");
		return;
	}
	check(scratch,
	    "DIR/chains/a.conf: belongs to user 12345, who could change it: "
	    "chown root DIR/chains/a.conf\n",
	    "", "a file of another user");
	make_tree();
	(void)chown(scratch_path("chains"), 12345, 0);
	check(scratch,
	    "DIR/chains: the folder belongs to user 12345, who could change "
	    "what is in it | chown root DIR/chains\n",
	    "a ", "a folder of another user");
	make_tree();
	(void)chown(scratch, 12345, 0);
	check(scratch,
	    "DIR: the folder belongs to user 12345, who could change what is "
	    "in it | chown root DIR\n",
	    "a ", "the whole configuration is another user's");
	(void)chown(scratch, 0, 0);
	(void)chmod(scratch, 0777);
	check(scratch,
	    "DIR: other users could change what is in the folder (mode 0777) | "
	    "chmod go-w DIR\n",
	    "a ", "anyone may write the configuration's folder");
}

static void
test_unreadable(void)
{
	make_tree();
	(void)chmod(scratch_path("chains/a.conf"), 0);
	(void)chmod(scratch_path("conf.d"), 0);
	if (geteuid() == 0) {
		ok(true, "files we may not read # SKIP root may");
		return;
	}
	check(scratch,
	    "DIR/chains/a.conf: can't open DIR/chains/a.conf: Permission "
	    "denied\n"
	    "DIR/conf.d: can't be read: Permission denied\n",
	    "", "files we may not read");
}

static void
test_incomplete(void)
{
	struct ac_diags *diags = ac_diags_new(false);
	struct ac_conf *conf;

	make_tree();
	conf = ac_conf_read(scratch, diags);
	ok(!conf->incomplete, "what was read is complete");
	ac_conf_free(&conf);
	make(&(struct file){ "conf.d/b.conf", "", 0666 });
	conf = ac_conf_read(scratch, diags);
	ok(conf->incomplete, "a file that was refused is missing");
	ac_conf_free(&conf);
	ok(conf == NULL, "free leaves NULL");
	ac_conf_free(&conf);
	ac_diags_free(&diags);
}

static void
test_drop_in(void)
{
	struct ac_diags *diags = ac_diags_new(false);
	struct ac_conf *conf;

	make_tree();
	make(&(struct file){ "conf.d/b.conf",
	    "[chain]\nx = y\n[plugin x]\na = b\n", 0 });
	make(&(struct file){ "conf.d/a.conf", "[secret s]\n", 0 });
	conf = ac_conf_read(scratch, diags);
	ok(conf->drop_in_count == 2 &&
		strcmp(conf->drop_ins[0].sections[0].name, "s") == 0,
	    "drop-ins come in alphabetical order");
	ok(conf->drop_ins[1].section_count == 1 &&
		strcmp(conf->drop_ins[1].sections[0].kind, "plugin") == 0 &&
		ac_section_find(&conf->drop_ins[1].sections[0], "a") != NULL,
	    "a drop-in's chain is left out");
	ac_conf_free(&conf);
	ac_diags_free(&diags);
}

/* ---- bounds ------------------------------------------------------------ */

static void
test_file_count(void)
{
	struct ac_diags *diags = ac_diags_new(false);
	struct ac_conf *conf;
	char name[64];

	make_tree();
	for (int i = 1; i < AC_CONF_MAX_FILES; i++) {
		(void)snprintf(name, sizeof(name), "chains/b%04d.conf", i);
		make(&(struct file){ name, NULL, 0 });
	}
	conf = ac_conf_read(scratch, diags);
	ok(conf->chain_count == AC_CONF_MAX_FILES &&
		ac_diags_errors(diags) == 0,
	    "1024 chains");
	ac_conf_free(&conf);
	make(&(struct file){ "chains/z.conf", NULL, 0 });
	conf = ac_conf_read(scratch, diags);
	said_is(diags,
	    "DIR/chains: 1025 configuration files in the folder; at most 1024 "
	    "are allowed\n",
	    "1025 chains");
	ok(conf->chain_count == AC_CONF_MAX_FILES && conf->incomplete,
	    "of which 1024 are read");
	ac_conf_free(&conf);
	ac_diags_free(&diags);
}

static void
test_entry_count(void)
{
	struct ac_diags *diags = ac_diags_new(false);
	struct ac_conf *conf;
	char name[64];
	char *said;

	make_tree();
	for (int i = 1; i < 16 * AC_CONF_MAX_FILES; i++) {
		(void)snprintf(name, sizeof(name), "chains/%05d", i);
		make(&(struct file){ name, "", 0 });
	}
	conf = ac_conf_read(scratch, diags);
	ok(conf->chain_count == 1 && ac_diags_errors(diags) == 0,
	    "16383 left-overs beside a chain");
	ac_conf_free(&conf);
	ac_diags_free(&diags);
	diags = ac_diags_new(false);
	make(&(struct file){ "chains/00000", "", 0 });
	conf = ac_conf_read(scratch, diags);
	said = findings(diags);
	ok(ac_diags_errors(diags) == 1 &&
		strstr(said, ": more than 16384 files in the folder\n") != NULL,
	    "16384 are too many");
	free(said);
	ac_conf_free(&conf);
	ac_diags_free(&diags);
}

static void
test_name_length(void)
{
	char path[128] = "chains/", *name = path + 7;

	make_tree();
	memset(name, 'n', AC_CONF_MAX_NAME);
	memcpy(name + AC_CONF_MAX_NAME, ".conf", 6);
	make(&(struct file){ path, NULL, 0 });
	check(scratch, "",
	    "a "
	    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn ",
	    "a name of 64 bytes");
	make_tree();
	memset(name, 'n', AC_CONF_MAX_NAME + 1);
	memcpy(name + AC_CONF_MAX_NAME + 1, ".conf", 6);
	make(&(struct file){ path, NULL, 0 });
	check(scratch,
	    "DIR/chains: the name of "
	    "\"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
	    "\"... has 65 bytes; at most 64 are allowed\n",
	    "a ", "a name of 65 bytes");
}

static void
test_file_size(void)
{
	size_t len = AC_CONF_MAX_BYTES;
	char *text = malloc(len + 2);

	make_tree();
	memset(text, '#', len + 1);
	text[len + 1] = '\0';
	memcpy(text, "[chain]\n", 8);
	make(&(struct file){ "chains/b.conf", text, 0 });
	check(scratch,
	    "DIR/chains/b.conf: has 1048577 bytes, at most 1048576 are "
	    "allowed: is it the right file?\n",
	    "a ", "a file of 1 MiB and a byte");
	text[len] = '\0';
	make(&(struct file){ "chains/b.conf", text, 0 });
	check(scratch, "", "a b ", "a file of 1 MiB");
	free(text);
}

int
main(void)
{
	scratch_make();
	test_rows();
	test_links();
	test_owners();
	test_unreadable();
	test_incomplete();
	test_drop_in();
	test_file_count();
	test_entry_count();
	test_name_length();
	test_file_size();
	scratch_remove();
	return done();
}
