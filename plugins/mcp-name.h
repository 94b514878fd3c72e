/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the headers of an MCP request say (specification 2026-07-28, Streamable
 * HTTP): read strictly, for whoever serves the request reads its body.
 */
#ifndef PLUGINS_MCP_NAME_H
#define PLUGINS_MCP_NAME_H

#include "base/span.h"

#define MCP_NAME_MAX   1024 /* bytes of a name, decoded */
#define MCP_METHOD_MAX 128

struct mcp_name {
	char text[MCP_NAME_MAX];
	size_t len;
};

/* A value of Mcp-Name, plain or as "=?base64?...?="; why it is refused, or
 * NULL. */
const char *mcp_name_read(struct authchain_span value, struct mcp_name *name);

/* "tools/call", "notifications/initialized" ... */
bool mcp_method_is_valid(struct authchain_span method);
/* One whose requests must name what they are about. */
bool mcp_method_has_name(struct authchain_span method);

#endif
