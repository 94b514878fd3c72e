/* SPDX-License-Identifier: BSD-2-Clause */
/* Files judged by their descriptor.  Every refusal names the command that
 * mends it. */
#ifdef HAVE_CONFIG_H
#include "config.h" /* mkostemp, large files */
#endif

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHOWN_BYTES  360 /* of a path; two of them fit an error's text */
#define RANDOM_BYTES 6   /* mkostemp's */
#define OPEN_FLAGS   (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

/* A path as messages show it: control bytes as '?', the end of a long one. */
struct shown {
	char path[SHOWN_BYTES + 4];
};

static const char *
show(struct shown *shown, const char *path)
{
	size_t len = strlen(path);
	char *at;

	(void)snprintf(shown->path, sizeof(shown->path), "%s%s",
	    len > SHOWN_BYTES ? "..." : "",
	    path + (len > SHOWN_BYTES ? len - SHOWN_BYTES : 0));
	for (at = shown->path; *at != '\0'; at++) {
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			*at = '?';
	}
	return shown->path;
}

static int
system_error(struct authchain_error *err, const char *verb, const char *path)
{
	struct shown shown;
	int why = errno;

	(void)show(&shown, path);
	errno = why;
	return ac_error(err,
	    why == ENOENT ? AUTHCHAIN_ERROR_NOT_FOUND : AUTHCHAIN_ERROR_SYSTEM,
	    "can't %s %s: %m", verb, shown.path);
}

static int
judge_owner(const struct stat *st, const char *path,
    struct authchain_error *err)
{
	struct shown shown;

	if (st->st_uid == 0 || st->st_uid == geteuid())
		return 0;
	(void)show(&shown, path);
	return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
	    "%s belongs to user %lu, who could change it: chown root %s",
	    shown.path, (unsigned long)st->st_uid, shown.path);
}

static int
judge_mode(const struct stat *st, const char *path, enum ac_file_policy policy,
    struct authchain_error *err)
{
	unsigned int mode = (unsigned int)st->st_mode & 07777;
	struct shown shown;

	(void)show(&shown, path);
	if (policy == AC_FILE_SECRET && (mode & (S_IRWXG | S_IRWXO)) != 0)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "%s holds a secret and is open to other users (mode "
		    "%04o): chmod 600 %s",
		    shown.path, mode, shown.path);
	if ((mode & (S_IWGRP | S_IWOTH)) != 0)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "%s can be changed by other users (mode %04o): chmod "
		    "go-w %s",
		    shown.path, mode, shown.path);
	return 0;
}

static int
judge(int fd, const char *path, enum ac_file_policy policy,
    struct authchain_error *err)
{
	struct shown shown;
	struct stat st;

	if (fstat(fd, &st) != 0)
		return system_error(err, "look at", path);
	if (!S_ISREG(st.st_mode))
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "%s is %s, not a regular file: name a file",
		    show(&shown, path),
		    S_ISDIR(st.st_mode) ? "a folder" : "a device or pipe");
	if (policy == AC_FILE_ANY)
		return 0;
	if (judge_owner(&st, path, err) != 0)
		return -1;
	return judge_mode(&st, path, policy, err);
}

/* The folder that path lies in, "." for a bare name; NULL without memory.
 * *name is what stands behind it. */
static char *
folder_of(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path);

	*name = slash == NULL ? path : slash + 1;
	if (slash == NULL)
		return strdup(".");
	return len == 0 ? strdup("/") : strndup(path, len);
}

/* A module: also the folder is judged, and the file is opened in it. */
static int
open_module(const char *path, struct authchain_error *err)
{
	const char *name;
	char *folder = folder_of(path, &name);
	struct stat st;
	int dir = -1, fd = -1;

	if (folder == NULL) {
		(void)ac_error_memory(err);
		return -1;
	}
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || fstat(dir, &st) != 0) {
		(void)system_error(err, "open", folder);
		goto out;
	}
	if (judge_owner(&st, folder, err) != 0 ||
	    judge_mode(&st, folder, AC_FILE_MODULE, err) != 0)
		goto out;
	fd = openat(dir, name, OPEN_FLAGS | O_NOFOLLOW);
	if (fd < 0 && errno == ELOOP) {
		struct shown shown;

		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "%s is a symbolic link, which a module may not be: name "
		    "the file itself",
		    show(&shown, path));
	} else if (fd < 0) {
		(void)system_error(err, "open", path);
	}
out:
	if (dir >= 0)
		(void)close(dir);
	free(folder);
	return fd;
}

int
ac_file_open(const char *path, enum ac_file_policy policy,
    struct authchain_error *err)
{
	int fd;

	if (policy == AC_FILE_MODULE) {
		fd = open_module(path, err);
	} else {
		fd = open(path, OPEN_FLAGS);
		if (fd < 0)
			(void)system_error(err, "open", path);
	}
	if (fd >= 0 && judge(fd, path, policy, err) != 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

/* The size of what fd is, when it is allowed. */
static int
file_size(int fd, const char *path, size_t max_bytes, size_t *size,
    struct authchain_error *err)
{
	struct shown shown;
	struct stat st;

	if (fstat(fd, &st) != 0)
		return system_error(err, "look at", path);
	if (st.st_size < 0 || (uintmax_t)st.st_size > max_bytes)
		return ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "%s has %jd bytes, at most %zu are allowed: is it the "
		    "right file?",
		    show(&shown, path), (intmax_t)st.st_size, max_bytes);
	*size = (size_t)st.st_size;
	return 0;
}

/* Exactly size bytes, and then the end. */
static int
read_exactly(int fd, const char *path, char *data, size_t size,
    struct authchain_error *err)
{
	size_t got = 0;
	char more;

	for (;;) {
		ssize_t n = got < size ? read(fd, data + got, size - got)
				       : read(fd, &more, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return system_error(err, "read", path);
		if (n == 0 && got == size)
			return 0;
		if (n == 0 || got == size) {
			struct shown shown;

			return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
			    "%s changed while it was read: try again, and "
			    "write it by renaming",
			    show(&shown, path));
		}
		got += (size_t)n;
	}
}

int /* NOLINTNEXTLINE(readability-function-size): one more parameter */
ac_file_read(const char *path, enum ac_file_policy policy, size_t max_bytes,
    char **data, size_t *len, struct authchain_error *err)
{
	int fd = ac_file_open(path, policy, err), r = -1;
	char *text = NULL;
	size_t size = 0;

	*data = NULL;
	*len = 0;
	if (fd < 0)
		return -1;
	if (file_size(fd, path, max_bytes, &size, err) != 0)
		goto out;
	text = size == SIZE_MAX ? NULL : malloc(size + 1);
	if (text == NULL) {
		(void)ac_error_memory(err);
		goto out;
	}
	if (read_exactly(fd, path, text, size, err) != 0)
		goto out;
	text[size] = '\0';
	*data = text;
	*len = size;
	text = NULL;
	r = 0;
out:
	free(text);
	(void)close(fd);
	return r;
}

int
ac_file_read_secret(const char *path, size_t max_bytes,
    struct ac_secret *secret, struct authchain_error *err)
{
	int fd = ac_file_open(path, AC_FILE_SECRET, err), r = -1;
	size_t size = 0;

	*secret = (struct ac_secret){ NULL, 0, 0 };
	if (fd < 0)
		return -1;
	if (file_size(fd, path, max_bytes, &size, err) != 0)
		goto out;
	if (ac_secret_init(secret, size) != 0) {
		(void)ac_error_memory(err);
		goto out;
	}
	if (read_exactly(fd, path, secret->data, size, err) != 0) {
		ac_secret_clear(secret);
		goto out;
	}
	r = 0;
out:
	(void)close(fd);
	return r;
}

static int
write_all(int fd, struct authchain_span data)
{
	while (data.len > 0) {
		ssize_t n = write(fd, data.data, data.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		data = ac_span_cut(data, (size_t)n, data.len);
	}
	return 0;
}

/* link refuses an existing name, where rename would replace it. */
static int
give_name(const char *temporary, const char *path, bool replace)
{
	if (replace)
		return rename(temporary, path);
	if (link(temporary, path) != 0)
		return -1;
	(void)unlink(temporary);
	return 0;
}

static int
sync_folder(const char *path)
{
	const char *name;
	char *folder = folder_of(path, &name);
	int fd, r;

	if (folder == NULL) {
		errno = ENOMEM;
		return -1;
	}
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	if (fd < 0)
		return -1;
	r = fsync(fd);
	(void)close(fd);
	return r;
}

int
ac_file_write(const char *path, struct authchain_span data, unsigned int mode,
    bool replace, struct authchain_error *err)
{
	size_t len = strlen(path);
	char *temporary = malloc(len + RANDOM_BYTES + 2);
	int fd = -1, r = -1;

	if (temporary == NULL)
		return ac_error_memory(err);
	memcpy(temporary, path, len);
	temporary[len] = '.';
	memset(temporary + len + 1, 'X', RANDOM_BYTES);
	temporary[len + 1 + RANDOM_BYTES] = '\0';
	fd = mkostemp(temporary, O_CLOEXEC); /* mode 0600 */
	if (fd < 0) {
		(void)system_error(err, "create a file beside", path);
		goto out;
	}
	if (write_all(fd, data) != 0 || fchmod(fd, (mode_t)mode) != 0 ||
	    fsync(fd) != 0) {
		(void)system_error(err, "write", path);
		(void)unlink(temporary);
		goto out;
	}
	if (give_name(temporary, path, replace) != 0) {
		(void)system_error(err, "create", path);
		(void)unlink(temporary);
		goto out;
	}
	if (sync_folder(path) != 0) {
		(void)system_error(err, "sync the folder of", path);
		goto out;
	}
	r = 0;
out:
	if (fd >= 0)
		(void)close(fd);
	free(temporary);
	return r;
}
