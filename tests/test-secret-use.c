/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When a value of a secret was last of use: known while any thread checks, and
 * not written again in the same second.
 */
#include "engine.h"
#include "tap.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/status.h"

#define THREADS 4
#define CHECKS  200
#define CURRENT "current-value-of-the-secret"
#define OLDER   "older-value-of-the-secret"

static struct engine engine;

static void
take(void *arg, const char *chain, const struct ac_secret_list *list)
{
	const struct ac_secret_list **out = arg;

	(void)chain;
	*out = list;
}

/* Of the generation that stays to the end. */
static struct ac_secret_value *
values(void)
{
	const struct ac_secret_list *list = NULL;
	const struct ac_status_reader reader = { .secret = take, .arg = &list };

	ac_status_read(engine.ac, &reader);
	return list->values;
}

static void
present(const char *token)
{
	struct authchain_decision *decision = engine_check(&engine, token);

	authchain_decision_free(&decision);
}

static void
test_which(struct ac_secret_value *value)
{
	int64_t began_s = ac_clock_wall_about_s();

	ok(value[0].last_used_s == 0 && value[1].last_used_s == 0,
	    "never used, before anybody asks");
	present("none-of-them");
	ok(value[0].last_used_s == 0 && value[1].last_used_s == 0,
	    "what matches none uses none");
	present(OLDER);
	ok(value[0].last_used_s == 0 && value[1].last_used_s >= began_s,
	    "the older one is used, and no other");
	present(CURRENT);
	ok(value[0].last_used_s >= began_s, "then the current one");
}

static void
test_again(struct ac_secret_value *value)
{
	int64_t began_s = ac_clock_wall_about_s();

	value[0].last_used_s = 1;
	present(CURRENT);
	ok(value[0].last_used_s >= began_s, "used again, it is later");
	value[0].last_used_s = began_s + 1000000;
	present(CURRENT);
	ok(value[0].last_used_s < began_s + 1000000,
	    "a clock that was set back is followed");
}

static void *
check(void *arg)
{
	for (int i = 0; i < CHECKS; i++)
		present(i % 2 == 0 ? CURRENT : OLDER);
	return arg;
}

static void
test_threads(struct ac_secret_value *value)
{
	int64_t began_s = ac_clock_wall_about_s();
	pthread_t threads[THREADS];

	value[0].last_used_s = value[1].last_used_s = 0;
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, check, NULL) != 0)
			exit(99);
	for (int i = 0; i < THREADS; i++)
		(void)pthread_join(threads[i], NULL);
	ok(value[0].last_used_s >= began_s && value[1].last_used_s >= began_s,
	    "many threads: both are known as used");
}

int
main(void)
{
	(void)setenv("AUTHCHAIN_TEST_SECRET", CURRENT "\n" OLDER "\n", 1);
	if (!engine_open(&engine,
		"[chain]\nidentity = own\n"
		"[plugin own]\n"
		"path = @TESTS@/../../../providers/.libs/static.so\n"
		"type = static\ntoken = @s\nsubject = ci\n"
		"[secret s]\nenv = AUTHCHAIN_TEST_SECRET\n") ||
	    !engine_start(&engine)) {
		printf("Bail out! %s %s\n", engine.error.text, engine.found);
		return 99;
	}
	test_which(values());
	test_again(values());
	test_threads(values());
	engine_close(&engine);
	done();
}
