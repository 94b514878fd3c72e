/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jwks and oauth in the engine, against a server that comes, goes and rotates
 * its keys, while threads present good tokens and forgeries and the
 * configuration is loaded anew.
 */
#include "engine.h"
#include "keyserver.h"
#include "signer.h"
#include "tap.h"

#include <pthread.h>
#include <stdatomic.h>

#define RESOURCE "https://mcp.example/mcp"
#define THREADS  4
#define ROUNDS   12

static struct keyserver server;
static struct engine engine;
static char *good, *fresh, *forged, *stray, *expired;
static char *set_old, *set_both;

static void
serve(const char *path, const char *more)
{
	char rule[8192];

	(void)snprintf(rule, sizeof(rule), "{\"path\": \"%s\", %s}", path,
	    more);
	keyserver_rule(&server, rule);
}

static void
serve_keys(const char *set)
{
	char body[4096];

	(void)snprintf(body, sizeof(body), "\"body\": %s", set);
	serve("/jwks", body);
}

static void
serve_all(void)
{
	char metadata[512];

	(void)snprintf(metadata, sizeof(metadata),
	    "\"body\": {\"issuer\": \"http://127.0.0.1:%u\"}", server.port);
	serve("/.well-known/oauth-authorization-server", metadata);
	serve("/introspect", "\"body\": {\"active\": false}");
	serve("/introspect",
	    "\"match\": \"token=opaque-good&\", \"body\": {\"active\": true, "
	    "\"sub\": \"bob\", \"aud\": \"" RESOURCE "\"}");
	serve_keys(set_old);
}

static bool
open_engine(void)
{
	char text[2048];

	(void)snprintf(text, sizeof(text),
	    "[chain]\n"
	    "resource = " RESOURCE "\n"
	    "identity = jwks, oauth\n"
	    "challenge = oauth\n"
	    "deadline = 60s\n"
	    "[plugin jwks]\n"
	    "issuer = https://as.example\n"
	    "jwks-uri = http://127.0.0.1:%u/jwks\n"
	    "algorithms = ES256\n"
	    "cooldown = 1s\n"
	    "insecure-http = yes\n"
	    "[plugin oauth]\n"
	    "authorization-servers = http://127.0.0.1:%u\n"
	    "scopes = openid\n"
	    "introspection-endpoint = http://127.0.0.1:%u/introspect\n"
	    "client-id = rs\n"
	    "client-secret = @rs\n"
	    "insecure-http = yes\n"
	    "[secret rs]\n"
	    "env = RS_SECRET\n"
	    "purpose = external\n",
	    server.port, server.port, server.port);
	return engine_open(&engine, text) && engine_start(&engine);
}

static bool
comes_to(const char *token, uint32_t status, const char *reason)
{
	struct authchain_decision *decision = engine_check(&engine, token);
	bool same =
	    decision->status == status &&
	    strcmp(authchain_reason_name(decision->reason), reason) == 0;

	if (!same)
		printf("# %u %s: %s\n", decision->status,
		    authchain_reason_name(decision->reason), decision->detail);
	authchain_decision_free(&decision);
	return same;
}

static bool
allowed(const char *token)
{
	struct authchain_decision *decision = engine_check(&engine, token);
	bool yes = decision->verdict == AUTHCHAIN_VERDICT_ALLOW;

	authchain_decision_free(&decision);
	return yes;
}

static void
test_start_without_server(void)
{
	keyserver_rule(&server, "{\"path\": \"*\", \"mode\": \"503\"}");
	if (!open_engine()) {
		printf("Bail out! %s %s\n", engine.error.text, engine.found);
		exit(99);
	}
	ok(comes_to(good, 503, "keys_unavailable"),
	    "the key server is down: no verdict on a good token");
	ok(comes_to(forged, 503, "keys_unavailable"), "nor on a forged one");
	ok(comes_to(expired, 401, "expired"),
	    "but one that has expired is refused");
	ok(comes_to("opaque-good", 503, "dependency_unavailable"),
	    "nobody can be asked about an opaque token");
	serve_all();
	for (int i = 0; i < 600 && !allowed(good); i++)
		(void)usleep(100000);
	ok(comes_to(good, 200, "none"), "the server comes up: accepted");
	ok(comes_to(forged, 401, "bad_signature"), "the forgery is refused");
	ok(comes_to("opaque-good", 200, "none"), "the opaque token is good");
	ok(comes_to("opaque-bad", 401, "unknown_token"), "another is not");
}

static void
test_documents(void)
{
	static const char *const paths[] = {
		"/.well-known/oauth-protected-resource/mcp",
		"/.well-known/oauth-protected-resource",
		"/.well-known/oauth-authorization-server"
	};
	struct authchain_decision *decision = engine_check(&engine, NULL);

	for (size_t i = 0; i < 3; i++) {
		struct authchain_document *document = NULL;

		/* the server's metadata is tried again after a failure */
		for (int n = 0; n < 600 && document == NULL; n++) {
			if (authchain_document_get(engine.ac, paths[i],
				&document) != 0)
				(void)usleep(100000);
		}
		ok(document != NULL &&
			strcmp(document->content_type, "application/json") == 0,
		    paths[i]);
		authchain_document_free(&document);
	}
	ok(strstr(decision->www_authenticate, "scope=\"openid\"") != NULL &&
		strstr(decision->www_authenticate,
		    "resource_metadata=\"https://mcp.example/.well-known/"
		    "oauth-protected-resource/mcp\"") != NULL &&
		strstr(decision->www_authenticate, "error") == NULL,
	    "the challenge leads there");
	authchain_decision_free(&decision);
}

/* ---- threads ---- */

struct worker {
	pthread_t thread;
	unsigned long good, good_refused, bad_allowed;
};

static _Atomic bool stopping;

static void *
work(void *arg)
{
	struct worker *worker = arg;

	while (!stopping) {
		worker->good += 2;
		worker->good_refused += !allowed(good);
		worker->good_refused += !allowed("opaque-good");
		worker->bad_allowed += allowed(forged);
		worker->bad_allowed += allowed(stray);
		worker->bad_allowed += allowed(expired);
		worker->bad_allowed += allowed("opaque-bad");
	}
	return NULL;
}

static void
test_threads(void)
{
	struct worker workers[THREADS] = { 0 };
	unsigned long seen = 0, refused = 0, forgeries = 0;

	for (size_t i = 0; i < THREADS; i++)
		(void)pthread_create(&workers[i].thread, NULL, work,
		    &workers[i]);
	for (int round = 0; round < ROUNDS; round++) {
		serve_keys(round % 2 == 0 ? set_both : set_old);
		(void)usleep(100000);
		if (round % 4 == 3 &&
		    authchain_reload(engine.ac, &engine.error) != 0)
			refused++;
	}
	stopping = true;
	for (size_t i = 0; i < THREADS; i++) {
		(void)pthread_join(workers[i].thread, NULL);
		seen += workers[i].good;
		refused += workers[i].good_refused;
		forgeries += workers[i].bad_allowed;
	}
	ok(seen > 0 && refused == 0,
	    "while keys rotate and the configuration is reloaded no good "
	    "token is refused");
	ok(forgeries == 0, "and no forgery gets in");
	printf("# %lu good tokens\n", seen);
}

static void
test_rotation(void)
{
	serve_keys(set_both);
	(void)usleep(1100000); /* the cool-down */
	for (int i = 0; i < 300 && !allowed(fresh); i++)
		(void)usleep(100000);
	ok(comes_to(fresh, 200, "none"), "a new key is found");
	serve("/jwks", "\"mode\": \"down\"");
	ok(comes_to(good, 200, "none") && comes_to(fresh, 200, "none"),
	    "the key server dies: known keys serve");
	ok(comes_to(forged, 401, "bad_signature"),
	    "a forgery under a known kid is refused");
	(void)usleep(1100000);
	ok(comes_to(stray, 503, "keys_unavailable"),
	    "an unknown kid can't be judged");
}

static void
make_tokens(void)
{
	static const char claims[] =
	    "{\"iss\":\"https://as.example\",\"sub\":\"alice\",\"aud\":"
	    "\"" RESOURCE "\",\"exp\":%s}";
	const char *const kids[] = { "k1", "k2" };
	char lasting[512], over[512];
	struct ac_jwk *keys[2];
	struct ac_jwk *stranger = signer_key("ES256");

	keys[0] = signer_key("ES256");
	keys[1] = signer_key("ES256");
	(void)snprintf(lasting, sizeof(lasting), claims, "4102444800");
	(void)snprintf(over, sizeof(over), claims, "1000000000");
	good = signer_token(keys[0], "ES256", "k1", lasting);
	fresh = signer_token(keys[1], "ES256", "k2", lasting);
	forged = signer_token(stranger, "ES256", "k1", lasting);
	stray = signer_token(stranger, "ES256", "k9", lasting);
	expired = signer_token(keys[0], "ES256", "k1", over);
	set_old = signer_set_of(keys[0], "k1");
	set_both = signer_set(keys, kids, 2);
	ac_jwk_free(&keys[0]);
	ac_jwk_free(&keys[1]);
	ac_jwk_free(&stranger);
}

int
main(void)
{
	(void)setenv("RS_SECRET", "a-secret-of-the-resource-server", 1);
	make_tokens();
	keyserver_start(&server, NULL);
	test_start_without_server();
	test_documents();
	test_threads();
	test_rotation();
	ok(strstr(engine.logged, "a-secret-of") == NULL &&
		strstr(engine.logged, "opaque-good") == NULL,
	    "no secret and no token in the log");
	engine_close(&engine);
	keyserver_stop(&server);
	free(good);
	free(fresh);
	free(forged);
	free(stray);
	free(expired);
	free(set_old);
	free(set_both);
	return done();
}
