/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths, taken as they came: nothing is decoded, so nothing is ambiguous. */
#include "daemon/route.h"

static const struct {
	const char *prefix;
	enum ac_dialect dialect;
} dialects[] = {
	{ "/authz/forward-auth/", AC_DIALECT_FORWARD_AUTH },
	{ "/authz/auth-request/", AC_DIALECT_AUTH_REQUEST },
	{ "/authz/ext-authz/", AC_DIALECT_EXT_AUTHZ },
	{ "/introspect/", AC_DIALECT_INTROSPECT },
};

static bool
is_chain_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '_' || c == '.';
}

/* The chain's name at the beginning of text; its length, 0 for none. */
static size_t
take_chain(struct ac_route *route, struct authchain_span text)
{
	size_t len = 0;

	while (len < text.len && is_chain_byte(text.data[len]))
		len++;
	if (len > AC_ROUTE_MAX_CHAIN)
		return 0;
	memcpy(route->chain, text.data, len);
	route->chain[len] = '\0';
	return len;
}

struct ac_route
ac_route_find(struct authchain_span target)
{
	struct ac_route route = { .dialect = AC_DIALECT_NONE };
	size_t path_len = ac_span_find(target, '?', 0);

	if (ac_span_starts(target, ac_span_text("/.well-known/"))) {
		route.dialect = AC_DIALECT_DOCUMENT;
		return route;
	}
	if (ac_span_is_text(ac_span_cut(target, 0, path_len), "/introspect")) {
		route.dialect = AC_DIALECT_INTROSPECT;
		return route;
	}
	for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++) {
		struct authchain_span prefix = ac_span_text(dialects[i].prefix);
		size_t len;

		if (!ac_span_starts(target, prefix))
			continue;
		len = take_chain(&route,
		    ac_span_cut(target, prefix.len, path_len));
		route.original =
		    ac_span_cut(target, prefix.len + len, target.len);
		if (len != 0 && dialects[i].dialect == AC_DIALECT_EXT_AUTHZ
			? route.original.len > 0 &&
			      route.original.data[0] == '/'
			: len != 0 && prefix.len + len == path_len)
			route.dialect = dialects[i].dialect;
		return route;
	}
	return route;
}
