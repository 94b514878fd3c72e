/* SPDX-License-Identifier: BSD-2-Clause */
/* Which rights the daemon keeps, of those that it began with. */
#ifndef AC_DAEMON_CONFINE_H
#define AC_DAEMON_CONFINE_H

#include "base/log.h"
#include "daemon/listen.h"
#include "daemon/options.h"

/* Before anything is read: no core file, no debugger, no more rights than now,
 * no death by a pipe; and as many descriptors as are allowed. */
void ac_confine_begin(void);

/*
 * When all is read and listened on, and before a thread is made: files can be
 * written in the state folder, where the options say, and nowhere else.  -1
 * with why; a kernel that can't is an error only when it must.
 */
int ac_confine_files(const struct ac_options *options,
    const struct ac_listens *listens, const struct ac_log *log,
    struct authchain_error *err);

#endif
