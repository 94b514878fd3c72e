/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules of key sets that doc/keys.md lists, in the engine and against a
 * key server: whose key a kid is, what a rotation does at which moment, what
 * is remembered of a verdict and when that ends, and what a restart needs.
 */
#include "engine.h"
#include "keyserver.h"
#include "keystate.h"
#include "scratch.h"
#include "signer.h"
#include "tap.h"

#include "base/clock.h"

#define RESOURCE    "https://mcp.example/mcp"
#define PATIENCE_MS 900     /* of the provider, and a little less */
#define COOLDOWN_US 1050000 /* cooldown = 1s, and a little more */
#define FLAPS       ((size_t)8)

static struct keyserver server;
static struct engine engine;
static struct ac_jwk *key1, *key2;

/* ---- what is served ---- */

static void
serve(const char *path, const char *rule)
{
	char text[8192];

	(void)snprintf(text, sizeof(text), "{\"path\": \"%s\", %s}", path,
	    rule);
	keyserver_rule(&server, text);
}

static void
serve_set(const char *path, char *set, const char *more)
{
	char rule[4096];

	(void)snprintf(rule, sizeof(rule), "\"body\": %s%s", set, more);
	serve(path, rule);
	free(set);
}

static void
serve_key(const char *path, const struct ac_jwk *key, const char *kid)
{
	serve_set(path, signer_set_of(key, kid), "");
}

static char *
both_keys(void)
{
	struct ac_jwk *const keys[] = { key1, key2 };
	const char *const kids[] = { "k1", "k2" };

	return signer_set(keys, kids, 2);
}

/* ---- configurations ---- */

#define CHAIN(identity)                                                        \
	"[chain]\nresource = " RESOURCE "\ndeadline = 60s\n"                   \
	"identity = " identity "\n"

/* An entry for https://NAME.example with its keys at /NAME; the caller's. */
static char *
entry_with(const char *name, const char *more)
{
	struct ac_buf text;

	ac_buf_init(&text, 4096);
	ac_buf_format(&text,
	    "[plugin %s]\ntype = jwks\nissuer = https://%s.example\n"
	    "jwks-uri = http://127.0.0.1:%u/%s\nalgorithms = ES256\n"
	    "cooldown = 1s\ninsecure-http = yes\n%s\n",
	    name, name, server.port, name, more);
	return ac_buf_take(&text);
}

static char *
config_of_a(const char *more)
{
	char *entry = entry_with("a", more);
	struct ac_buf text;

	ac_buf_init(&text, 8192);
	ac_buf_text(&text, CHAIN("a"));
	ac_buf_text(&text, entry);
	free(entry);
	return ac_buf_take(&text);
}

static void
open_text(char *text)
{
	if (!engine_open(&engine, text) || !engine_start(&engine)) {
		printf("Bail out! %s %s\n", engine.error.text, engine.found);
		exit(99);
	}
	free(text);
}

/* Entry a, with its keys fetched. */
static void
open_warm(const char *more)
{
	open_text(config_of_a(more));
	(void)keystate_after(&engine, "a", 1);
}

/* ---- tokens ---- */

static char *
token_until(const char *issuer, const struct ac_jwk *key, const char *kid,
    int64_t exp_s)
{
	char claims[512];

	(void)snprintf(claims, sizeof(claims),
	    "{\"iss\":\"https://%s.example\",\"sub\":\"alice\",\"aud\":"
	    "\"" RESOURCE "\",\"exp\":%lld}",
	    issuer, (long long)exp_s);
	return signer_token(key, "ES256", kid, claims);
}

static char *
token_of(const char *issuer, const struct ac_jwk *key, const char *kid)
{
	return token_until(issuer, key, kid, 4102444800);
}

/* What comes of a token: "200 none", "200 remembered", "401 expired". */
static const char *
verdict(const char *token)
{
	static char words[128];
	struct authchain_decision *decision = engine_check(&engine, token);

	(void)snprintf(words, sizeof(words), "%u %s", decision->status,
	    decision->cached != 0 ? "remembered"
				  : authchain_reason_name(decision->reason));
	authchain_decision_free(&decision);
	return words;
}

static void
is_verdict(const char *wanted, const char *token, const char *name)
{
	const char *got = verdict(token);

	ok(strcmp(wanted, got) == 0, name);
	if (strcmp(wanted, got) != 0)
		printf("# %s, not %s\n", got, wanted);
}

static bool
is_allowed(const char *token)
{
	return strncmp(verdict(token), "200", 3) == 0;
}

/* ---- the rules ---- */

static void
test_two_issuers(void)
{
	char *a = entry_with("a", ""), *b = entry_with("b", "");
	char *by_a = token_of("a", key1, "k1"),
	     *by_b = token_of("b", key2, "k1");
	char *a_as_b = token_of("b", key1, "k1");
	char *b_as_a = token_of("a", key2, "k1");
	struct ac_buf text;

	serve_key("/a", key1, "k1");
	serve_key("/b", key2, "k1");
	ac_buf_init(&text, 8192);
	ac_buf_format(&text, CHAIN("a, b") "%s%s", a, b);
	open_text(ac_buf_take(&text));
	(void)keystate_after(&engine, "a", 1);
	(void)keystate_after(&engine, "b", 1);
	is_verdict("200 none", by_a,
	    "the same kid at two issuers: each by its own key");
	is_verdict("200 none", by_b,
	    "the same kid at two issuers: the other too");
	is_verdict("401 bad_signature", a_as_b,
	    "the same kid at two issuers: not by the other's key");
	is_verdict("401 bad_signature", b_as_a,
	    "the same kid at two issuers: nor the other way round");
	engine_close(&engine);
	free(a);
	free(b);
	free(by_a);
	free(by_b);
	free(a_as_b);
	free(b_as_a);
}

static void
test_rekey(void)
{
	char *old = token_of("a", key1, "k1"), *new = token_of("a", key2, "k1");
	int64_t asked_ms;

	serve_key("/a", key1, "k1");
	open_warm("");
	is_verdict("200 none", old, "rekey: the key as it was");
	serve_key("/a", key2, "k1");
	asked_ms = ac_clock_monotonic_ms();
	/* which does not wait for longer than a second */
	if (!is_allowed(new) &&
	    ac_clock_monotonic_ms() - asked_ms >= PATIENCE_MS)
		(void)keystate_after(&engine, "a", 2);
	ok(is_allowed(new),
	    "a rekey under the same kid is found by the first token that "
	    "needs it");
	is_verdict("401 bad_signature", old,
	    "rekey: the old key is gone, and what was remembered by it");
	ok(keystate_of(&engine, "a").fetches == 2, "rekey: one fetch found it");
	engine_close(&engine);
	free(old);
	free(new);
}

static void
quietly(void *arg, struct authchain_decision *decision)
{
	*(uint32_t *)arg = decision->status;
	authchain_decision_free(&decision);
}

static void
test_rotation_in_flight(void)
{
	char *old = token_of("a", key1, "k1"), *new = token_of("a", key2, "k2");
	struct authchain_request request = { .size = sizeof(request),
		.token = ac_span_text(new) };
	uint32_t waited = 0;
	struct keystate before, after;

	serve_key("/a", key1, "k1");
	open_warm("cache = 0s\n");
	serve_set("/a", both_keys(), ", \"hold\": true");
	authchain_submit(engine.ac, "t", &request, quietly, &waited);
	before = keystate_of(&engine, "a");
	is_verdict("200 none", old,
	    "rotation in flight: a known kid is answered meanwhile");
	after = keystate_of(&engine, "a");
	ok(before.fetching && after.fetching && waited == 0,
	    "rotation in flight: and did not wait for the fetch");
	serve_set("/a", both_keys(), "");
	(void)keystate_after(&engine, "a", 2);
	for (int i = 0; i < 3000 && waited == 0; i++) {
		(void)authchain_dispatch(engine.ac);
		(void)usleep(10000);
	}
	ok(waited == 200, "rotation in flight: the new kid waits for it");
	is_verdict("200 none", old, "rotation in flight: the old one goes on");
	ok(keyserver_count(&server, "/a") >= 2 &&
		keystate_of(&engine, "a").fetches == 2,
	    "rotation in flight: one fetch was all");
	engine_close(&engine);
	free(old);
	free(new);
}

/* Have the set fetched anew, by a kid that nobody has. */
static void
refresh(void)
{
	static unsigned int count;
	int64_t fetches = keystate_of(&engine, "a").fetches;
	char kid[32], *token;

	(void)snprintf(kid, sizeof(kid), "nobody-%u", count++);
	token = token_of("a", key1, kid);
	(void)usleep(COOLDOWN_US);
	(void)verdict(token);
	(void)keystate_after(&engine, "a", fetches + 1);
	free(token);
}

static void
test_key_removed(void)
{
	char *old = token_of("a", key1, "k1"),
	     *stays = token_of("a", key2, "k2");

	serve_set("/a", both_keys(), "");
	open_warm("");
	is_verdict("200 none", old, "key removed: it served");
	is_verdict("200 remembered", old, "key removed: and is remembered");
	is_verdict("200 none", stays, "key removed: another serves too");
	serve_key("/a", key2, "k2");
	refresh();
	is_verdict("401 unknown_kid", old,
	    "a key that left the set stops at the next refresh, what was "
	    "remembered included");
	is_verdict("200 none", stays, "key removed: the other goes on");
	serve_set("/a", both_keys(), "");
	refresh();
	is_verdict("200 none", old, "key removed: when it is back it serves");
	engine_close(&engine);
	free(old);
	free(stays);
}

static void
test_exp_while_remembered(void)
{
	char *token = NULL;
	int64_t exp_s = 0;
	bool remembered = false;

	serve_key("/a", key1, "k1");
	open_warm("leeway = 0s\n");
	/* a machine that is busy may take as long as a short token lives */
	for (int life_s = 2; life_s < 60 && !remembered; life_s *= 2) {
		free(token);
		exp_s = ac_clock_wall_ms() / 1000 + life_s;
		token = token_until("a", key1, "k1", exp_s);
		remembered = is_allowed(token) &&
			     strcmp(verdict(token), "200 remembered") == 0;
	}
	ok(remembered, "exp: a token that ends soon is remembered");
	while (ac_clock_wall_ms() < exp_s * 1000 + 20)
		(void)usleep(20000);
	is_verdict("401 expired", token,
	    "exp reached while the verdict is remembered ends it");
	engine_close(&engine);
	free(token);
}

static void
test_audience_changed(void)
{
	char *token = token_of("a", key1, "k1");
	char *text = config_of_a("audience = https://other.example\n");

	serve_key("/a", key1, "k1");
	open_warm("");
	is_verdict("200 none", token, "audience: as configured");
	is_verdict("200 remembered", token, "audience: remembered");
	ok(engine_write(&engine, "t.conf", text) &&
		authchain_reload(engine.ac, &engine.error) == 0,
	    "audience: another by a reload");
	is_verdict("401 wrong_audience", token,
	    "an audience changed by a reload ends what was remembered");
	ok(keystate_of(&engine, "a").fetches == 1,
	    "audience: the keys outlive the reload");
	engine_close(&engine);
	free(token);
	free(text);
}

static void
test_stale_while_remembered(void)
{
	char *token = token_of("a", key1, "k1");

	serve_key("/a", key1, "k1");
	open_warm("max-stale = 3s\n");
	is_verdict("200 none", token, "max-stale: keys at hand");
	serve("/a", "\"mode\": \"down\"");
	for (int i = 0; i < 3000 && is_allowed(token); i++)
		(void)usleep(10000);
	is_verdict("503 keys_unavailable", token,
	    "keys that are too old serve no more, what was remembered "
	    "included");
	serve_key("/a", key1, "k1");
	for (int i = 0; i < 9000 && !is_allowed(token); i++)
		(void)usleep(10000);
	ok(is_allowed(token), "max-stale: the server is back, and so are they");
	engine_close(&engine);
	free(token);
}

static void
test_last_good(void)
{
	char *token = token_of("a", key1, "k1"),
	     *stray = token_of("a", key2, "k2");
	char more[512];
	uint64_t began_us;

	(void)snprintf(more, sizeof(more), "last-good = %s\n",
	    scratch_path("copy"));
	serve("/a", "\"mode\": \"down\"");
	open_text(config_of_a(more));
	is_verdict("503 keys_unavailable", token,
	    "without a last-good copy and with the key server down: 503");
	serve_key("/a", key1, "k1");
	for (int i = 0; i < 9000 && !is_allowed(token); i++)
		(void)usleep(10000);
	ok(is_allowed(token), "and recovery without a restart");
	engine_close(&engine);

	serve("/a", "\"mode\": \"stall\"");
	began_us = ac_clock_monotonic_us();
	open_text(config_of_a(more));
	is_verdict("200 none", token,
	    "with a last-good copy and the key server hanging the first "
	    "decision after a restart is right");
	printf("# %llu us from opening to it\n",
	    (unsigned long long)(ac_clock_monotonic_us() - began_us));
	ok(keystate_of(&engine, "a").fetches == 0 &&
		keystate_of(&engine, "a").fetching,
	    "and came before any answer of the key server");
	engine_close(&engine);

	serve_key("/a", key2, "k2");
	open_text(config_of_a(more));
	(void)keystate_after(&engine, "a", 1);
	is_verdict("200 none", stray,
	    "a rotation that was missed while it was down is made up for");
	is_verdict("401 unknown_kid", token,
	    "and the copy's key, which is gone, serves no more");
	engine_close(&engine);
	free(token);
	free(stray);
}

static void
test_flapping(void)
{
	char *token = token_of("a", key1, "k1"),
	     *forged = token_of("a", key2, "k1");
	size_t wrong = 0, known = 0;
	int64_t began_ms = ac_clock_monotonic_ms(), passed_s;

	serve_key("/a", key1, "k1");
	open_warm("cache = 0s\n");
	for (size_t i = 0; i < FLAPS; i++) {
		if (i % 2 == 0)
			serve("/a", "\"mode\": \"reset\"");
		else
			serve_key("/a", key1, "k1");
		for (int n = 0; n < 20; n++) {
			char kid[32], *stray;

			(void)snprintf(kid, sizeof(kid), "stray-%zu-%d", i, n);
			stray = token_of("a", key2, kid);
			known += is_allowed(token);
			wrong += is_allowed(forged) || is_allowed(stray);
			free(stray);
			(void)usleep(20000);
		}
	}
	passed_s = (ac_clock_monotonic_ms() - began_ms) / 1000;
	ok(known == FLAPS * 20, "flapping: a known kid is always answered");
	ok(wrong == 0, "flapping: nobody else gets in");
	ok(keystate_of(&engine, "a").fetches <= 2 + 2 * passed_s,
	    "flapping: the server is asked within the cool-down and its "
	    "pauses");
	engine_close(&engine);
	free(token);
	free(forged);
}

int
main(void)
{
	key1 = signer_key("ES256");
	key2 = signer_key("ES256");
	scratch_make();
	keyserver_start(&server, NULL);
	test_two_issuers();
	test_rekey();
	test_rotation_in_flight();
	test_key_removed();
	test_exp_while_remembered();
	test_audience_changed();
	test_stale_while_remembered();
	test_last_good();
	test_flapping();
	keyserver_stop(&server);
	scratch_remove();
	ac_jwk_free(&key1);
	ac_jwk_free(&key2);
	return done();
}
