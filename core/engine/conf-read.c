/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A configuration's files: which are read, which are passed over, and who may
 * write them.  Nothing but NAME.conf is ever read, so that what editors and
 * package managers leave behind has no effect.
 */
#include "engine/conf.h"

#include "base/file.h"
#include "engine/folder.h"
#include "engine/grow.h"
#include "engine/section.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define SUFFIX     AC_FOLDER_SUFFIX
#define SUFFIX_LEN (sizeof(SUFFIX) - 1)
struct source {
	struct ac_conf *conf;
	struct ac_diags *diags;
};

static void
report_memory(const struct source *s, const char *path)
{
	s->conf->incomplete = true;
	ac_folder_report(s->diags, path, NULL, "out of memory");
}

/* ---- files ------------------------------------------------------------- */

/* The diagnostic names the file already. */
static const char *
without_path(const char *text, const char *path)
{
	size_t len = strlen(path);

	if (strncmp(text, path, len) == 0 && text[len] == ' ')
		return text + len + 1;
	return text;
}

static bool
read_file(const struct source *s, const char *path, struct ac_conf_file *file)
{
	struct authchain_error err = { 0 };
	char *text = NULL;
	struct stat st;
	size_t len;

	if (stat(path, &st) != 0) {
		ac_folder_report_lost(s->diags, path, errno);
		s->conf->incomplete = true;
		return false;
	}
	if (ac_file_read(path, AC_FILE_CONFIG, AC_CONF_MAX_BYTES, &text, &len,
		&err) != 0) {
		ac_folder_report(s->diags, path, NULL, "%s",
		    without_path(err.text, path));
		s->conf->incomplete = true;
		return false;
	}
	ac_conf_parse(file, path, ac_span(text, len), s->diags);
	free(text);
	return true;
}

static const struct ac_section *
find_chain(const struct ac_conf_file *file)
{
	return ac_conf_find(file, "chain", ac_span_text(""));
}

static void
add_chain(const struct source *s, const char *path, const char *name)
{
	struct ac_conf *conf = s->conf;
	size_t errors = ac_diags_errors(s->diags);
	struct ac_conf_file *files;
	char **names;

	files = ac_grow(conf->chains, conf->chain_count, sizeof(*files));
	if (files != NULL)
		conf->chains = files;
	names = ac_grow(conf->chain_names, conf->chain_count, sizeof(*names));
	if (names != NULL)
		conf->chain_names = names;
	if (files == NULL || names == NULL) {
		report_memory(s, path);
		return;
	}
	names[conf->chain_count] = strdup(name);
	if (names[conf->chain_count] == NULL) {
		report_memory(s, path);
		return;
	}
	if (!read_file(s, path, &files[conf->chain_count])) {
		free(names[conf->chain_count]);
		return;
	}
	/* A file without a single section may have told why already. */
	if (find_chain(&files[conf->chain_count]) == NULL &&
	    (files[conf->chain_count].section_count > 0 ||
		ac_diags_errors(s->diags) == errors))
		ac_folder_report(s->diags, path,
		    "begin it with [chain]; what only defines goes to conf.d/",
		    "the file has no [chain] section");
	conf->chain_count++;
}

static void
drop_chain(const struct source *s, struct ac_conf_file *file)
{
	const struct ac_section *found = find_chain(file);
	struct ac_section *chain;
	size_t behind;

	if (found == NULL)
		return;
	chain = &file->sections[found - file->sections];
	ac_diag(s->diags, AUTHCHAIN_SEVERITY_ERROR, &chain->at,
	    "files in conf.d/ define plugins and secrets; a chain stands in "
	    "chains/NAME.conf",
	    "[chain] in a drop-in");
	ac_section_clear(chain);
	behind = (size_t)(file->sections + file->section_count - chain) - 1;
	memmove(chain, chain + 1, behind * sizeof(*chain));
	file->section_count--;
}

static void
add_drop_in(const struct source *s, const char *path, const char *name)
{
	struct ac_conf *conf = s->conf;
	struct ac_conf_file *files =
	    ac_grow(conf->drop_ins, conf->drop_in_count, sizeof(*files));

	(void)name;
	if (files == NULL) {
		report_memory(s, path);
		return;
	}
	conf->drop_ins = files;
	if (!read_file(s, path, &files[conf->drop_in_count]))
		return;
	drop_chain(s, &files[conf->drop_in_count]);
	conf->drop_in_count++;
}

/* ---- folders ----------------------------------------------------------- */

static char *
join(const char *folder, const char *name, const char *suffix)
{
	size_t len = strlen(folder);
	size_t size;
	char *path;

	while (len > 1 && folder[len - 1] == '/')
		len--;
	size = len + strlen(name) + strlen(suffix) + 2;
	path = malloc(size);
	if (path != NULL)
		(void)snprintf(path, size, "%.*s/%s%s", (int)len, folder, name,
		    suffix);
	return path;
}

static void
read_folder(const struct source *s, struct ac_folder *folder,
    void (*add)(const struct source *, const char *, const char *))
{
	ac_folder_list(folder, s->diags);
	if (folder->doubtful)
		s->conf->incomplete = true;
	for (size_t i = 0; i < folder->count; i++) {
		char *path = join(folder->path, folder->names[i], SUFFIX);

		if (path == NULL)
			report_memory(s, folder->path);
		else
			add(s, path, folder->names[i]);
		free(path);
	}
}

static void
read_folders(const struct source *s, const char *path, const struct stat *st)
{
	struct ac_folder chains = { .path = join(path, "chains", "") };
	struct ac_folder drop_ins = { .path = join(path, "conf.d", "") };

	if (chains.path == NULL || drop_ins.path == NULL) {
		report_memory(s, path);
		goto out;
	}
	ac_folder_judge(path, st, s->diags);
	read_folder(s, &chains, add_chain);
	if (chains.missing)
		ac_folder_report(s->diags, path,
		    "write one as chains/NAME.conf",
		    "there is no chain: the folder chains is missing");
	else if (chains.count == 0 && !chains.doubtful)
		ac_folder_report(s->diags, chains.path,
		    "write one as NAME.conf",
		    "there is no chain in the folder");
	read_folder(s, &drop_ins, add_drop_in);
out:
	ac_folder_clear(&chains);
	ac_folder_clear(&drop_ins);
}

/* ---- all of it --------------------------------------------------------- */

/* A single file is a chain that is named after it. */
static void
read_single(const struct source *s, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct authchain_span base =
	    ac_span_text(slash == NULL ? path : slash + 1);
	char name[AC_CONF_MAX_NAME + 1] = "chain";
	struct ac_quote quote;

	if (base.len > SUFFIX_LEN &&
	    memcmp(base.data + base.len - SUFFIX_LEN, SUFFIX, SUFFIX_LEN) == 0)
		base.len -= SUFFIX_LEN;
	if (ac_conf_is_name(base))
		(void)snprintf(name, sizeof(name), "%.*s", (int)base.len,
		    base.data);
	else
		ac_folder_report(s->diags, path, AC_FOLDER_NAME_HINT,
		    "the chain is named after the file, and %s is not a name",
		    ac_quote(&quote, base));
	add_chain(s, path, name);
}

struct ac_conf *
ac_conf_read(const char *path, struct ac_diags *diags)
{
	struct source s = { calloc(1, sizeof(struct ac_conf)), diags };
	struct ac_conf none = { 0 };
	struct stat st;

	if (s.conf == NULL) {
		s.conf = &none;
		report_memory(&s, path);
		return NULL;
	}
	if (lstat(path, &st) != 0 && errno == ENOENT)
		ac_folder_report(diags, path,
		    "write one with authchain init, or name another with -f",
		    "there is no configuration: No such file or directory");
	else if (stat(path, &st) != 0)
		ac_folder_report_lost(diags, path, errno);
	else if (S_ISDIR(st.st_mode))
		read_folders(&s, path, &st);
	else
		read_single(&s, path);
	if (s.conf->chain_count == 0 && s.conf->drop_in_count == 0)
		ac_conf_free(&s.conf);
	return s.conf;
}

void
ac_conf_free(struct ac_conf **conf)
{
	struct ac_conf *c = *conf;

	if (c == NULL)
		return;
	for (size_t i = 0; i < c->chain_count; i++) {
		ac_conf_file_clear(&c->chains[i]);
		free(c->chain_names[i]);
	}
	for (size_t i = 0; i < c->drop_in_count; i++)
		ac_conf_file_clear(&c->drop_ins[i]);
	free(c->chains);
	free(c->chain_names);
	free(c->drop_ins);
	free(c);
	*conf = NULL;
}
