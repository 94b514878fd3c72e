/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * authchaind: judges requests for proxies.  Checks everything before it serves
 * anything, reloads at SIGHUP, stops at SIGTERM when what it has begun is done.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cli/args.h"
#include "daemon/confine.h"
#include "daemon/options.h"
#include "daemon/run.h"

enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_CONFIG = 3
};

static int
complain(const struct authchain_error *err)
{
	fprintf(stderr, "authchaind: %s\n", err->text);
	switch (err->code) {
	case AUTHCHAIN_ERROR_USAGE:
		return EXIT_USAGE;
	case AUTHCHAIN_ERROR_CONFIGURATION:
		return EXIT_CONFIG;
	default:
		return EXIT_FAILED;
	}
}

static int
serve(struct ac_options *options)
{
	struct authchain_error err = { 0 };
	struct ac_run *run = ac_run_open(options, &err);
	int r;

	if (run == NULL)
		return complain(&err);
	r = options->test ? 0 : ac_run_serve(run, &err);
	ac_run_close(&run);
	if (r != 0)
		return complain(&err);
	if (options->test)
		printf("the configuration %s can be served\n", options->config);
	return EXIT_DONE;
}

int
main(int argc, char **argv)
{
	struct authchain_error err = { 0 };
	struct ac_options options;
	int rc;

	ac_confine_begin();
	if (ac_options_read(&options, (size_t)argc - 1, argv + 1, &err) != 0)
		rc = complain(&err);
	else if (options.help)
		rc = ac_options_help(stdout);
	else if (options.version)
		rc = printf("authchaind %s\n", authchain_version()) < 0;
	else
		rc = serve(&options);
	ac_options_clear(&options);
	return fflush(stdout) == 0 ? rc : EXIT_FAILED;
}
