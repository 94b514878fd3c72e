/* SPDX-License-Identifier: BSD-2-Clause */
/* One request from a command line, judged: what test and explain share. */
#ifndef AC_CLI_JUDGE_H
#define AC_CLI_JUDGE_H

#include "base/secret.h"
#include "cli/cli.h"

struct ac_judge {
	struct authchain *ac;
	const char *chain;
	struct ac_secret token; /* empty where the credential is a header */
	struct authchain_span *authorization;
	struct authchain_pair *headers;
	struct authchain_request request;
	struct authchain_decision *decision;
};

/* Open, read the token from standard input, start, ask.  AC_EXIT_OK with a
 * decision in it; any other code was explained on standard error.  Clear it in
 * either case. */
enum ac_exit ac_judge_run(struct ac_judge *judge, const struct ac_args *args);
void ac_judge_clear(struct ac_judge *judge);

/* The exit code of a verdict. */
enum ac_exit ac_judge_exit(const struct authchain_decision *decision);

/* "ALLOW atoms: alice by authkit, scopes mcp:read" in one line. */
void ac_judge_print_line(const struct authchain_decision *decision);
/* The trace as an aligned table. */
void ac_judge_print_trace(const struct authchain_decision *decision);
/* Everything as one line of JSON; 0 or -1. */
int ac_judge_print_json(const struct authchain_decision *decision);

/* Rows of both commands' options. */
#define AC_JUDGE_ARGS                                                          \
	AC_ARG_CONFIG,                                                         \
	    { "chain", 'c', false, "NAME",                                     \
		    "the chain to ask [the only one there is]" },              \
	    { "no-token", 0, false, NULL,                                      \
		    "the request carries no credential; nothing is read" },    \
	    { "authorization", 0, true, "VALUE",                               \
		    "a raw Authorization header instead of standard input, "   \
		    "for "                                                     \
		    "tests: other users of the machine can see it; may be "    \
		    "repeated" },                                              \
	    { "method", 0, false, "NAME", "HTTP method of the request" },      \
	    { "uri", 0, false, "PATH", "path and query of the request" },      \
	    { "host", 0, false, "NAME", "host of the request" },               \
	    { "scheme", 0, false, "NAME", "http or https" },                   \
	    { "client-ip", 0, false, "ADDRESS", "address of the client" },     \
	    { "header", 'H', true, "NAME: VALUE",                              \
		    "a header of the request; may be repeated" },              \
	    { "timeout", 0, false, "TIME",                                     \
		    "longest wait, if the chain's deadline is not shorter" },  \
	    AC_ARG_PLUGIN_DIR, AC_ARG_STATE_DIR

#endif
