/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scopes that imply others: "mcp:admin > mcp:write mcp:read".  The host knows
 * nothing of it and compares whole scopes: a scope that is implied by one that
 * is held is asked for under the name of that one.
 */
#ifndef PLUGINS_HIERARCHY_H
#define PLUGINS_HIERARCHY_H

#include "base/span.h"

#define HIERARCHY_MAX 256 /* pairs, those that follow from others among them */

struct hierarchy_pair {
	struct authchain_span over, under;
};

struct hierarchy {
	struct hierarchy_pair pairs[HIERARCHY_MAX];
	size_t count;
};

/* Row for an option table, and reading it: 0, or -1 after host->fail. */
/* clang-format off */
#define HIERARCHY_OPTION                                                       \
	{ .name = "hierarchy", .type = AUTHCHAIN_OPTION_LIST,                  \
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,                               \
	    .help = "scopes that imply others, like mcp:admin > mcp:read" }
/* clang-format on */
int hierarchy_read(struct hierarchy *hierarchy,
    const struct authchain_host *host, struct authchain_entry *entry);

/* Is it held, or implied by one that is? */
bool hierarchy_holds(const struct hierarchy *hierarchy,
    const struct authchain_host *host, const struct authchain_call *call,
    struct authchain_span scope);
/* need_scope for this scope, or for one that is held and implies it. */
int hierarchy_need(const struct hierarchy *hierarchy,
    const struct authchain_host *host, struct authchain_call *call,
    struct authchain_span scope);

#endif
