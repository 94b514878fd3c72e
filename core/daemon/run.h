/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of the process: open, serve, reload, stop. */
#ifndef AC_DAEMON_RUN_H
#define AC_DAEMON_RUN_H

#include "daemon/options.h"

struct ac_run;

/* Read the configuration and check it whole; findings go to standard error.
 * NULL with why. */
struct ac_run *ac_run_open(const struct ac_options *options,
    struct authchain_error *err);

/* Serve until SIGTERM or SIGINT; -1 with why it could not. */
int ac_run_serve(struct ac_run *run, struct authchain_error *err);

void ac_run_close(struct ac_run **run);

#endif
