/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tokens are judged by several threads while the key server rotates, the set
 * is fetched anew, the configuration is reloaded and verdicts are forgotten,
 * all at once.  Each verdict must be one that was right at some moment of its
 * call.  A few seconds, or as many as AUTHCHAIN_STRESS says; made for the
 * thread sanitizer.
 */
#include "engine.h"
#include "keyserver.h"
#include "keystate.h"
#include "signer.h"
#include "tap.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "engine/chain.h"
#include "engine/service.h"

#define RESOURCE "https://mcp.example/mcp"
#define THREADS  4
#define SECONDS  6
#define PAUSE_US 300

enum {
	KEY1,
	KEY2,
	KEY3,
	KEYS
};

/* What the server serves, in turn: keys by their bits. */
static const unsigned int sets[] = { 1u << KEY1, 1u << KEY1 | 1u << KEY2,
	1u << KEY2, 1u << KEY3 | 1u << KEY2 };
#define SETS (sizeof(sets) / sizeof(sets[0]))
/* KEY3 takes the kid of KEY1 over. */
static const char *const kids[KEYS] = { "k1", "k2", "k1" };

static struct keyserver server;
static struct engine engine;
static char *served[SETS];
static char *tokens[KEYS], *forged, *unknown, *expired;

/*
 * At an even moment 2n only set n can be in use; at the odd one after it, while
 * the rotation is on its way, set n or set n + 1.
 */
static _Atomic unsigned long moment;
static _Atomic bool stopping;

/* Was there, between two moments, a set with that key (or without it)? */
static bool
was_right(int key, bool with, unsigned long from, unsigned long to)
{
	for (unsigned long at = from / 2; at <= (to + 1) / 2; at++)
		if (((sets[at % SETS] >> key & 1u) != 0) == with)
			return true;
	return false;
}

struct worker {
	pthread_t thread;
	unsigned long allowed, denied, unjudged, remembered, wrong;
};

static void
count(struct worker *worker, const struct authchain_decision *decision)
{
	worker->allowed += decision->verdict == AUTHCHAIN_VERDICT_ALLOW;
	worker->denied += decision->verdict == AUTHCHAIN_VERDICT_DENY;
	worker->unjudged += decision->verdict == AUTHCHAIN_VERDICT_UNAVAILABLE;
	worker->remembered += decision->cached != 0;
}

/* key: whose token it is, or KEYS for one that is never good. */
static void
judge(struct worker *worker, const char *token, int key)
{
	unsigned long from = moment, to;
	struct authchain_decision *decision = engine_check(&engine, token);
	bool allowed = decision->verdict == AUTHCHAIN_VERDICT_ALLOW;
	bool denied = decision->verdict == AUTHCHAIN_VERDICT_DENY;
	bool wrong;

	to = moment;
	if (key == KEYS)
		wrong = allowed;
	else
		wrong = (allowed && !was_right(key, true, from, to)) ||
			(denied && !was_right(key, false, from, to));
	if (decision->verdict == AUTHCHAIN_VERDICT_FAULT)
		wrong = true;
	if (wrong)
		printf("# wrong: %d at %lu..%lu: %u %s\n", key, from, to,
		    decision->status, decision->detail);
	worker->wrong += wrong;
	count(worker, decision);
	authchain_decision_free(&decision);
}

static void *
work(void *arg)
{
	struct worker *worker = arg;

	while (!stopping) {
		for (int key = 0; key < KEYS; key++)
			judge(worker, tokens[key], key);
		judge(worker, forged, KEYS);
		judge(worker, unknown, KEYS);
		judge(worker, expired, KEYS);
		(void)usleep(PAUSE_US);
	}
	return NULL;
}

/* Reloads, and says that everything is to be forgotten. */
static void *
disturb(void *arg)
{
	unsigned long *failures = arg;
	struct authchain_error err = { 0 };

	for (unsigned int n = 0; !stopping; n++) {
		struct ac_generation *now = ac_runtime_acquire(engine.ac);

		ac_service_host()->forget(now->chains[0].entries[0]);
		ac_generation_unpin(&now, NULL);
		if (n % 8 == 7)
			*failures += authchain_reload(engine.ac, &err) != 0;
		(void)usleep(20000);
	}
	return NULL;
}

static void
serve(size_t at)
{
	char rule[8192];

	(void)snprintf(rule, sizeof(rule),
	    "{\"path\": \"/jwks\", \"body\": %s}", served[at % SETS]);
	keyserver_rule(&server, rule);
}

/* Until a fetch that began after now has ended: then the set is in use. */
static void
await_fetch(void)
{
	struct keystate state = keystate_of(&engine, "jwks");

	(void)keystate_after(&engine, "jwks",
	    state.fetches + (state.fetching ? 2 : 1));
}

static unsigned long
rotate(int64_t until_ms)
{
	unsigned long rotations = 0;

	while (ac_clock_monotonic_ms() < until_ms) {
		moment++; /* odd: on its way */
		serve(++rotations);
		await_fetch();
		moment++;
		(void)usleep(150000);
	}
	return rotations;
}

static int64_t
seconds(void)
{
	const char *text = getenv("AUTHCHAIN_STRESS");
	int64_t said = 0;

	return text != NULL && ac_number_parse(ac_span_text(text), &said) &&
		       said > 0
		   ? said
		   : SECONDS;
}

static void
test_stress(void)
{
	struct worker workers[THREADS] = { 0 }, sum = { 0 };
	pthread_t disturber;
	unsigned long failures = 0, rotations;

	for (size_t i = 0; i < THREADS; i++)
		(void)pthread_create(&workers[i].thread, NULL, work,
		    &workers[i]);
	(void)pthread_create(&disturber, NULL, disturb, &failures);
	rotations = rotate(ac_clock_monotonic_ms() + seconds() * 1000);
	stopping = true;
	(void)pthread_join(disturber, NULL);
	for (size_t i = 0; i < THREADS; i++) {
		(void)pthread_join(workers[i].thread, NULL);
		sum.allowed += workers[i].allowed;
		sum.denied += workers[i].denied;
		sum.unjudged += workers[i].unjudged;
		sum.remembered += workers[i].remembered;
		sum.wrong += workers[i].wrong;
	}
	printf("# %lu rotations; %lu allowed (%lu of them remembered), %lu "
	       "denied, %lu not judged\n",
	    rotations, sum.allowed, sum.remembered, sum.denied, sum.unjudged);
	ok(rotations >= 2 && sum.allowed > 0 && sum.denied > 0,
	    "keys rotate while tokens are judged");
	ok(failures == 0, "and the configuration is reloaded");
	ok(sum.wrong == 0,
	    "every verdict was right at some moment of its call");
	ok(sum.unjudged == 0, "and there always was one");
}

static char *
token_of(const struct ac_jwk *key, const char *kid, const char *exp)
{
	char claims[512];

	(void)snprintf(claims, sizeof(claims),
	    "{\"iss\":\"https://as.example\",\"sub\":\"alice\",\"aud\":"
	    "\"" RESOURCE "\",\"exp\":%s}",
	    exp);
	return signer_token(key, "ES256", kid, claims);
}

static char *
set_of(struct ac_jwk *const *keys, unsigned int which)
{
	struct ac_jwk *in[KEYS];
	const char *names[KEYS];
	size_t used = 0;

	for (int key = 0; key < KEYS; key++)
		if ((which >> key & 1u) != 0) {
			in[used] = keys[key];
			names[used++] = kids[key];
		}
	return signer_set(in, names, used);
}

static void
make_all(void)
{
	struct ac_jwk *keys[KEYS], *stranger = signer_key("ES256");

	for (int key = 0; key < KEYS; key++) {
		keys[key] = signer_key("ES256");
		tokens[key] = token_of(keys[key], kids[key], "4102444800");
	}
	for (size_t i = 0; i < SETS; i++)
		served[i] = set_of(keys, sets[i]);
	forged = token_of(stranger, "k2", "4102444800");
	unknown = token_of(stranger, "k9", "4102444800");
	expired = token_of(keys[KEY2], "k2", "1000000000");
	for (int key = 0; key < KEYS; key++)
		ac_jwk_free(&keys[key]);
	ac_jwk_free(&stranger);
}

static void
free_all(void)
{
	for (int key = 0; key < KEYS; key++)
		free(tokens[key]);
	for (size_t i = 0; i < SETS; i++)
		free(served[i]);
	free(forged);
	free(unknown);
	free(expired);
}

int
main(void)
{
	char text[1024];

	make_all();
	keyserver_start(&server, NULL);
	serve(0);
	(void)snprintf(text, sizeof(text),
	    "[chain]\nresource = " RESOURCE "\ndeadline = 60s\n"
	    "identity = jwks\n"
	    "[plugin jwks]\nissuer = https://as.example\n"
	    "jwks-uri = http://127.0.0.1:%u/jwks\nalgorithms = ES256\n"
	    "cooldown = 1s\ninsecure-http = yes\n",
	    server.port);
	if (!engine_open(&engine, text) || !engine_start(&engine)) {
		printf("Bail out! %s %s\n", engine.error.text, engine.found);
		return 99;
	}
	(void)keystate_after(&engine, "jwks", 1);
	test_stress();
	engine_close(&engine);
	keyserver_stop(&server);
	free_all();
	return done();
}
