/* SPDX-License-Identifier: BSD-2-Clause */
/* Run a program and take what it writes as a secret. */
#ifndef AC_ENGINE_EXEC_H
#define AC_ENGINE_EXEC_H

#include "base/error.h"
#include "base/secret.h"

/*
 * Run argv (NULL-terminated; argv[0] is absolute and as trusted as a
 * configuration file) without a shell: in a process group of its own, with PATH
 * as its whole environment, no standard input, its messages thrown away.  All
 * of its standard output goes to *output, the caller's.  -1 when it can't be
 * run, writes more than max_bytes, does not end with status 0, or takes longer
 * than timeout_ms; the group is killed then.  No message shows output.
 */
int ac_exec_read(const char *const *argv, int64_t timeout_ms, size_t max_bytes,
    struct ac_secret *output, struct authchain_error *err);

#endif
