/* SPDX-License-Identifier: BSD-2-Clause */
/* mcp and origin: who may call which tool, and which headers are believed. */
#include "mcp-name.h"
#include "rules.h"
#include "tap.h"

#include <string.h>

#define MCP    "[plugin mcp]\npath = @PLUGINS@/mcp.so\n"
#define ORIGIN "[plugin origin]\npath = @PLUGINS@/origin.so\n"

/* The headers of a message. */
#define NEW       "MCP-Protocol-Version: 2026-07-28\n"
#define OLD       "MCP-Protocol-Version: 2025-11-25\n"
#define METHOD(m) "Mcp-Method: " m "\n"
#define NAME(n)   "Mcp-Name: " n "\n"
#define CALL(n)   NEW METHOD("tools/call") NAME(n)
#define SCOPE(s)  "\"scope\":\"" s "\""

static const char with_rules[] =
    RULES_CHAIN("anonymous = yes\nauthorize = mcp\n") MCP
    "rules = tools/call delete files:write files:delete,\n"
    "  tools/call read_* files:read,\n"
    "  tools/call hello anyone,\n"
    "  tools/call pay pay max-age=5m,\n"
    "  tools/call purge permission=files:purge,\n"
    "  prompts/get * prompts,\n"
    "  resources/read file:///etc/* admin,\n"
    "  tools/call snow* winter,\n"
    "  logging/* admin\n"
    "anonymous-methods = server/discover, ping, tools/list\n"
    "hierarchy = admin > files:write, files:write > files:read\n";

struct row {
	const char *name, *words;
	struct rules_request request;
};

#define POST(who, more, headers)                                               \
	{                                                                      \
		who, more, 0, "POST", "/mcp", headers                          \
	}

static const struct row rule_rows[] = {
	/* tools */
	{ "a tool with its scope", "200",
	    POST("a", SCOPE("files:read"), CALL("read_file")) },
	{ "a tool without its scope", "403 insufficient_scope files:read",
	    POST("a", NULL, CALL("read_file")) },
	{ "all scopes that a tool needs, at once",
	    "403 insufficient_scope files:write files:delete",
	    POST("a", NULL, CALL("delete")) },
	{ "one of two scopes, both are named",
	    "403 insufficient_scope files:write files:delete",
	    POST("a", SCOPE("files:write"), CALL("delete")) },
	{ "a scope that another implies", "200",
	    POST("a", SCOPE("files:write"), CALL("read_file")) },
	{ "the challenge keeps the scope that implies one",
	    "403 insufficient_scope admin files:delete",
	    POST("a", SCOPE("admin"), CALL("delete")) },
	{ "a tool of no rule is for who is logged in", "200",
	    POST("a", NULL, CALL("other")) },
	{ "and for nobody else", "401 no_credentials base",
	    POST(NULL, NULL, CALL("other")) },
	{ "names are exact", "200", POST("a", NULL, CALL("deleted")) },
	{ "a tool for anyone", "200", POST(NULL, NULL, CALL("hello")) },
	{ "a tool with a fresh token", "200",
	    { "a", SCOPE("pay"), 200, "POST", "/mcp", CALL("pay") } },
	{ "a tool whose token is too old", "401 too_old base",
	    { "a", SCOPE("pay"), 400, "POST", "/mcp", CALL("pay") } },
	{ "a permission", "200",
	    POST("a", "\"permissions\":[\"files:purge\"]", CALL("purge")) },
	{ "no permission", "403 forbidden base",
	    POST("a", NULL, CALL("purge")) },
	{ "a prompt", "403 insufficient_scope prompts",
	    POST("a", NULL, NEW METHOD("prompts/get") NAME("x")) },
	{ "a resource", "403 insufficient_scope admin",
	    POST("a", NULL,
		NEW METHOD("resources/read") NAME("file:///etc/x")) },
	{ "another resource", "200",
	    POST("a", NULL, NEW METHOD("resources/read") NAME("file:///x")) },
	{ "methods that begin so", "403 insufficient_scope admin",
	    POST("a", NULL, NEW METHOD("logging/setLevel")) },
	/* encoded names */
	{ "an encoded name is the name",
	    "403 insufficient_scope files:write "
	    "files:delete",
	    POST("a", NULL, CALL("=?base64?ZGVsZXRl?=")) },
	{ "an encoded name that is not ASCII", "403 insufficient_scope winter",
	    POST("a", NULL, CALL("=?base64?c25vd+KYgw==?=")) },
	{ "an encoded name with stray bits", "400 bad_request base",
	    POST("a", NULL, CALL("=?base64?ZGVsZXRlYR==?=")) },
	{ "an encoded name in capitals", "400 bad_request base",
	    POST("a", NULL, CALL("=?BASE64?ZGVsZXRl?=")) },
	{ "an encoded name without an end", "400 bad_request base",
	    POST("a", NULL, CALL("=?base64?ZGVsZXRl")) },
	/* what can't be believed */
	{ "an older client calls a restricted tool", "400 bad_request base",
	    POST("a", SCOPE("admin files:delete"),
		OLD METHOD("tools/call") NAME("delete")) },
	{ "an older client without such headers", "400 bad_request base",
	    POST("a", SCOPE("admin"), OLD) },
	{ "no version at all", "400 bad_request base",
	    POST("a", SCOPE("admin"), METHOD("tools/list")) },
	{ "a version that is not known", "400 bad_request base",
	    POST("a", SCOPE("admin"),
		"MCP-Protocol-Version: 2027-01-01\n" METHOD("tools/list")) },
	{ "no method", "400 bad_request base", POST("a", SCOPE("admin"), NEW) },
	{ "no name", "400 bad_request base",
	    POST("a", SCOPE("admin"), NEW METHOD("tools/call")) },
	{ "two versions", "400 bad_request base",
	    POST("a", SCOPE("admin"), NEW OLD METHOD("tools/list")) },
	{ "the same version twice", "400 bad_request base",
	    POST("a", SCOPE("admin"), NEW NEW METHOD("tools/list")) },
	{ "two methods", "400 bad_request base",
	    POST("a", SCOPE("admin"),
		NEW METHOD("tools/list") METHOD("tools/call") NAME("x")) },
	{ "two names", "400 bad_request base",
	    POST("a", SCOPE("admin"), CALL("hello") NAME("delete")) },
	{ "two methods in one header", "400 bad_request base",
	    POST("a", SCOPE("admin"), NEW METHOD("tools/list, tools/call")) },
	{ "two versions in one header", "400 bad_request base",
	    POST("a", SCOPE("admin"),
		"MCP-Protocol-Version: 2026-07-28, 2025-11-25\n" METHOD(
		    "tools/list")) },
	{ "an empty method", "400 bad_request base",
	    POST("a", SCOPE("admin"), NEW METHOD("")) },
	{ "an empty name", "400 bad_request base",
	    POST("a", SCOPE("admin"), CALL("")) },
	{ "a stream of an older client", "400 bad_request base",
	    { "a", SCOPE("admin"), 0, "GET", "/mcp", OLD } },
	{ "a message by another HTTP method", "400 bad_request base",
	    { "a", SCOPE("admin"), 0, "GET", "/mcp", CALL("read_file") } },
	{ "an HTTP method that was not told", "400 bad_request base",
	    { "a", SCOPE("admin"), 0, NULL, "/mcp", CALL("read_file") } },
	{ "nobody, and nothing to be believed", "401 no_credentials base",
	    POST(NULL, NULL, OLD) },
	/* without a login */
	{ "a method for anybody", "200",
	    POST(NULL, NULL, NEW METHOD("tools/list")) },
	{ "a method that is not listed", "401 no_credentials base",
	    POST(NULL, NULL, NEW METHOD("prompts/list")) },
	{ "a method that begins so", "401 no_credentials base",
	    POST(NULL, NULL, NEW METHOD("pings")) },
	{ "initialize is not listed", "401 no_credentials base",
	    POST(NULL, NULL, NEW METHOD("initialize")) },
	{ "a method for anybody, of an older client", "401 no_credentials base",
	    POST(NULL, NULL, OLD METHOD("tools/list")) },
	{ "nobody calls a restricted tool", "401 no_credentials base",
	    POST(NULL, NULL, CALL("delete")) },
};

static const char without_rules[] =
    RULES_CHAIN("authorize = mcp\n") MCP "max-age = 10m\n";

static const struct row plain_rows[] = {
	{ "without rules older clients are served", "200",
	    POST("a", NULL, OLD) },
	{ "and those that say nothing", "200", POST("a", NULL, NULL) },
	{ "and their streams", "200", { "a", NULL, 0, "GET", "/mcp", OLD } },
	{ "and new ones", "200", POST("a", NULL, CALL("x")) },
	{ "new ones with what they need", "400 bad_request base",
	    POST("a", NULL, NEW) },
	{ "a token that is too old for all", "401 too_old base",
	    { "a", NULL, 700, "POST", "/mcp", CALL("x") } },
	{ "nobody", "401 no_credentials base", POST(NULL, NULL, CALL("x")) },
};

static const char denying[] = RULES_CHAIN("anonymous = yes\nauthorize = mcp\n")
    MCP "rules = tools/list login\notherwise = deny\n"
	"versions = 2026-07-28, 2027-03-01\n";

static const struct row deny_rows[] = {
	{ "what a rule allows", "200",
	    POST("a", NULL, NEW METHOD("tools/list")) },
	{ "a later version that is listed", "200",
	    POST("a", NULL,
		"MCP-Protocol-Version: 2027-03-01\n" METHOD("tools/list")) },
	{ "what no rule allows", "403 forbidden base",
	    POST("a", NULL, NEW METHOD("tools/call") NAME("x")) },
	{ "what no rule allows, of nobody", "401 no_credentials base",
	    POST(NULL, NULL, NEW METHOD("ping")) },
};

static const char origins[] = RULES_CHAIN("guard = origin\n") ORIGIN
    "allow = https://app.example.com, http://localhost:6274\n";

#define FROM(origin) "Origin: " origin "\n"

static const char excepted[] = RULES_CHAIN("anonymous = yes\nauthorize = mcp\n")
    MCP "rules = ping* pinger, tools/call ping x, * admin\n"
	"anonymous-methods = ping, tools/list\n";

/* The list is an exception from patterns, and no rule is lost. */
static const struct row except_rows[] = {
	{ "a method that is for everybody, not only for a pattern", "200",
	    POST(NULL, NULL, NEW METHOD("ping")) },
	{ "another one, and a rule for all methods", "200",
	    POST(NULL, NULL, NEW METHOD("tools/list")) },
	{ "what else the pattern matches", "403 insufficient_scope pinger",
	    POST("a", NULL, NEW METHOD("pings")) },
	{ "what else the rule for all methods matches",
	    "403 insufficient_scope admin",
	    POST("a", NULL, NEW METHOD("prompts/list")) },
	{ "a tool that is called as a method for everybody",
	    "403 insufficient_scope x", POST("a", NULL, CALL("ping")) },
};

static const struct row origin_rows[] = {
	{ "no origin: no browser's page", "200", POST("a", NULL, NULL) },
	{ "an origin of the list", "200",
	    POST("a", NULL, FROM("https://app.example.com")) },
	{ "one with a port", "200",
	    POST("a", NULL, FROM("http://localhost:6274")) },
	{ "another origin", "403 forbidden base",
	    POST("a", NULL, FROM("https://evil.example")) },
	{ "a name that ends so", "403 forbidden base",
	    POST("a", NULL, FROM("https://app.example.com.evil.example")) },
	{ "a name that begins otherwise", "403 forbidden base",
	    POST("a", NULL, FROM("https://x.app.example.com")) },
	{ "another port", "403 forbidden base",
	    POST("a", NULL, FROM("https://app.example.com:8443")) },
	{ "another scheme", "403 forbidden base",
	    POST("a", NULL, FROM("http://app.example.com")) },
	{ "null", "403 forbidden base", POST("a", NULL, FROM("null")) },
	{ "an empty origin", "403 forbidden base", POST("a", NULL, FROM("")) },
	{ "two origins", "403 forbidden base",
	    POST("a", NULL, FROM("https://app.example.com") FROM("null")) },
	{ "another origin without a token", "403 forbidden base",
	    POST(NULL, NULL, FROM("https://evil.example")) },
};

static void
try_rows(const char *config, const struct row *rows, size_t count)
{
	struct engine engine;
	bool opened = rules_open(&engine, config);

	ok(opened, "a configuration");
	fputs(engine.found, stderr);
	for (size_t i = 0; opened && i < count; i++) {
		const char *words = rules_words(&engine, &rows[i].request);

		ok(strcmp(words, rows[i].words) == 0, rows[i].name);
		if (strcmp(words, rows[i].words) != 0)
			printf("# wanted %s, got %s\n", rows[i].words, words);
	}
	engine_close(&engine);
}

#define TRY(config, rows) try_rows(config, rows, sizeof(rows) / sizeof(*rows))

static const struct {
	const char *name, *plugin, *found;
} faults[] = {
	{ "a rule without a method", MCP "rules = \"\"\n", "rules" },
	{ "a method that is none", MCP "rules = a|b x\n", "METHOD SCOPE" },
	{ "a star inside a method", MCP "rules = to*ls/x y\n", "METHOD SCOPE" },
	{ "a tool rule without a name", MCP "rules = tools/call\n", "no name" },
	{ "a star inside a name", MCP "rules = tools/call a*b x\n", "no name" },
	{ "a rule that asks for nothing", MCP "rules = tools/call a\n",
	    "who may" },
	{ "a rule behind one for all tools",
	    MCP "rules = tools/call * x, tools/call a y\n", "never reached" },
	{ "a rule behind one for all methods",
	    MCP "rules = * x, tools/call a y\n", "never reached" },
	{ "a rule behind one for names that begin so",
	    MCP "rules = tools/call a* x, tools/call ab y\n", "never reached" },
	{ "a rule for a method that is for everybody",
	    MCP "rules = ping x, tools/list admin\n"
		"anonymous-methods = server/discover, tools/list\n",
	    "rule 2 is never reached: anonymous-methods lists \"tools/list\"; "
	    "take it out of there, or leave the rule away" },
	{ "the first rule for a method that is for everybody",
	    MCP "rules = ping admin\nanonymous-methods = ping\n",
	    "rule 1 is never reached: anonymous-methods lists \"ping\"" },
	{ "all rules for methods that are for everybody",
	    MCP "rules = ping x, initialize y\n"
		"anonymous-methods = initialize, ping\n",
	    "rule 2 is never reached: anonymous-methods lists \"initialize\"" },
	{ "offline_access", MCP "rules = ping offline_access\n",
	    "can't be required" },
	{ "tools/call for everybody", MCP "anonymous-methods = tools/call\n",
	    "single names" },
	{ "an anonymous method that is none",
	    MCP "anonymous-methods = \"a b\"\n", "is no method" },
	{ "an age below nothing", MCP "max-age = -1s\n", "max-age" },
	{ "origins without a list", ORIGIN, "allow" },
	{ "an origin with a path", ORIGIN "allow = https://a/b\n",
	    "is no origin" },
	{ "an origin in capitals", ORIGIN "allow = https://A.example\n",
	    "is no origin" },
	{ "an origin without a scheme", ORIGIN "allow = a.example\n",
	    "is no origin" },
	{ "an origin of another scheme", ORIGIN "allow = ftp://a\n",
	    "is no origin" },
	{ "an origin without a host", ORIGIN "allow = https://\n",
	    "is no origin" },
	{ "null as an origin", ORIGIN "allow = null\n", "is no origin" },
	{ "an origin with a port of nothing", ORIGIN "allow = https://a:\n",
	    "is no origin" },
	{ "an origin with port 0", ORIGIN "allow = https://a:0\n",
	    "is no origin" },
	{ "an origin with port 65536", ORIGIN "allow = https://a:65536\n",
	    "is no origin" },
	{ "an origin with a port behind a zero",
	    ORIGIN "allow = https://a:0444\n", "is no origin" },
	{ "an origin with a port of letters", ORIGIN "allow = https://a:b\n",
	    "is no origin" },
	{ "an origin with two ports", ORIGIN "allow = https://a:1:2\n",
	    "is no origin" },
	{ "an IPv6 origin with port 0", ORIGIN "allow = \"https://[::1]:0\"\n",
	    "is no origin" },
	{ "port 443 with https", ORIGIN "allow = https://a:443\n",
	    "no browser" },
	{ "port 80 with http", ORIGIN "allow = http://a:80\n", "no browser" },
};

static void
test_faults(void)
{
	char text[4096];

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct engine engine;
		bool is_guard = strstr(faults[i].plugin, "origin") != NULL;

		(void)snprintf(text, sizeof(text), "%s%s",
		    is_guard ? RULES_CHAIN("guard = origin\n")
			     : RULES_CHAIN("authorize = mcp\n"),
		    faults[i].plugin);
		ok(!rules_open(&engine, text) &&
			strstr(engine.found, faults[i].found) != NULL,
		    faults[i].name);
		engine_close(&engine);
	}
}

static const struct {
	const char *value;
	const char *name; /* NULL: refused */
} names[] = {
	{ "a", "a" },
	{ " a ", "a" },
	{ "two words", "two words" },
	{ "=", "=" },
	{ "a=?base64?YQ==?=", "a=?base64?YQ==?=" },
	{ "=?base64?YQ==?=", "a" },
	{ "=?base64?IGEg?=", " a " },
	{ "=?base64?PT9iYXNlNjQ/eD89?=", "=?base64?x?=" },
	{ "=?base64?w6k=?=", "\xc3\xa9" },
	{ "", NULL },
	{ " ", NULL },
	{ "caf\xc3\xa9", NULL },
	{ "a\tb", NULL },
	{ "a\x7f", NULL },
	{ "=?", NULL },
	{ "=?"
	  "?=",
	    NULL },
	{ "=?base64?=", NULL },
	{ "=?base64?"
	  "?=",
	    NULL },
	{ "=?base64?YQ?=", NULL },
	{ "=?base64?YQ=?=", NULL },
	{ "=?base64?YR==?=", NULL },
	{ "=?base64?ZGVsZXRlYR==?=", NULL },
	{ "=?base64?YQ==YQ==?=", NULL },
	{ "=?base64? YQ==?=", NULL },
	{ "=?base64?YQ==?= x", NULL },
	{ "=?Base64?YQ==?=", NULL },
	{ "=?utf-8?YQ==?=", NULL },
	{ "=?base64?w6-_?=", NULL },
	{ "=?base64?/w==?=", NULL },
	{ "=?base64?AA==?=", NULL },
	{ "=?base64?YQpi?=", NULL },
};

static void
test_names(void)
{
	static char plain[MCP_NAME_MAX + 2];
	static char encoded[8 * MCP_NAME_MAX];
	struct mcp_name name;
	char what[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *fault =
		    mcp_name_read(ac_span_text(names[i].value), &name);

		(void)snprintf(what, sizeof(what), "name %zu: %s", i,
		    fault == NULL ? "taken" : fault);
		ok(names[i].name == NULL
			? fault != NULL
			: fault == NULL &&
			      ac_span_is_text(ac_span(name.text, name.len),
				  names[i].name),
		    what);
	}
	memset(plain, 'a', MCP_NAME_MAX + 1);
	ok(mcp_name_read(ac_span(plain, MCP_NAME_MAX), &name) == NULL,
	    "a name as long as it may be");
	ok(mcp_name_read(ac_span(plain, MCP_NAME_MAX + 1), &name) != NULL,
	    "a byte longer");
	/* 1024 bytes are 341 times three and one */
	(void)snprintf(encoded, sizeof(encoded), "=?base64?");
	for (size_t i = 0; i < 342; i++)
		memcpy(encoded + 9 + 4 * i, "YWFh", 4);
	memcpy(encoded + 9 + 4 * 341, "YQ==?=", 7);
	ok(mcp_name_read(ac_span_text(encoded), &name) == NULL &&
		name.len == MCP_NAME_MAX,
	    "the same encoded");
	memcpy(encoded + 9 + 4 * 341, "YWE=?=", 7);
	ok(mcp_name_read(ac_span_text(encoded), &name) != NULL,
	    "a byte longer, encoded");
	memcpy(encoded + 9 + 4 * 341, "YWFhYWFh?=", 11);
	ok(mcp_name_read(ac_span_text(encoded), &name) != NULL,
	    "more digits than there is room for");
	memset(encoded + 9, 'Y', 6000);
	memcpy(encoded + 9 + 6000, "?=", 3);
	ok(mcp_name_read(ac_span_text(encoded), &name) != NULL, "far more");
	ok(mcp_method_is_valid(ac_span(plain, MCP_METHOD_MAX)) &&
		!mcp_method_is_valid(ac_span(plain, MCP_METHOD_MAX + 1)) &&
		!mcp_method_is_valid(ac_span("a\0b", 3)),
	    "a method has its bounds too");
}

int
main(void)
{
	TRY(with_rules, rule_rows);
	TRY(without_rules, plain_rows);
	TRY(denying, deny_rows);
	TRY(excepted, except_rows);
	TRY(origins, origin_rows);
	test_faults();
	test_names();
	return done();
}
