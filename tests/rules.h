/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of plugins that judge requests: a chain "t" whose tokens the test
 * signs, asked with method, URI and headers, through the public interface.
 */
#ifndef TESTS_RULES_H
#define TESTS_RULES_H

#include "engine.h"

#define RULES_HEADERS 16

/* The chain's head and its provider; more follow: "guard = ...", plugins. */
#define RULES_CHAIN(more)                                                      \
	"[chain]\nresource = https://api.test/mcp\nidentity = h\n"             \
	"challenge = oauth\n" more                                             \
	"\n[plugin h]\ntype = hs256\nissuer = i\nsecret = @s\n"                \
	"[secret s]\nenv = RULES_SECRET\npurpose = internal\n"                 \
	"[plugin oauth]\nauthorization-servers = https://as.test\n"            \
	"scopes = base\nforward-metadata = no\n"

struct rules_request {
	const char *who;  /* subject; NULL: no credential */
	const char *more; /* claims, like "\"scope\":\"a b\"", or NULL */
	int age_s;
	const char *method, *uri; /* NULL: not told */
	const char *headers;      /* "Name: value\n" each, or NULL */
};

/* Opens and starts; false, with engine->found, when it can't. */
bool rules_open(struct engine *engine, const char *config);

/* The decision, to be freed. */
struct authchain_decision *rules_ask(struct engine *engine,
    const struct rules_request *request);

/* "200", or "403 insufficient_scope a b": status, reason, and the scope of
 * the challenge where there is a reason for one; a static buffer. */
const char *rules_words(struct engine *engine,
    const struct rules_request *request);

#endif
