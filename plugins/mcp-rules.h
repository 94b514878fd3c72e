/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules of mcp: "METHOD WORDS...", and "METHOD NAME WORDS..." for tools, prompts
 * and resources.  A star at the end of a method or name is whatever follows. */
#ifndef PLUGINS_MCP_RULES_H
#define PLUGINS_MCP_RULES_H

#include "needs.h"

struct mcp_rule {
	struct authchain_span text;
	struct authchain_span method; /* exact, "prefix/" with a star, "*" */
	struct authchain_span name;   /* the same; data NULL: no names */
	struct needs needs;
};

struct mcp_rules {
	const struct needs_judge *judge;
	struct mcp_rule *list;
	size_t count;
};

/* Of the option "rules".  judge outlives them.  0, or -1 after host->fail; to
 * be cleared in either case. */
int mcp_rules_read(struct mcp_rules *rules, const struct needs_judge *judge);
void mcp_rules_clear(struct mcp_rules *rules);

/* The first that matches, or NULL. */
const struct mcp_rule *mcp_rules_find(const struct mcp_rules *rules,
    struct authchain_span method, struct authchain_span name);

#endif
