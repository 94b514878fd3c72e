/* SPDX-License-Identifier: BSD-2-Clause */
/* scopes: who may do what where, row by row. */
#include "rules.h"
#include "tap.h"

#include <string.h>

#define SCOPES "[plugin scopes]\npath = @PLUGINS@/scopes.so\n"

#define RULES                                                                  \
	"rules = * /public/** anyone,\n"                                       \
	"  GET /files/** files:read,\n"                                        \
	"  GET|POST /files/** files:read files:write,\n"                       \
	"  DELETE /files/* files:delete permission=files:purge,\n"             \
	"  * /admin/** admin,\n"                                               \
	"  POST /pay max-age=5m,\n"                                            \
	"  * /me login,\n"                                                     \
	"  PUT /keys permission=keys:rotate\n"                                 \
	"hierarchy = root > admin, admin > files:write,\n"                     \
	"  files:write > files:read files:list\n"

static const char config[] =
    RULES_CHAIN("anonymous = yes\nauthorize = scopes\n") SCOPES RULES;

#define SCOPE(words)       "\"scope\":\"" words "\""
#define PERMISSIONS(words) "\"permissions\":[" words "]"

static const struct {
	const char *name, *words;
	struct rules_request request;
} rows[] = {
	/* paths */
	{ "anyone at a public path", "200",
	    { NULL, NULL, 0, "GET", "/public/x", NULL } },
	{ "anyone at its root", "200",
	    { NULL, NULL, 0, "PATCH", "/public?x", NULL } },
	{ "a neighbour by name is not public", "401 no_credentials base",
	    { NULL, NULL, 0, "GET", "/publicity", NULL } },
	{ "dot segments from a public path to another",
	    "401 no_credentials base",
	    { NULL, NULL, 0, "GET", "/public/../admin", NULL } },
	{ "encoded dot segments", "401 no_credentials base",
	    { NULL, NULL, 0, "GET", "/public/%2e%2e/admin", NULL } },
	{ "dot segments of somebody known", "400 bad_request base",
	    { "a", SCOPE("admin"), 0, "GET", "/public/../admin", NULL } },
	{ "encoded ones", "400 bad_request base",
	    { "a", SCOPE("admin"), 0, "GET", "/admin/%2e%2e/x", NULL } },
	{ "an encoded slash", "400 bad_request base",
	    { "a", SCOPE("admin"), 0, "GET", "/public%2fadmin", NULL } },
	{ "two slashes", "400 bad_request base",
	    { "a", SCOPE("admin"), 0, "GET", "//admin", NULL } },
	{ "a path parameter", "400 bad_request base",
	    { "a", SCOPE("admin"), 0, "GET", "/public/..;/admin", NULL } },
	{ "an encoded letter is the letter", "403 insufficient_scope admin",
	    { "a", NULL, 0, "GET", "/%61dmin/x", NULL } },
	{ "a slash at the end is none", "403 insufficient_scope admin",
	    { "a", NULL, 0, "GET", "/admin/", NULL } },
	{ "an absolute URL", "200",
	    { NULL, NULL, 0, "GET", "https://h.test/public/x", NULL } },
	{ "one with a public path in its query alone",
	    "401 no_credentials base",
	    { NULL, NULL, 0, "GET", "https://h.test?x=/public/x", NULL } },
	{ "and of somebody known", "403 forbidden base",
	    { "a", SCOPE("admin"), 0, "GET", "https://h.test?x=/public/x",
		NULL } },
	{ "one with a public path in its fragment alone",
	    "401 no_credentials base",
	    { NULL, NULL, 0, "GET", "https://h.test#/public/x", NULL } },
	{ "and with somebody known", "400 bad_request base",
	    { "a", SCOPE("admin"), 0, "GET", "https://h.test#/public/x",
		NULL } },
	{ "a path that was not told", "400 bad_request base",
	    { "a", SCOPE("admin"), 0, "GET", NULL, NULL } },
	{ "a path that was not told, of nobody", "401 no_credentials base",
	    { NULL, NULL, 0, "GET", NULL, NULL } },
	{ "a method that was not told", "400 bad_request base",
	    { "a", SCOPE("admin"), 0, NULL, "/public/x", NULL } },
	{ "no rule", "403 forbidden base",
	    { "a", SCOPE("admin"), 0, "GET", "/elsewhere", NULL } },
	{ "no rule, and nobody", "401 no_credentials base",
	    { NULL, NULL, 0, "GET", "/elsewhere", NULL } },
	/* methods */
	{ "the scope that is needed", "200",
	    { "a", SCOPE("files:read"), 0, "GET", "/files/1", NULL } },
	{ "HEAD is GET", "200",
	    { "a", SCOPE("files:read"), 0, "HEAD", "/files/1", NULL } },
	{ "HEAD without the scope", "403 insufficient_scope files:read",
	    { "a", NULL, 0, "HEAD", "/files/1", NULL } },
	{ "a method in lower case is another", "403 forbidden base",
	    { "a", SCOPE("files:read"), 0, "get", "/files/1", NULL } },
	{ "a method of no rule", "403 forbidden base",
	    { "a", SCOPE("files:read"), 0, "PATCH", "/files/1", NULL } },
	{ "a method that begins so", "403 forbidden base",
	    { "a", SCOPE("files:read"), 0, "GETX", "/files/1", NULL } },
	/* scopes */
	{ "nobody where a scope is needed", "401 no_credentials base",
	    { NULL, NULL, 0, "GET", "/files/1", NULL } },
	{ "all that is missing at once",
	    "403 insufficient_scope files:read files:write",
	    { "a", NULL, 0, "POST", "/files/1", NULL } },
	{ "one of two is missing, both are named",
	    "403 insufficient_scope files:read files:write",
	    { "a", SCOPE("files:read"), 0, "POST", "/files/1", NULL } },
	{ "a scope that begins so", "403 insufficient_scope admin",
	    { "a", SCOPE("administrator"), 0, "GET", "/admin/x", NULL } },
	{ "a scope in capitals", "403 insufficient_scope admin",
	    { "a", SCOPE("Admin"), 0, "GET", "/admin/x", NULL } },
	/* hierarchy */
	{ "a scope that implies it", "200",
	    { "a", SCOPE("files:write"), 0, "GET", "/files/1", NULL } },
	{ "over two steps", "200",
	    { "a", SCOPE("admin"), 0, "POST", "/files/1", NULL } },
	{ "over three steps", "200",
	    { "a", SCOPE("root"), 0, "GET", "/files/1", NULL } },
	{ "not upwards", "403 insufficient_scope admin",
	    { "a", SCOPE("files:write"), 0, "GET", "/admin/x", NULL } },
	{ "not to a sibling", "403 insufficient_scope files:read files:write",
	    { "a", SCOPE("files:list"), 0, "POST", "/files/1", NULL } },
	/* permissions */
	{ "scope and permission", "200",
	    { "a", SCOPE("files:delete") "," PERMISSIONS("\"files:purge\""), 0,
		"DELETE", "/files/1", NULL } },
	{ "the second permission of a list", "200",
	    { "a", PERMISSIONS("1, \"x\", \"keys:rotate\""), 0, "PUT", "/keys",
		NULL } },
	{ "permissions as words of a text", "200",
	    { "a", "\"permissions\":\"x keys:rotate\"", 0, "PUT", "/keys",
		NULL } },
	{ "the scope without the permission", "403 forbidden base",
	    { "a", SCOPE("files:delete"), 0, "DELETE", "/files/1", NULL } },
	{ "the permission without the scope",
	    "403 insufficient_scope files:delete",
	    { "a", PERMISSIONS("\"files:purge\""), 0, "DELETE", "/files/1",
		NULL } },
	{ "neither the scope nor the permission",
	    "403 insufficient_scope files:delete",
	    { "a", NULL, 0, "DELETE", "/files/1", NULL } },
	{ "a permission that begins so", "403 forbidden base",
	    { "a", PERMISSIONS("\"keys:rotate:all\""), 0, "PUT", "/keys",
		NULL } },
	{ "a scope is no permission", "403 forbidden base",
	    { "a", SCOPE("keys:rotate"), 0, "PUT", "/keys", NULL } },
	{ "permissions as an object", "403 forbidden base",
	    { "a", "\"permissions\":{\"keys:rotate\":true}", 0, "PUT", "/keys",
		NULL } },
	{ "an empty list", "403 forbidden base",
	    { "a", PERMISSIONS(""), 0, "PUT", "/keys", NULL } },
	/* age and login */
	{ "a fresh token", "200", { "a", NULL, 200, "POST", "/pay", NULL } },
	{ "one that is too old", "401 too_old base",
	    { "a", NULL, 400, "POST", "/pay", NULL } },
	{ "nobody, where age counts", "401 no_credentials base",
	    { NULL, NULL, 0, "POST", "/pay", NULL } },
	{ "whoever is known", "200", { "a", NULL, 0, "GET", "/me", NULL } },
	{ "and nobody else", "401 no_credentials base",
	    { NULL, NULL, 0, "GET", "/me", NULL } },
};

static const struct {
	const char *name, *options, *found;
} faults[] = {
	{ "no rules", "", "rules" },
	{ "an empty list", "rules = \n", "rules" },
	{ "a method alone", "rules = GET", "METHODS PATH" },
	{ "a method in lower case", "rules = get /a x", "METHODS PATH" },
	{ "a bar too many", "rules = GET| /a x", "METHODS PATH" },
	{ "a path without a slash", "rules = GET a x", "slash" },
	{ "a slash at the end", "rules = GET /a/ x", "without a slash" },
	{ "a dot segment", "rules = GET /a/../b x", "dot segment" },
	{ "a star inside", "rules = GET /a* x", "whole segment" },
	{ "two stars inside", "rules = GET /**/a x", "at the end" },
	{ "nothing needed", "rules = GET /a", "who may" },
	{ "anyone with a scope", "rules = GET /a anyone x", "lets anyone in" },
	{ "anyone with an age", "rules = GET /a anyone max-age=5m",
	    "lets anyone in" },
	{ "a scope with a backslash", "rules = \"GET /a x\\\\y\"",
	    "is no scope" },
	{ "an empty permission", "rules = GET /a permission=", "is no scope" },
	{ "an age that is none", "rules = GET /a max-age=5", "is no age" },
	{ "an age of nothing", "rules = GET /a max-age=0", "is no age" },
	{ "two ages", "rules = GET /a max-age=5m max-age=3650d",
	    "\"max-age=3650d\" is the second age of its rule" },
	{ "the same age twice", "rules = GET /a x max-age=5m y max-age=5m",
	    "is the second age of its rule; write one" },
	{ "offline_access", "rules = GET /a offline_access",
	    "can't be required" },
	{ "a rule that is never reached", "rules = * /a/** x, GET /a/b y",
	    "never reached" },
	{ "a hierarchy without an arrow", "rules = GET /a x\nhierarchy = a b",
	    "is not like" },
	{ "a hierarchy without an end", "rules = GET /a x\nhierarchy = a >",
	    "is not like" },
	{ "a hierarchy in a circle",
	    "rules = GET /a x\nhierarchy = a > b, b > c, c > a",
	    "imply itself" },
	{ "a hierarchy over offline_access",
	    "rules = GET /a x\nhierarchy = a > offline_access", "is not like" },
	{ "a claim that is no pointer",
	    "rules = GET /a x\npermissions-claim = permissions",
	    "no JSON pointer" },
	{ "another word", "rules = GET /a x\notherwise = allow", "otherwise" },
};

static void
test_faults(void)
{
	char text[4096];

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct engine engine;

		(void)snprintf(text, sizeof(text), "%s" SCOPES "%s\n",
		    RULES_CHAIN("authorize = scopes\n"), faults[i].options);
		ok(!rules_open(&engine, text) &&
			strstr(engine.found, faults[i].found) != NULL,
		    faults[i].name);
		engine_close(&engine);
	}
}

/* A chain of 17 scopes has 136 pairs, one of 24 has 276. */
static void
test_bounds(void)
{
	static char text[8192];
	static const size_t lengths[] = { 17, 24 };

	for (size_t i = 0; i < 2; i++) {
		struct engine engine;
		size_t len = (size_t)snprintf(text, sizeof(text),
		    "%s" SCOPES "rules = GET /a x\nhierarchy = s0 > s1",
		    RULES_CHAIN("authorize = scopes\n"));

		for (size_t at = 1; at + 1 < lengths[i]; at++)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
			    ", s%zu > s%zu", at, at + 1);
		(void)snprintf(text + len, sizeof(text) - len, "\n");
		ok(rules_open(&engine, text) == (i == 0),
		    i == 0 ? "a long hierarchy"
			   : "one that is too long is refused");
		engine_close(&engine);
	}
}

static void
test_otherwise(void)
{
	const struct rules_request known = { .who = "a",
		.method = "GET",
		.uri = "/x" };
	const struct rules_request nobody = { .method = "GET", .uri = "/x" };
	struct engine engine;

	ok(rules_open(&engine,
	       RULES_CHAIN("anonymous = yes\nauthorize = scopes\n") SCOPES
	       "rules = * /a s\notherwise = login\n"),
	    "otherwise = login");
	ok(strcmp(rules_words(&engine, &known), "200") == 0,
	    "then whoever is known may do what no rule is about");
	ok(strcmp(rules_words(&engine, &nobody), "401 no_credentials base") ==
		0,
	    "and nobody else");
	engine_close(&engine);
}

/* Required by the chain, and not for a challenge. */
static void
test_offline_access(void)
{
	const struct rules_request request = { .who = "a",
		.method = "GET",
		.uri = "/a" };
	struct engine engine;

	ok(rules_open(&engine,
	       RULES_CHAIN("authorize = scopes\nrequired-scopes = x, "
			   "offline_access\n") SCOPES "rules = * /a s\n"),
	    "a chain that requires offline_access");
	ok(strcmp(rules_words(&engine, &request),
	       "403 insufficient_scope s x") == 0,
	    "no challenge asks for offline_access");
	engine_close(&engine);
}

int
main(void)
{
	struct engine engine;

	ok(rules_open(&engine, config), "the rules are taken");
	fputs(engine.found, stderr);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *words = rules_words(&engine, &rows[i].request);

		ok(strcmp(words, rows[i].words) == 0, rows[i].name);
		if (strcmp(words, rows[i].words) != 0)
			printf("# wanted %s, got %s\n", rows[i].words, words);
	}
	engine_close(&engine);
	test_faults();
	test_bounds();
	test_otherwise();
	test_offline_access();
	return done();
}
