/* SPDX-License-Identifier: BSD-2-Clause */
/* A folder of the test's own, and what is in it. */
#ifndef SCRATCH_H
#define SCRATCH_H

#include "base/buf.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch[256];

/* Make it; ends the test when that fails. */
static inline void
scratch_make(void)
{
	const char *base = getenv("TMPDIR");

	(void)snprintf(scratch, sizeof(scratch), "%s/authchain-test-%ld",
	    base == NULL ? "/tmp" : base, (long)getpid());
	if (mkdir(scratch, 0700) == 0)
		return;
	printf("Bail out! no folder %s\n", scratch);
	exit(99);
}

/* Valid until the next call but one. */
static inline char *
scratch_path(const char *name)
{
	static char paths[2][1024];
	static int at;

	at = !at;
	(void)snprintf(paths[at], sizeof(paths[at]), "%s/%s", scratch, name);
	return paths[at];
}

static inline void
scratch_write(const char *name, struct authchain_span bytes, mode_t mode)
{
	FILE *file;

	(void)unlink(scratch_path(name));
	file = fopen(scratch_path(name), "w");
	if (file == NULL ||
	    (bytes.len > 0 && fwrite(bytes.data, bytes.len, 1, file) != 1)) {
		printf("Bail out! can't write %s\n", name);
		exit(99);
	}
	(void)fclose(file);
	(void)chmod(scratch_path(name), mode);
}

/* path and all below it. */
static inline void
scratch_clear(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	struct ac_buf below;

	ac_buf_init(&below, 8192);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		ac_buf_clear(&below);
		ac_buf_format(&below, "%s/%s", path, entry->d_name);
		if (unlink(below.data) != 0) {
			(void)chmod(below.data, 0700);
			scratch_clear(below.data);
		}
	}
	ac_buf_clear(&below);
	if (dir != NULL)
		(void)closedir(dir);
	(void)rmdir(path);
}

static inline void
scratch_remove(void)
{
	scratch_clear(scratch);
}

/* text with every from replaced by to; the caller's to free. */
static inline char *
scratch_replace(const char *text, const char *from, const char *to)
{
	struct ac_buf out;
	const char *at;

	ac_buf_init(&out, (size_t)16 << 20);
	while ((at = strstr(text, from)) != NULL) {
		ac_buf_add(&out, ac_span(text, (size_t)(at - text)));
		ac_buf_text(&out, to);
		text = at + strlen(from);
	}
	ac_buf_text(&out, text);
	return ac_buf_take(&out);
}

#endif
