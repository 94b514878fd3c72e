/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of authchaind. */
#ifndef AC_DAEMON_OPTIONS_H
#define AC_DAEMON_OPTIONS_H

#include "cli/args.h"
#include "daemon/landlock.h"
#include "daemon/log.h"
#include "daemon/preflight.h"
#include "daemon/server.h"

struct ac_options {
	const char *config, *plugin_dir, *state_dir;
	const char *introspect_callers;
	bool help, version, test;
	uint32_t log_level;
	enum ac_log_format log_format;
	enum ac_landlock_mode landlock;
	struct ac_limits limits;
	struct ac_trusted trusted;
	struct ac_preflight preflight;
	struct ac_args args; /* --listen, --admin, --writable */
};

/* -1 with what is wrong; clear in either case. */
int ac_options_read(struct ac_options *options, size_t count,
    char *const *words, struct authchain_error *err);
void ac_options_clear(struct ac_options *options);

/* Print the help; 0. */
int ac_options_help(FILE *out);

#endif
