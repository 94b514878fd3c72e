/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls that wait: without blocking the host program, past their deadline, on
 * the pool, through a reload, into a close.
 */
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"
#include "tap.h"

#define S(extra) "path = @TESTS@/scripted.so\ntype = scripted\n" extra "\n"
#define BLOCKING(extra)                                                        \
	"path = @TESTS@/scripted.so\ntype = scripted-blocking\n" extra "\n"
#define CHAIN(deadline, plugin)                                                \
	"[chain]\nidentity = a\ndeadline = " deadline "\n[plugin a]\n" plugin

struct got {
	unsigned int count;
	uint32_t status;
	char reason[40];
};

static void
take(void *arg, struct authchain_decision *decision)
{
	struct got *got = arg;

	got->count++;
	if (decision != NULL) {
		got->status = decision->status;
		snprintf(got->reason, sizeof(got->reason), "%s",
		    authchain_reason_name(decision->reason));
	}
	authchain_decision_free(&decision);
}

static void
submit(struct engine *engine, struct authchain_request *request,
    struct got *got)
{
	*request = (struct authchain_request){ .size = sizeof(*request),
		.token = { "x", 1 } };
	*got = (struct got){ 0 };
	authchain_submit(engine->ac, "t", request, take, got);
}

/* Dispatch until count decisions are there, or nothing has come for long. */
static void
dispatch(struct engine *engine, const struct got *got, unsigned int count)
{
	struct pollfd fd = { .fd = authchain_descriptor(engine->ac),
		.events = POLLIN };

	while (got->count < count && poll(&fd, 1, 60000) == 1)
		authchain_dispatch(engine->ac);
}

static void
test_submit(void)
{
	struct authchain_request request;
	struct engine engine;
	struct got got;

	ok(engine_open(&engine,
	       CHAIN("60s",
		   S("claim = mine\nverify = pending-accept\ndelay = 20ms"))) &&
		engine_start(&engine),
	    "a chain that waits opens");
	submit(&engine, &request, &got);
	ok(got.count == 0, "submit returns before the plugin has answered");
	dispatch(&engine, &got, 1);
	ok(got.count == 1 && got.status == 200,
	    "the descriptor says when, dispatch delivers");
	ok(authchain_dispatch(engine.ac) == 0, "nothing is left to dispatch");
	engine_close(&engine);
}

static void
test_submit_at_once(void)
{
	struct authchain_request request;
	struct engine engine;
	struct got got;

	ok(engine_open(&engine,
	       CHAIN("60s", S("claim = mine\nverify = accept"))) &&
		engine_start(&engine),
	    "a chain that answers at once opens");
	submit(&engine, &request, &got);
	ok(got.count == 1 && got.status == 200,
	    "what waits for nothing is delivered inside submit");
	engine_close(&engine);
}

static void
test_submit_deadline(void)
{
	struct authchain_request request;
	struct engine engine;
	struct got got;

	ok(engine_open(&engine,
	       CHAIN("40ms", S("claim = mine\nverify = pending-never"))) &&
		engine_start(&engine),
	    "a chain that never answers opens");
	submit(&engine, &request, &got);
	dispatch(&engine, &got, 1);
	ok(got.count == 1 && got.status == 503 &&
		strcmp(got.reason, "deadline") == 0,
	    "the deadline answers a submitted call");
	engine_close(&engine);
}

static void
test_close(void)
{
	struct authchain_request requests[8];
	struct engine engine;
	struct got got[8];
	unsigned int delivered = 0;

	ok(engine_open(&engine,
	       CHAIN("60s", S("claim = mine\nverify = pending-never"))) &&
		engine_start(&engine),
	    "calls wait for a minute");
	for (size_t i = 0; i < 8; i++)
		submit(&engine, &requests[i], &got[i]);
	engine_close(&engine);
	for (size_t i = 0; i < 8; i++)
		delivered += got[i].count == 1 && got[i].status == 503;
	ok(delivered == 8, "close ends each of them as unavailable, once");
}

static void
test_pool(void)
{
	struct authchain_decision *d;
	struct engine engine;

	ok(engine_open(&engine,
	       CHAIN("60s",
		   BLOCKING("claim = mine\nverify = accept\nblock = 20ms"))) &&
		engine_start(&engine),
	    "a blocking plugin opens");
	d = engine_check(&engine, "x");
	ok(d != NULL && d->status == 200, "the pool runs it");
	authchain_decision_free(&d);
	engine_close(&engine);
}

static void
test_pool_still(void)
{
	struct authchain_decision *d;
	struct engine engine;

	ok(engine_open(&engine,
	       CHAIN("60s", BLOCKING("claim = mine\nverify = accept"))),
	    "a blocking plugin opens, and nothing is started");
	d = engine_check(&engine, "x");
	ok(d != NULL && d->status == 503 && d->reason == AUTHCHAIN_REASON_BUSY,
	    "without a pool it is unavailable at once");
	authchain_decision_free(&d);
	engine_close(&engine);
}

static void
test_pool_deadline(void)
{
	struct authchain_decision *d;
	struct authchain_request request;
	struct engine engine;
	struct got got;

	ok(engine_open(&engine,
	       CHAIN("30ms",
		   BLOCKING("claim = mine\nverify = accept\nblock = 1s"))) &&
		engine_start(&engine),
	    "a plugin blocks for longer than the deadline");
	d = engine_check(&engine, "x");
	ok(d != NULL && d->status == 503 &&
		d->reason == AUTHCHAIN_REASON_DEADLINE,
	    "the caller is not held past its deadline");
	authchain_decision_free(&d);
	submit(&engine, &request, &got);
	dispatch(&engine, &got, 1);
	memset(&request, 0xa5, sizeof(request));
	ok(got.status == 503 && strcmp(got.reason, "deadline") == 0,
	    "nor is a submitted call, whose request may then go");
	engine_close(&engine);
	ok(got.count == 1, "the plugin's late answer is nobody's");
}

struct crowd {
	struct engine *engine;
	unsigned int status[3];
	pthread_mutex_t lock;
};

static void *
check_once(void *arg)
{
	struct crowd *crowd = arg;
	struct authchain_decision *d = engine_check(crowd->engine, "x");

	pthread_mutex_lock(&crowd->lock);
	if (d != NULL)
		crowd->status[d->status == 200                     ? 0
			      : d->reason == AUTHCHAIN_REASON_BUSY ? 1
								   : 2]++;
	pthread_mutex_unlock(&crowd->lock);
	authchain_decision_free(&d);
	return NULL;
}

/* Twelve callers, as much at once as the machine lets them be. */
static bool
crowd_in(struct engine *engine, bool *turned_away)
{
	struct crowd crowd = { engine, { 0, 0, 0 }, PTHREAD_MUTEX_INITIALIZER };
	pthread_t threads[12];

	for (size_t i = 0; i < 12; i++)
		pthread_create(&threads[i], NULL, check_once, &crowd);
	for (size_t i = 0; i < 12; i++)
		pthread_join(threads[i], NULL);
	*turned_away = crowd.status[1] >= 1;
	return crowd.status[0] >= 2 && crowd.status[0] + crowd.status[1] == 12;
}

static void
test_pool_full(void)
{
	struct engine engine;
	bool served = true, turned_away = false;

	ok(engine_open(&engine,
	       CHAIN("60s",
		   BLOCKING("claim = mine\nverify = accept\nblock = 500ms"))) &&
		engine_start(&engine),
	    "two threads and a queue of two, twelve callers");
	for (int i = 0; i < 10 && served && !turned_away; i++)
		served = crowd_in(&engine, &turned_away);
	ok(served && turned_away,
	    "who finds the pool full is told at once, the others are served");
	engine_close(&engine);
}

static void *
check_often(void *arg)
{
	for (int i = 0; i < 300; i++)
		check_once(arg);
	return NULL;
}

static void
test_reload(void)
{
	static const char text[] = CHAIN("60s",
	    S("claim = mine\nverify = pending-accept\ndelay = 1ms"));
	struct engine engine;
	struct crowd crowd = { &engine, { 0, 0, 0 },
		PTHREAD_MUTEX_INITIALIZER };
	struct authchain_error error;
	pthread_t threads[3];
	int failed = 0;

	ok(engine_open(&engine, text) && engine_start(&engine),
	    "three threads check while the configuration is read anew");
	for (size_t i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, check_often, &crowd);
	for (int i = 0; i < 30; i++)
		failed += authchain_reload(engine.ac, &error) != 0;
	for (size_t i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	ok(failed == 0 && crowd.status[0] == 900,
	    "no request is lost or judged wrongly by a reload");
	engine_write(&engine, "t.conf", "[chain]\nidentity = nobody\n");
	ok(authchain_reload(engine.ac, &error) != 0 &&
		strstr(error.text, "nobody") != NULL,
	    "a bad configuration is refused");
	check_once(&crowd);
	ok(crowd.status[0] == 901, "and the good one goes on serving");
	engine_close(&engine);
}

int
main(void)
{
	test_submit();
	test_submit_at_once();
	test_submit_deadline();
	test_close();
	test_pool();
	test_pool_still();
	test_pool_deadline();
	test_pool_full();
	test_reload();
	return done();
}
