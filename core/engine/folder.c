/* SPDX-License-Identifier: BSD-2-Clause */
/* Nothing but NAME.conf counts, so that what editors and package managers
 * leave behind has no effect. */
#include "engine/folder.h"

#include "engine/grow.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SUFFIX      AC_FOLDER_SUFFIX
#define SUFFIX_LEN  (sizeof(SUFFIX) - 1)
#define MAX_ENTRIES ((size_t)16 * AC_CONF_MAX_FILES)

void
ac_folder_report(struct ac_diags *diags, const char *path, const char *hint,
    const char *format, ...)
{
	struct ac_position at = { path, 0, 0 };
	va_list ap;

	va_start(ap, format);
	ac_vdiag_error(diags, &at, hint, format, ap);
	va_end(ap);
}

void
ac_folder_report_lost(struct ac_diags *diags, const char *path, int why)
{
	struct stat st;

	if (why == ELOOP)
		ac_folder_report(diags, path, "let it lead to a file",
		    "symbolic links that lead in a circle");
	else if (why == ENOENT && lstat(path, &st) == 0)
		ac_folder_report(diags, path,
		    "let it lead to a file, or delete it",
		    "a symbolic link that leads to nothing");
	else
		ac_folder_report(diags, path, NULL, "can't be read: %s",
		    strerror(why));
}

void
ac_folder_judge(const char *path, const struct stat *st, struct ac_diags *diags)
{
	char hint[1024];

	if (st->st_uid != 0 && st->st_uid != geteuid()) {
		(void)snprintf(hint, sizeof(hint), "chown root %s", path);
		ac_folder_report(diags, path, hint,
		    "the folder belongs to user %lu, who could change what is "
		    "in it",
		    (unsigned long)st->st_uid);
	}
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		(void)snprintf(hint, sizeof(hint), "chmod go-w %s", path);
		ac_folder_report(diags, path, hint,
		    "other users could change what is in the folder (mode "
		    "%04o)",
		    (unsigned int)st->st_mode & 07777);
	}
}

static DIR *
open_folder(struct ac_folder *folder, struct ac_diags *diags)
{
	int fd =
	    open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
	DIR *dir = NULL;
	struct stat st;

	if (fd < 0 && errno == ENOENT && lstat(folder->path, &st) != 0) {
		folder->missing = true;
		return NULL;
	}
	if (fd >= 0 && fstat(fd, &st) == 0)
		dir = fdopendir(fd);
	if (dir == NULL) {
		folder->doubtful = true;
		ac_folder_report_lost(diags, folder->path, errno);
		if (fd >= 0)
			(void)close(fd);
		return NULL;
	}
	ac_folder_judge(folder->path, &st, diags);
	return dir;
}

static bool
is_passed_over(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	       strncmp(name, ".git", 4) == 0 || strncmp(name, "README", 6) == 0;
}

/* Is it NAME.conf?  Tells of what is not. */
static bool
judge_name(struct ac_folder *folder, struct authchain_span name,
    struct ac_diags *diags)
{
	struct ac_position at = { folder->path, 0, 0 };
	size_t stem = name.len < SUFFIX_LEN ? 0 : name.len - SUFFIX_LEN;
	struct ac_quote quote;

	if (name.data[0] == '.' || stem == 0 ||
	    memcmp(name.data + stem, SUFFIX, SUFFIX_LEN) != 0) {
		ac_diag(diags, AUTHCHAIN_SEVERITY_LINT, &at,
		    "only NAME.conf is; remove it, or keep it elsewhere",
		    "%s is not read", ac_quote(&quote, name));
		return false;
	}
	if (ac_conf_is_name(ac_span_cut(name, 0, stem)))
		return true;
	folder->doubtful = true;
	if (stem > AC_CONF_MAX_NAME)
		ac_folder_report(diags, folder->path, NULL,
		    "the name of %s has %zu bytes; at most %d are allowed",
		    ac_quote(&quote, name), stem, AC_CONF_MAX_NAME);
	else
		ac_folder_report(diags, folder->path, AC_FOLDER_NAME_HINT,
		    "%s is not NAME.conf", ac_quote(&quote, name));
	return false;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
sort(struct ac_folder *folder)
{
	if (folder->count > 1)
		qsort(folder->names, folder->count, sizeof(*folder->names),
		    by_name);
}

static bool
add_name(struct ac_folder *folder, const char *name, struct ac_diags *diags)
{
	char **grown;
	char *copy;

	if (folder->count == MAX_ENTRIES) {
		ac_folder_report(diags, folder->path, NULL,
		    "more than %zu files in the folder", MAX_ENTRIES);
		return false;
	}
	copy = strdup(name);
	grown = ac_grow(folder->names, folder->count, sizeof(*grown));
	if (grown != NULL)
		folder->names = grown;
	if (copy == NULL || grown == NULL) {
		free(copy);
		ac_folder_report(diags, folder->path, NULL, "out of memory");
		return false;
	}
	grown[folder->count++] = copy;
	return true;
}

/* All that is in the folder, sorted, so that findings have an order. */
static void
list_all(struct ac_folder *folder, DIR *dir, struct ac_diags *diags)
{
	const struct dirent *entry;

	for (;;) {
		errno = 0;
		entry = readdir(dir);
		if (entry == NULL || folder->doubtful)
			break;
		if (!is_passed_over(entry->d_name))
			folder->doubtful =
			    !add_name(folder, entry->d_name, diags);
	}
	if (entry == NULL && errno != 0) {
		folder->doubtful = true;
		ac_folder_report_lost(diags, folder->path, errno);
	}
	sort(folder);
}

/* Keep the stems of what is to be read. */
static void
choose(struct ac_folder *folder, struct ac_diags *diags)
{
	size_t kept = 0;

	for (size_t i = 0; i < folder->count; i++) {
		char *name = folder->names[i];
		size_t len = strlen(name);

		if (!judge_name(folder, ac_span(name, len), diags)) {
			free(name);
			continue;
		}
		name[len - SUFFIX_LEN] = '\0';
		folder->names[kept++] = name;
	}
	folder->count = kept;
	sort(folder);
	if (kept <= AC_CONF_MAX_FILES)
		return;
	ac_folder_report(diags, folder->path, NULL,
	    "%zu configuration files in the folder; at most %d are allowed",
	    kept, AC_CONF_MAX_FILES);
	folder->doubtful = true;
	while (folder->count > AC_CONF_MAX_FILES)
		free(folder->names[--folder->count]);
}

void
ac_folder_list(struct ac_folder *folder, struct ac_diags *diags)
{
	DIR *dir = open_folder(folder, diags);

	if (dir == NULL)
		return;
	list_all(folder, dir, diags);
	choose(folder, diags);
	(void)closedir(dir);
}

void
ac_folder_clear(struct ac_folder *folder)
{
	for (size_t i = 0; i < folder->count; i++)
		free(folder->names[i]);
	free(folder->names);
	free(folder->path);
}
