/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files opened once and judged by their descriptor: what was checked is what
 * is read, whatever happens to the name in between.
 */
#ifndef AC_BASE_FILE_H
#define AC_BASE_FILE_H

#include "base/error.h"
#include "base/secret.h"

/* Which owners and modes are refused. */
enum ac_file_policy {
	AC_FILE_ANY, /* a regular file, no more (public data named by hand) */
	AC_FILE_CONFIG, /* owner root or us; not writable by group or others */
	AC_FILE_SECRET, /* the same, and not readable by group or others */
	AC_FILE_MODULE  /* as CONFIG, its folder likewise, O_NOFOLLOW */
};

/*
 * Open for reading.  The descriptor, close-on-exec, or -1 with what is wrong
 * and the command that mends it.  Symbolic links are followed but for MODULE;
 * what they lead to is what is judged.
 */
int ac_file_open(const char *path, enum ac_file_policy policy,
    struct authchain_error *err);

/* All of it, at most max_bytes; *data is the caller's to free, NUL after. */
int ac_file_read(const char *path, enum ac_file_policy policy, size_t max_bytes,
    char **data, size_t *len, struct authchain_error *err);

/* The same into secret memory. */
int ac_file_read_secret(const char *path, size_t max_bytes,
    struct ac_secret *secret, struct authchain_error *err);

/*
 * Write so that a reader sees the old file or the new one and a crash leaves
 * one of them: temporary file beside it, fsync, rename, fsync of the folder.
 * replace = false refuses an existing file.
 */
int ac_file_write(const char *path, struct authchain_span data,
    unsigned int mode, bool replace, struct authchain_error *err);

#endif
