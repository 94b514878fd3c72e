/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole of it when the k-th allocation fails, for every k: opening,
 * starting, judging, reloading.  No bad token is ever allowed, no good one
 * called bad, no memory lost, and nothing wrong is remembered: what is asked
 * again with memory enough is answered rightly.
 *
 * Some of the failures are tried in each run, spread over all; each of them
 * with AUTHCHAIN_FULL=1.  An argument names one part: files, takers, claims or
 * network.
 */
#include "engine.h"
#include "keyserver.h"
#include "shortage.h"
#include "signer.h"
#include "tap.h"

#include <inttypes.h>

#define RESOURCE "https://mcp.example/mcp"
#define ISSUER   "https://as.example"
#define SOME     100 /* failures of one kind of work */
#define MAX_K    200000
#define LONG_URI 60000
#define MANY     200 /* times the same again */

struct token {
	const char *name;
	char *text;
	bool good;
};

static struct engine engine;
static struct keyserver server;
static bool full;
static char wrong[2048]; /* the first promise that was broken, and at which k */

static void
promise(bool kept, long k, const char *name, const char *words)
{
	if (!kept && wrong[0] == '\0')
		(void)snprintf(wrong, sizeof(wrong),
		    "%.100s: %.1500s, allocation %ld", name, words, k);
}

/* From 1: each of the first, then further and further apart. */
static long
next(long k)
{
	return full || k < SOME / 2 ? k + 1 : k + 1 + k / (SOME / 4);
}

/* ---- judging ----------------------------------------------------------- */

/* With a URI that takes memory where the request has to outlive its caller. */
static uint32_t
ask(const struct token *token, char *why, size_t size)
{
	static char uri[LONG_URI];
	struct authchain_request request = { .size = sizeof(request),
		.token = { token->text, strlen(token->text) },
		.uri = { memset(uri, 'u', sizeof(uri)), sizeof(uri) } };
	struct authchain_decision *decision = NULL;
	uint32_t verdict = authchain_check(engine.ac, "t", &request, &decision);

	why[0] = '\0';
	if (decision != NULL)
		(void)snprintf(why, size, "%s (%s)",
		    authchain_reason_name(decision->reason), decision->detail);
	if (decision != NULL && decision->verdict != verdict)
		verdict = AUTHCHAIN_VERDICT_FAULT;
	authchain_decision_free(&decision);
	return verdict;
}

/* The right answer; or, when memory was short, none. */
static bool
is_right(const struct token *token, uint32_t verdict, bool was_short)
{
	if (was_short && verdict == AUTHCHAIN_VERDICT_UNAVAILABLE)
		return true;
	return verdict ==
	       (token->good ? AUTHCHAIN_VERDICT_ALLOW : AUTHCHAIN_VERDICT_DENY);
}

static bool
judge(const struct token *token, long k)
{
	char why[1200], words[400];
	bool was_short;
	uint32_t verdict;

	shortage_at(k);
	verdict = ask(token, why, sizeof(why));
	was_short = shortage_end();
	if (!is_right(token, verdict, was_short)) {
		(void)snprintf(words, sizeof(words),
		    "short of memory: %s %.300s",
		    authchain_verdict_name(verdict), why);
		promise(false, k, token->name, words);
	}
	verdict = ask(token, why, sizeof(why));
	if (!is_right(token, verdict, false)) {
		(void)snprintf(words, sizeof(words), "afterwards: %s %.300s",
		    authchain_verdict_name(verdict), why);
		promise(false, k, token->name, words);
	}
	return was_short;
}

/* What the cache retires is freed some time later: it must not pile up. */
static void
promise_bounded(const struct token *token)
{
	long before;
	int i;

	for (i = 0; i < MANY; i++)
		(void)judge(token, 1);
	before = shortage_blocks();
	for (i = 0; i < 4 * MANY; i++)
		(void)judge(token, 1);
	promise(shortage_blocks() - before < MANY, 1, token->name,
	    "memory piles up");
}

/* A leak is what grows twice by the same work; what is made once and kept
 * grows once. */
static void
test_judging(const struct token *token, bool cached)
{
	long k = 1, cases = 0;
	char name[256];

	wrong[0] = '\0';
	(void)judge(token, 0);
	for (; judge(token, k) && k < MAX_K; k = next(k)) {
		long before = shortage_blocks(), after, last;

		(void)judge(token, k);
		after = shortage_blocks();
		(void)judge(token, k);
		last = shortage_blocks();
		promise(cached || after <= before || last <= after, k,
		    token->name, "memory is lost");
		cases++;
	}
	if (cached)
		promise_bounded(token);
	(void)snprintf(name, sizeof(name), "%s%s: %ld of %ld allocations fail",
	    token->name, cached ? ", remembered" : "", cases, k - 1);
	ok(wrong[0] == '\0', name);
	if (wrong[0] != '\0')
		printf("# %s\n", wrong);
}

/* ---- from opening to closing ------------------------------------------- */

static bool
reopen(struct authchain_error *err)
{
	struct authchain_settings settings = { .size = sizeof(settings),
		.pool_threads = 1,
		.pool_queue = 4 };
	char path[256], plugins[512];

	(void)snprintf(plugins, sizeof(plugins), "%s/providers/.libs",
	    getenv("abs_top_builddir"));
	(void)snprintf(path, sizeof(path), "%s/t.conf", engine.dir);
	settings.plugin_dir = plugins;
	return authchain_open(&engine.ac, path, &settings, err) == 0;
}

static void
check_error(const struct authchain_error *err, bool was_short, long k,
    const char *what)
{
	promise(was_short, k, what, "failed with memory enough");
	promise(err->code != AUTHCHAIN_ERROR_NONE && err->text[0] != '\0', k,
	    what, "failed and did not say why");
}

/* One life: false when it went through with memory enough. */
static bool
live(const struct token *tokens, long k, bool wait)
{
	struct authchain_error err = { 0 };
	char why[1200];
	bool opened, started = false, was_short;
	int reloaded = -1;

	shortage_at(k);
	opened = reopen(&err);
	if (opened)
		started = authchain_start(engine.ac, &err) == 0;
	if (started)
		reloaded = authchain_reload(engine.ac, &err);
	for (size_t i = 0; started && tokens[i].name != NULL; i++) {
		uint32_t verdict = ask(&tokens[i], why, sizeof(why));

		promise(tokens[i].good || verdict != AUTHCHAIN_VERDICT_ALLOW, k,
		    tokens[i].name, "a bad token is allowed");
		promise(!tokens[i].good || verdict != AUTHCHAIN_VERDICT_DENY, k,
		    tokens[i].name, why);
	}
	was_short = shortage_end();
	if (reloaded != 0)
		check_error(&err, was_short, k,
		    !opened    ? "open"
		    : !started ? "start"
			       : "reload");
	for (size_t i = 0; started && tokens[i].name != NULL; i++) {
		uint32_t verdict = ask(&tokens[i], why, sizeof(why));

		promise(is_right(&tokens[i], verdict, wait), k, tokens[i].name,
		    why);
	}
	authchain_close(&engine.ac);
	return was_short;
}

static void
test_living(const char *what, const struct token *tokens, bool wait)
{
	long k = 1, cases = 0;
	char name[256];

	wrong[0] = '\0';
	(void)live(tokens, 0, true);
	for (; live(tokens, k, wait) && k < MAX_K; k = next(k)) {
		long before = shortage_blocks(), after, last;

		cases++;
		if (wait)
			continue; /* how far threads get differs */
		(void)live(tokens, k, wait);
		after = shortage_blocks();
		(void)live(tokens, k, wait);
		last = shortage_blocks();
		promise(after <= before || last <= after, k, what,
		    "memory is lost");
	}
	(void)snprintf(name, sizeof(name),
	    "%s: %ld of some %ld allocations fail", what, cases, k - 1);
	ok(wrong[0] == '\0' && cases > 50, name);
	if (wrong[0] != '\0')
		printf("# %s\n", wrong);
}

/* Each of them, in the short form as well: there are few, and one that was
 * jumped over is one that nobody has seen. */
static void
test_opening(const struct token *token)
{
	char why[1200];
	bool was_short = true;
	char name[128];
	long k = 0;

	wrong[0] = '\0';
	while (was_short && k < MAX_K) {
		struct authchain_error err = { 0 };
		bool opened;

		shortage_at(++k);
		opened = reopen(&err);
		was_short = shortage_end();
		if (!opened)
			check_error(&err, was_short, k, "open");
		else if (authchain_start(engine.ac, &err) != 0 ||
			 ask(token, why, sizeof(why)) !=
			     AUTHCHAIN_VERDICT_ALLOW)
			promise(false, k, token->name, why);
		authchain_close(&engine.ac);
	}
	(void)snprintf(name, sizeof(name),
	    "opening: each of %ld allocations fails", k - 1);
	ok(wrong[0] == '\0' && k > 50, name);
	if (wrong[0] != '\0')
		printf("# %s\n", wrong);
}

/* ---- configurations ---------------------------------------------------- */

#define CLAIMS(sub)                                                            \
	"{\"iss\":\"" ISSUER "\",\"sub\":\"" sub "\",\"aud\":\"" RESOURCE      \
	"\",\"exp\":1893456000}"
#define OWN(sub)                                                               \
	"{\"iss\":\"own\",\"sub\":\"" sub "\",\"aud\":\"" RESOURCE             \
	"\",\"iat\":1700000000,\"exp\":1893456000}"
#define SECRET "secret-secret-secret-secret-secret-secret"

static char *
broken(char *token)
{
	return signer_broken(token);
}

#define FILES(cache)                                                           \
	"[chain]\nresource = " RESOURCE "\nidentity = s, h, j, b\n"            \
	"deadline = 10s\ncache = " cache "\n"                                  \
	"[plugin s]\ntype = static\ntoken = @s\nprefix = itok_\n"              \
	"[plugin h]\ntype = hs256\nissuer = own\nsecret = @h\n"                \
	"[plugin j]\ntype = jwks\nissuer = " ISSUER "\n"                       \
	"jwks-file = @DIR@/keys.json\n"                                        \
	"algorithms = ES256, RS256, PS256, EdDSA\n"                            \
	"[plugin b]\npath = @TESTS@/scripted.so\n"                             \
	"type = scripted-blocking\nprefix = pool_\n"                           \
	"[secret s]\nenv = SHORTAGE_STATIC\npurpose = internal\n"              \
	"[secret h]\nenv = SHORTAGE_HMAC\npurpose = internal\n"

static void
open_files(bool cached)
{
	(void)engine_write(&engine, "t.conf",
	    cached ? FILES("yes") : FILES("no"));
	if (!reopen(&engine.error) || !engine_start(&engine)) {
		printf("Bail out! %s\n", engine.error.text);
		exit(99);
	}
}

/* Too long for the block of a call, so that its heir takes memory, too. */
static char *
pooled(void)
{
	char *text = calloc(1, 8001);

	if (text != NULL) {
		memset(text, 'x', 8000);
		memcpy(text, "pool_", 5);
	}
	return text;
}

static void
test_files(void)
{
	struct ac_jwk *ec = signer_key("ES256"), *rsa = signer_key("RS256");
	struct ac_jwk *ed = signer_key("EdDSA"), *hmac = signer_key("HS256");
	struct ac_jwk *keys[] = { ec, rsa, ed };
	static const char *const kids[] = { "e", "r", "d" };
	char *set = signer_set(keys, kids, 3);
	struct token tokens[] = {
		{ "a static token", strdup("itok_0123456789abcdef0123456789"),
		    true },
		{ "another static token",
		    strdup("itok_0123456789abcdef012345678X"), false },
		{ "HS256", signer_token(hmac, "HS256", NULL, OWN("h")), true },
		{ "ES256", signer_token(ec, "ES256", "e", CLAIMS("e")), true },
		{ "RS256", signer_token(rsa, "RS256", "r", CLAIMS("r")), true },
		{ "PS256", signer_token(rsa, "PS256", "r", CLAIMS("p")), true },
		{ "EdDSA", signer_token(ed, "EdDSA", "d", CLAIMS("d")), true },
		{ "ES256, no kid", signer_token(ec, "ES256", NULL, CLAIMS("n")),
		    true },
		{ "HS256, forged", NULL, false },
		{ "ES256, forged", NULL, false },
		{ "RS256, forged", NULL, false },
		{ "EdDSA, forged", NULL, false },
		{ "expired",
		    signer_token(ec, "ES256", "e",
			"{\"iss\":\"" ISSUER "\",\"sub\":\"x\",\"aud\":"
			"\"" RESOURCE "\",\"exp\":1}"),
		    false },
		{ "nobody's", strdup("abc"), false },
		{ "one that a pool's thread judges", pooled(), true },
		{ NULL, NULL, false },
	};

	tokens[8].text = broken(tokens[2].text);
	tokens[9].text = broken(tokens[3].text);
	tokens[10].text = broken(tokens[4].text);
	tokens[11].text = broken(tokens[6].text);
	(void)setenv("SHORTAGE_STATIC", tokens[0].text, 1);
	(void)setenv("SHORTAGE_HMAC", SECRET, 1);
	/* a folder first, since the keys must be there before they are read */
	(void)engine_open(&engine, "");
	(void)engine_write(&engine, "keys.json", set);
	for (size_t cached = 0; cached < 2; cached++) {
		open_files(cached == 1);
		for (size_t i = 0; tokens[i].name != NULL; i++)
			test_judging(&tokens[i], cached == 1);
		authchain_close(&engine.ac);
	}
	test_living("from opening to closing", tokens, false);
	(void)engine_write(&engine, "t.conf",
	    "[chain]\nresource = " RESOURCE "\nidentity = j, s\n"
	    "[plugin j]\ntype = jwks\nissuer = " ISSUER "\n"
	    "jwks-file = @DIR@/keys.json\nalgorithms = RS256\n"
	    "[plugin s]\ntype = static\ntoken = @s\n"
	    "[secret s]\nenv = SHORTAGE_STATIC\npurpose = internal\n");
	test_opening(&tokens[4]);
	engine_close(&engine);
	for (size_t i = 0; tokens[i].name != NULL; i++)
		free(tokens[i].text);
	for (size_t i = 0; i < 3; i++)
		ac_jwk_free(&keys[i]);
	ac_jwk_free(&hmac);
	free(set);
}

/* Whose token it is can't be told without memory: then it is not left to the
 * next, who would take any. */
static void
test_takers(void)
{
	struct ac_jwk *key = signer_key("ES256");
	char *set = signer_set_of(key, "e");
	struct token good = { "good",
		signer_token(key, "ES256", "e", CLAIMS("e")), true };
	struct token forged = { "forged, and the next takes any",
		broken(good.text), false };

	(void)engine_open(&engine, "");
	(void)engine_write(&engine, "keys.json", set);
	(void)engine_write(&engine, "t.conf",
	    "[chain]\nresource = " RESOURCE "\nidentity = j, any\n"
	    "[plugin j]\ntype = jwks\nissuer = " ISSUER "\n"
	    "jwks-file = @DIR@/keys.json\nalgorithms = ES256\n"
	    "[plugin any]\npath = @TESTS@/scripted.so\ntype = scripted\n"
	    "claim = mine\nverify = accept\nsubject = anybody\n");
	if (!reopen(&engine.error) || !engine_start(&engine)) {
		printf("Bail out! %s\n", engine.error.text);
		exit(99);
	}
	/* what is kept for the next call is there then */
	for (int i = 0; i < MANY; i++)
		(void)judge(&good, 1);
	test_judging(&forged, false);
	authchain_close(&engine.ac);
	engine_close(&engine);
	ac_jwk_free(&key);
	free(good.text);
	free(forged.text);
	free(set);
}

/* What asks for the claims of a remembered token has them read first. */
static void
test_claims(void)
{
	struct token tokens[] = { { "one whose claims are asked for",
				      strdup("good"), true },
		{ "one that its claims revoke", strdup("revoked-1"), false } };

	(void)engine_open(&engine, "");
	(void)engine_write(&engine, "t.conf",
	    "[chain]\nidentity = a\nauthorize = z\n"
	    "[plugin a]\ntype = remembers\npath = @TESTS@/remembers.so\n"
	    "remember = 60s\n"
	    "[plugin z]\ntype = remembers\npath = @TESTS@/remembers.so\n");
	if (!reopen(&engine.error) || !engine_start(&engine)) {
		printf("Bail out! %s\n", engine.error.text);
		exit(99);
	}
	for (size_t i = 0; i < 2; i++) {
		test_judging(&tokens[i], true);
		free(tokens[i].text);
	}
	authchain_close(&engine.ac);
	engine_close(&engine);
}

static void
serve(const char *set)
{
	char rule[4096];

	(void)snprintf(rule, sizeof(rule),
	    "{\"path\": \"/jwks\", \"body\": %s}", set);
	keyserver_rule(&server, rule);
	keyserver_rule(&server,
	    "{\"path\": \"/introspect\", \"body\": {\"active\": false}}");
	keyserver_rule(&server,
	    "{\"path\": \"/introspect\", \"match\": \"token=opaque-good&\", "
	    "\"body\": {\"active\": true, \"sub\": \"bob\", \"aud\": "
	    "\"" RESOURCE "\"}}");
}

static void
test_network(void)
{
	struct ac_jwk *key = signer_key("ES256");
	char *set = signer_set_of(key, "e");
	char config[2048];
	struct token tokens[] = {
		{ "by fetched keys",
		    signer_token(key, "ES256", "e", CLAIMS("e")), true },
		{ "by fetched keys, forged", NULL, false },
		{ "introspected", strdup("opaque-good"), true },
		{ "introspected, unknown", strdup("opaque-bad"), false },
		{ NULL, NULL, false },
	};

	tokens[1].text = broken(tokens[0].text);
	(void)setenv("SHORTAGE_RS", "s3cret", 1);
	keyserver_start(&server, NULL);
	serve(set);
	(void)snprintf(config, sizeof(config),
	    "[chain]\nresource = " RESOURCE "\nidentity = j, o\n"
	    "deadline = 10s\n"
	    "[plugin j]\ntype = jwks\nissuer = " ISSUER "\n"
	    "jwks-uri = http://127.0.0.1:%u/jwks\nalgorithms = ES256\n"
	    "cooldown = 1s\ninsecure-http = yes\n"
	    "[plugin o]\ntype = oauth\ninsecure-http = yes\n"
	    "introspection-endpoint = http://127.0.0.1:%u/introspect\n"
	    "client-id = rs\nclient-secret = @rs\n"
	    "[secret rs]\nenv = SHORTAGE_RS\npurpose = external\n",
	    server.port, server.port);
	if (!engine_open(&engine, config)) {
		printf("Bail out! %s%s\n", engine.found, engine.error.text);
		exit(99);
	}
	authchain_close(&engine.ac);
	test_living("with a key server and introspection", tokens, true);
	engine_close(&engine);
	keyserver_stop(&server);
	for (size_t i = 0; tokens[i].name != NULL; i++)
		free(tokens[i].text);
	ac_jwk_free(&key);
	free(set);
}

static const struct {
	const char *name;
	void (*run)(void);
} parts[] = {
	{ "files", test_files },
	{ "takers", test_takers },
	{ "claims", test_claims },
	{ "network", test_network },
};

int
main(int argc, char **argv)
{
	if (!shortage_works()) {
		puts("1..0 # SKIP a sanitizer has its own malloc");
		return 0;
	}
	full = getenv("AUTHCHAIN_FULL") != NULL;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (argc < 2 || strcmp(argv[1], parts[i].name) == 0)
			parts[i].run();
	return done();
}
