/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several threads check, forget and reload at once, in a cache so small that
 * each verdict is soon evicted: nobody ever gets another's identity, and
 * nothing is remembered past a forget that came before the request.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine.h"
#include "tap.h"

#define CHECKERS 3
#define CHECKS   20000
#define BUMPS    2000
#define RELOADS  40
#define TOKENS   24 /* twice, of which 16 are remembered at a time */

/* A version that only grows is part of each answer.  The deadline is for
 * threads that valgrind lets run one at a time. */
static const char config[] =
    "[chain]\nidentity = a\nmap = m\ncache-entries = 16\ndeadline = 60s\n"
    "[plugin a]\npath = @TESTS@/remembers.so\ntype = remembers\n"
    "remember = 60s\nshare = versions\n"
    "[plugin m]\npath = @TESTS@/remembers.so\ntype = remembers\n";

static struct engine engine;
static atomic_long version; /* the newest whose forget has come */
static atomic_uint mixed, stale, refused, hits;

static bool
ends_with(struct authchain_span text, const char *token)
{
	size_t len = strlen(token);

	return text.len > len &&
	       memcmp(text.data + text.len - len, token, len) == 0 &&
	       text.data[text.len - len - 1] == '-';
}

static bool
is_of(const struct authchain_decision *decision, const char *token)
{
	bool is = ends_with(decision->subject, token) &&
		  ends_with(decision->issuer, token) &&
		  ends_with(decision->client_id, token) &&
		  decision->scope_count == 3 && decision->attribute_count == 4;

	for (size_t i = 1; is && i < decision->attribute_count; i++)
		is = ends_with(decision->attributes[i].value, token);
	return is && ends_with(decision->scopes[1], token);
}

static long
version_of(const struct authchain_decision *decision)
{
	return strtol(decision->attributes[0].value.data, NULL, 10);
}

static void
refuse(const char *token, const struct authchain_decision *decision)
{
	if (atomic_fetch_add(&refused, 1) == 0)
		printf("# %s: %s, %s\n", token,
		    authchain_reason_name(decision->reason), decision->detail);
}

/* What was forgotten before the request may not be said.  Others than the bump
 * may see its version before it forgets the ones before. */
static void
check(const char *token)
{
	long before = atomic_load(&version);
	struct authchain_decision *decision = engine_check(&engine, token);

	if (decision->verdict != AUTHCHAIN_VERDICT_ALLOW)
		refuse(token, decision);
	else if (!is_of(decision, token))
		atomic_fetch_add(&mixed, 1);
	else if (version_of(decision) < before)
		atomic_fetch_add(&stale, 1);
	else if (strcmp(token, "bump") == 0)
		atomic_store(&version, version_of(decision));
	atomic_fetch_add(&hits, decision->cached);
	authchain_decision_free(&decision);
}

static void *
check_many(void *arg)
{
	unsigned seed = *(const unsigned *)arg;
	char token[64];

	for (int i = 0; i < CHECKS; i++) {
		seed = seed * 1664525u + 1013904223u;
		(void)snprintf(token, sizeof(token), "t%u-%s",
		    (seed >> 16) % TOKENS,
		    (seed >> 28) % 2 == 0
			? "short"
			: "longer-than-thirty-two-bytes-of-samples");
		check(token);
	}
	return NULL;
}

static void *
bump_many(void *arg)
{
	const struct timespec pause = { 0, 100000 };

	(void)arg;
	for (int i = 0; i < BUMPS; i++) {
		check("bump");
		(void)nanosleep(&pause, NULL);
	}
	return NULL;
}

int
main(void)
{
	static unsigned seeds[CHECKERS] = { 1, 20, 300 };
	const struct timespec pause = { 0, 10000000 };
	pthread_t threads[CHECKERS + 1];
	struct authchain_error err;
	int reloaded = 0;

	if (!engine_open(&engine, config) || !engine_start(&engine)) {
		printf("# %s%s\n", engine.found, engine.error.text);
		ok(false, "a chain");
		return done();
	}
	for (size_t i = 0; i < CHECKERS; i++) {
		if (pthread_create(&threads[i], NULL, check_many, &seeds[i]) !=
		    0)
			return 1;
	}
	if (pthread_create(&threads[CHECKERS], NULL, bump_many, NULL) != 0)
		return 1;
	for (int i = 0; i < RELOADS; i++) {
		reloaded += authchain_reload(engine.ac, &err) == 0;
		(void)nanosleep(&pause, NULL);
	}
	for (size_t i = 0; i <= CHECKERS; i++)
		(void)pthread_join(threads[i], NULL);
	ok(reloaded == RELOADS, "every reload succeeds");
	ok(mixed == 0, "nobody gets another's identity");
	ok(stale == 0, "nothing is remembered past a forget");
	ok(refused == 0, "nobody is refused");
	ok(hits > 0, "and much is remembered");
	printf("# %u of %d\n", hits, CHECKERS * CHECKS);
	engine_close(&engine);
	return done();
}
