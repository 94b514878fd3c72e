/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a chain remembers of its providers' verdicts: when it does, for how
 * long, what is the same about a remembered one, and what ends it.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine.h"
#include "engine/cache-parts.h"
#include "engine/metric.h"
#include "engine/service.h"
#include "tap.h"

#define P(name, extra)                                                         \
	"[plugin " name "]\npath = @TESTS@/remembers.so\n"                     \
	"type = remembers\n" extra "\n"
#define ONE(extra) "[chain]\nidentity = a\n" P("a", extra)

struct row {
	const char *name;
	const char *config;
	uint32_t asked; /* verify's calls for three requests */
	const char *verdict;
};

static const struct row rows[] = {
	{ "an accepted token is asked for once", ONE("remember = 60s"), 1,
	    "allow" },
	{ "without a word of the provider nothing is remembered", ONE(""), 3,
	    "allow" },
	{ "0 s is not to be remembered", ONE("remember = 0s"), 3, "allow" },
	{ "less than a second is 0 s", ONE("remember = 999ms"), 3, "allow" },
	{ "a rejected one as well", ONE("answer = reject\nremember = 60s"), 1,
	    "deny" },
	{ "a rejection only with a word", ONE("answer = reject"), 3, "deny" },
	{ "unavailable is never remembered",
	    ONE("answer = unavailable\nremember = 60s"), 3, "unavailable" },
	{ "a fault is never remembered", ONE("answer = fault\nremember = 60s"),
	    3, "fault" },
	{ "what was waited for is remembered",
	    ONE("answer = pending\nremember = 60s"), 1, "allow" },
	{ "what has expired is not", ONE("remember = 60s\nexpires-in = 0s"), 3,
	    "allow" },
	{ "forget while it verified: not remembered",
	    ONE("remember = 60s\nforget = yes"), 3, "allow" },
	{ "cache = no remembers nothing",
	    "[chain]\nidentity = a\ncache = no\n" P("a", "remember = 60s"), 3,
	    "allow" },
	{ "one that is not asked first is remembered too",
	    "[chain]\nidentity = b, a\n" P("a", "remember = 60s")
		P("b", "answer = not-mine"),
	    1, "allow" },
	{ "what another passed on is remembered if that allows it",
	    "[chain]\nidentity = b, a\n" P("a", "remember = 60s") P("b",
		"answer = unknown\nremember = 60s\non-unknown-token = next"),
	    1, "allow" },
	{ "and else is not",
	    "[chain]\nidentity = b, a\n" P("a", "remember = 60s")
		P("b", "answer = unknown\non-unknown-token = next"),
	    3, "allow" },
	{ "claims of twelve thousand bytes are not too many",
	    ONE("remember = 60s\nclaims-bytes = 12000"), 1, "allow" },
};

static struct authchain_entry *
entry_at(struct engine *engine, size_t at)
{
	const struct ac_generation *generation = engine->ac->generation;

	return generation->chains[0].entries[at];
}

static struct authchain_entry *
entry_of(struct engine *engine, const char *name)
{
	for (size_t i = 0;; i++)
		if (strcmp(entry_at(engine, i)->name, name) == 0)
			return entry_at(engine, i);
}

static int64_t
metric(struct engine *engine, const char *entry, const char *wanted)
{
	struct ac_metrics *metrics = entry_of(engine, entry)->metrics;
	char name[AC_METRIC_MAX_NAME + 1];
	int64_t value;

	for (size_t i = 0; ac_metric_at(metrics, i, name, &value); i++)
		if (strcmp(name, wanted) == 0)
			return value;
	return 0;
}

static struct ac_cache_counts
counts(struct engine *engine)
{
	const struct ac_generation *generation = engine->ac->generation;
	struct ac_cache_counts c;

	ac_cache_count(generation->chains[0].cache, &c);
	return c;
}

static bool
open_and_start(struct engine *engine, const char *config)
{
	if (engine_open(engine, config) && engine_start(engine))
		return true;
	printf("# %s\n# %s\n", engine->found, engine->error.text);
	return false;
}

/* Was it remembered?  -1: refused. */
static int
check(struct engine *engine, const char *token)
{
	struct authchain_decision *decision = engine_check(engine, token);
	int cached = decision->verdict == AUTHCHAIN_VERDICT_ALLOW
			 ? (int)decision->cached
			 : -1;

	authchain_decision_free(&decision);
	return cached;
}

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *word = "";
		struct engine engine;

		if (!open_and_start(&engine, rows[i].config)) {
			ok(false, rows[i].name);
			continue;
		}
		for (int k = 0; k < 3; k++) {
			struct authchain_decision *decision =
			    engine_check(&engine, "token");

			word = authchain_verdict_name(decision->verdict);
			authchain_decision_free(&decision);
		}
		ok(metric(&engine, "a", "verify") == rows[i].asked &&
			strcmp(word, rows[i].verdict) == 0,
		    rows[i].name);
		engine_close(&engine);
	}
}

static bool
same(struct authchain_span a, struct authchain_span b)
{
	return (a.data == NULL) == (b.data == NULL) && ac_span_is(a, b);
}

static bool
same_lists(const struct authchain_decision *a,
    const struct authchain_decision *b)
{
	bool equal = a->scope_count == b->scope_count &&
		     a->attribute_count == b->attribute_count;

	for (size_t i = 0; equal && i < a->scope_count; i++)
		equal = same(a->scopes[i], b->scopes[i]);
	for (size_t i = 0; equal && i < a->attribute_count; i++)
		equal = same(a->attributes[i].name, b->attributes[i].name) &&
			same(a->attributes[i].value, b->attributes[i].value);
	return equal;
}

/* The whole chain, so that everything has run on the remembered verdict. */
static const char whole[] =
    "[chain]\nguard = g\nidentity = a\nmap = "
    "m\nauthorize = z\naudit = w\n" P("a", "remember = 60s\nexpires-in = 1h")
	P("g", "") P("m", "") P("z", "") P("w", "");

static void
test_identity(void)
{
	struct engine engine;
	struct authchain_decision *cold, *warm;

	if (!open_and_start(&engine, whole)) {
		ok(false, "a whole chain");
		return;
	}
	cold = engine_check(&engine, "t1");
	warm = engine_check(&engine, "t1");
	ok(cold->cached == 0 && warm->cached == 1, "the second is remembered");
	ok(ac_span_is_text(warm->subject, "sub-t1") &&
		same(cold->subject, warm->subject),
	    "with the subject");
	ok(ac_span_is_text(warm->issuer, "iss-t1") &&
		same(cold->issuer, warm->issuer),
	    "the issuer");
	ok(ac_span_is_text(warm->client_id, "client-t1") &&
		same(cold->client_id, warm->client_id),
	    "the client");
	ok(warm->claims.len > 10 && same(cold->claims, warm->claims),
	    "the claims");
	ok(warm->expires_s > 0 && cold->expires_s == warm->expires_s,
	    "the time of expiry");
	ok(warm->scope_count == 3 && warm->attribute_count == 3 &&
		same_lists(cold, warm),
	    "scopes and attributes, those of the mapper after them");
	ok(ac_span_is_text(warm->attributes[2].value, "j-t1"),
	    "a mapper reads the claims");
	ok(strcmp(warm->provider, "a") == 0, "the provider");
	ok(metric(&engine, "a", "claim") == 1 &&
		metric(&engine, "a", "verify") == 1,
	    "which was not asked again");
	ok(metric(&engine, "g", "guard") == 2, "the guard was");
	ok(metric(&engine, "m", "map") == 2, "the mapper was");
	ok(metric(&engine, "z", "authorize") == 2, "who authorizes was");
	ok(metric(&engine, "w", "audit") == 2, "who audits was");
	ok(cold->trace_count == warm->trace_count &&
		strcmp(warm->trace[1].entry, "a") == 0 &&
		strcmp(warm->trace[1].outcome, "accept") == 0 &&
		warm->trace[1].cached == 1 && cold->trace[1].cached == 0,
	    "the trace says who, what, and that it was remembered");
	ok(warm->trace[0].cached == 0 && warm->trace[2].cached == 0,
	    "of that step alone");
	engine_close(&engine);
	ok(ac_span_is_text(warm->subject, "sub-t1") &&
		strcmp(warm->provider, "a") == 0,
	    "a decision outlives what it came from");
	authchain_decision_free(&cold);
	authchain_decision_free(&warm);
}

/* When the oldest rejection dies. */
static int64_t
rejected_ms(struct engine *engine)
{
	const struct ac_generation *generation = engine->ac->generation;

	return generation->chains[0].cache->rejected.oldest->dies_ms;
}

static void
test_rejection(void)
{
	struct engine engine;
	struct authchain_decision *cold, *warm;

	if (!open_and_start(&engine, ONE("answer = reject\nremember = 60s"))) {
		ok(false, "a chain that rejects");
		return;
	}
	cold = engine_check(&engine, "t1");
	warm = engine_check(&engine, "t1");
	ok(warm->cached == 1 && warm->verdict == AUTHCHAIN_VERDICT_DENY &&
		warm->reason == AUTHCHAIN_REASON_EXPIRED && warm->status == 401,
	    "a remembered rejection has its reason");
	ok(rejected_ms(&engine) <=
		ac_clock_monotonic_ms() + INT64_C(1000) * AC_CACHE_REJECT_MAX_S,
	    "and lives for a few seconds, whatever its provider says");
	ok(strcmp(warm->detail, "asked as a") == 0 &&
		strcmp(cold->detail, warm->detail) == 0,
	    "and its detail");
	ok(strcmp(cold->www_authenticate, warm->www_authenticate) == 0 &&
		warm->www_authenticate[0] != '\0',
	    "and its challenge");
	ok(warm->subject.data == NULL && warm->claims.data == NULL &&
		warm->scope_count == 0,
	    "and nobody's identity");
	ok(warm->trace_count == 1 && warm->trace[0].cached == 1 &&
		strcmp(warm->trace[0].outcome, "reject") == 0,
	    "and its line of the trace");
	authchain_decision_free(&cold);
	authchain_decision_free(&warm);
	engine_close(&engine);
}

/* A list of revoked tokens that is asked in authorize sees all of them. */
static void
test_revoked(void)
{
	struct engine engine;

	if (!open_and_start(&engine,
		"[chain]\nidentity = a\nauthorize = z\n" P("a",
		    "remember = 60s") P("z", ""))) {
		ok(false, "a chain that authorizes");
		return;
	}
	ok(check(&engine, "revoked-1") == -1 &&
		check(&engine, "revoked-1") == -1 &&
		metric(&engine, "a", "verify") == 1,
	    "authorize refuses a remembered token by its claims");
	ok(check(&engine, "other") == 0 && check(&engine, "other") == 1,
	    "and lets another one in");
	engine_close(&engine);
}

static void
test_forget(void)
{
	static const char two[] = "[chain]\nidentity = a, b\n" P("a",
	    "answer = not-mine\nshare = keys")
	    P("b", "remember = 60s\nshare = keys");
	const struct authchain_host *host = ac_service_host();
	struct engine engine;

	if (!open_and_start(&engine, two)) {
		ok(false, "two that share");
		return;
	}
	ok(check(&engine, "t") == 0 && check(&engine, "t") == 1, "remembered");
	host->forget(entry_of(&engine, "b"));
	ok(check(&engine, "t") == 0, "gone at once when its entry forgets");
	ok(check(&engine, "t") == 1, "and remembered anew");
	host->forget(entry_of(&engine, "a"));
	ok(check(&engine, "t") == 1, "another entry's forget is not its own");
	host->forget(entry_of(&engine, "a")->shares[0]);
	ok(check(&engine, "t") == 0,
	    "gone at once when the object that both share forgets");
	ok(counts(&engine).hits == 3 && counts(&engine).expired == 2 &&
		counts(&engine).misses == 1,
	    "hits, misses and what was over are counted");
	engine_close(&engine);
}

static void
test_reload(void)
{
	struct engine engine;
	struct authchain_error err;

	if (!open_and_start(&engine, ONE("remember = 60s"))) {
		ok(false, "a chain");
		return;
	}
	ok(check(&engine, "t") == 0 && check(&engine, "t") == 1, "remembered");
	ok(engine_write(&engine, "t.conf",
	       ONE("remember = 60s\nanswer = reject")) &&
		authchain_reload(engine.ac, &err) == 0 &&
		check(&engine, "t") == -1,
	    "a reload that changes who is let in counts at once");
	ok(engine_write(&engine, "t.conf", "[chain]\nidentity = nobody\n") &&
		authchain_reload(engine.ac, &err) != 0 &&
		counts(&engine).entries == 1,
	    "one that fails leaves what is remembered alone");
	ok(engine_write(&engine, "t.conf", ONE("remember = 60s")) &&
		authchain_reload(engine.ac, &err) == 0 &&
		check(&engine, "t") == 0 && check(&engine, "t") == 1,
	    "after the next one everything is asked for once");
	engine_close(&engine);
}

/* One folder of two chains that share a definition. */
static void
test_chains(void)
{
	struct engine engine;
	struct authchain_request request = { .size = sizeof(request),
		.token = ac_span_text("t") };
	struct authchain_decision *decision = NULL;
	struct authchain *ac = NULL;
	struct authchain_error err;
	char path[128];

	if (!engine_open(&engine, ONE("remember = 60s")))
		return;
	(void)snprintf(path, sizeof(path), "%s/chains", engine.dir);
	ok(mkdir(path, 0700) == 0 &&
		engine_write(&engine, "chains/one.conf",
		    ONE("remember = 60s")) &&
		engine_write(&engine, "chains/two.conf",
		    ONE("remember = 60s\nanswer = reject")) &&
		authchain_open(&ac, engine.dir, NULL, &err) == 0 &&
		authchain_start(ac, &err) == 0,
	    "two chains");
	for (int i = 0; ac != NULL && i < 2; i++) {
		(void)authchain_check(ac, "one", &request, &decision);
		ok(decision->verdict == AUTHCHAIN_VERDICT_ALLOW &&
			decision->cached == (uint32_t)i,
		    "one lets the token in");
		authchain_decision_free(&decision);
		(void)authchain_check(ac, "two", &request, &decision);
		ok(decision->verdict == AUTHCHAIN_VERDICT_DENY &&
			decision->cached == (uint32_t)i,
		    "which is nothing to the other");
		authchain_decision_free(&decision);
	}
	authchain_close(&ac);
	for (int i = 0; i < 2; i++) {
		(void)snprintf(path, sizeof(path), "%s/chains/%s.conf",
		    engine.dir, i == 0 ? "one" : "two");
		(void)unlink(path);
	}
	(void)snprintf(path, sizeof(path), "%s/chains", engine.dir);
	(void)rmdir(path);
	engine_close(&engine);
}

/* Real time, since the wall clock is the host's: no longer than a token. */
static void
test_expiry(void)
{
	const struct timespec tick = { 0, 20000000 };
	bool remembered = false, late = false;
	struct engine engine;

	if (!open_and_start(&engine, ONE("remember = 60s\nexpires-in = 2s"))) {
		ok(false, "a token that expires");
		return;
	}
	for (int i = 0; i < 150; i++) {
		struct authchain_decision *decision;
		struct timespec now;

		(void)clock_gettime(CLOCK_REALTIME, &now);
		decision = engine_check(&engine, "t");
		remembered |= decision->cached != 0;
		late |=
		    decision->cached != 0 && now.tv_sec >= decision->expires_s;
		authchain_decision_free(&decision);
		(void)nanosleep(&tick, NULL);
	}
	ok(remembered, "a token of two seconds is remembered");
	ok(metric(&engine, "a", "verify") > 1, "and asked for when it is over");
	ok(!late, "and never given once it has expired");
	engine_close(&engine);
}

static void
test_bounds(void)
{
	struct engine engine;
	char token[32];

	if (!open_and_start(&engine,
		"[chain]\nidentity = a\ncache-entries = 4\n" P("a",
		    "remember = 60s"))) {
		ok(false, "a cache of four");
		return;
	}
	for (int i = 0; i < 5; i++) {
		(void)snprintf(token, sizeof(token), "token-%d", i);
		(void)check(&engine, token);
		if (i == 3)
			ok(counts(&engine).entries == 4 &&
				counts(&engine).evicted == 0,
			    "cache-entries are remembered");
	}
	ok(counts(&engine).entries == 4 && counts(&engine).evicted == 1,
	    "and no more");
	ok(check(&engine, "token-4") == 1, "the last one is");
	ok(check(&engine, "token-0") == 0, "the first one is not");
	engine_close(&engine);
}

int
main(void)
{
	test_rows();
	test_identity();
	test_rejection();
	test_revoked();
	test_forget();
	test_reload();
	test_chains();
	test_expiry();
	test_bounds();
	return done();
}
