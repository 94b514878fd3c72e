/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration that a command line names. */
#ifndef AC_CLI_OPEN_H
#define AC_CLI_OPEN_H

#include "cli/args.h"

#define AC_OPEN_CONFIG "/etc/authchain"

/* "error", "warning", "lint". */
const char *ac_open_severity(uint32_t severity);
/* "FILE:LINE:COLUMN: error: TEXT" and a line with the hint. */
void ac_open_print(const struct authchain_diagnostic *finding, FILE *out);

/*
 * Open --config with --plugin-dir, --state-dir and --verbose; findings and log
 * lines go to standard error.  NULL after it has said why.
 */
struct authchain *ac_open(const struct ac_args *args);

/* The settings of it, for a caller with its own place for findings. */
void ac_open_settings(const struct ac_args *args,
    struct authchain_settings *settings);

/* --chain, or the only chain there is; NULL with why. */
const char *ac_open_chain(const struct ac_args *args, struct authchain *ac,
    struct authchain_error *err);

#endif
