/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a rule asks of whoever it is about, as words: scopes, permission=NAME,
 * max-age=TIME; "login" where to be known is enough; "anyone" alone.
 */
#ifndef PLUGINS_NEEDS_H
#define PLUGINS_NEEDS_H

#include "hierarchy.h"

#define NEEDS_MAX 32 /* words of a rule */

struct needs {
	bool anyone;
	struct authchain_span words[NEEDS_MAX]; /* scopes and permissions */
	bool is_permission[NEEDS_MAX];
	size_t count;
	int64_t max_age_ms; /* 0: any */
};

/* Who judges: the plugin's own. */
struct needs_judge {
	const struct authchain_host *host;
	struct authchain_entry *entry;
	struct hierarchy hierarchy;
};

/* Row for an option table: where permissions are found. */
/* clang-format off */
#define NEEDS_PERMISSIONS_OPTION                                               \
	{ .name = "permissions-claim", .type = AUTHCHAIN_OPTION_STRING,        \
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY, .fallback = "/permissions",   \
	    .help = "the claim that lists permissions, as a JSON pointer" }
/* clang-format on */

/* Read both options; 0, or -1 after host->fail. */
int needs_judge_read(struct needs_judge *judge,
    const struct authchain_host *host, struct authchain_entry *entry);

/* host->fail: this text of that option, quoted, and what is wrong with it; -1. */
int needs_complain(const struct needs_judge *judge, const char *option,
    struct authchain_span text, const char *what);

/* The words live for the instance.  0, or -1 after host->fail on "rules". */
int needs_parse(struct needs *needs, const struct needs_judge *judge,
    struct authchain_span words);

/* Is anybody known to the call, or is it anonymous? */
bool needs_is_known(const struct authchain_host *host,
    const struct authchain_call *call);
/* DENY, because whoever it is should log in first. */
uint32_t needs_ask_login(const struct authchain_host *host,
    struct authchain_call *call, const char *why);
/* ALLOW, or DENY when the token is older, or does not say how old it is. */
uint32_t needs_age(const struct authchain_host *host,
    struct authchain_call *call, int64_t max_age_ms);

/* An outcome of authorize.  Scopes that are missing are left to the host to
 * refuse, so that it names all there are. */
uint32_t needs_judge(const struct needs *needs, const struct needs_judge *judge,
    struct authchain_call *call);

#endif
