/* SPDX-License-Identifier: BSD-2-Clause */
/* The I/O thread: its life, many fetches at once, timers, and ends that come
 * early. */
#include "fetching.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>

#include "base/clock.h"

#define MANY 100

static const int owner_a, owner_b; /* addresses to tell owners apart */

static size_t
entries_of(const char *path)
{
	DIR *dir = opendir(path);
	size_t count = 0;

	if (dir == NULL)
		return 0;
	while (readdir(dir) != NULL)
		count++;
	(void)closedir(dir);
	return count;
}

/* Until there are no more than that many; a thread takes a moment to go. */
static bool
settles(const char *path, size_t most)
{
	for (int i = 0; i < 3000; i++) {
		if (entries_of(path) <= most)
			return true;
		(void)usleep(10000);
	}
	return false;
}

static int
start_fetch(struct ac_io *io, const void *owner, const char *url,
    struct result *result)
{
	struct authchain_fetch request = { .size = sizeof(request),
		.url = url,
		.flags = HTTP };

	return ac_io_fetch(io, owner, &request, result_done, result, NULL);
}

/* A sanitizer may start a thread of its own with the first one. */
static void
warm_up(void)
{
	struct ac_io *io = io_started(NULL);

	ac_io_free(&io);
}

static void
test_life(const char *url)
{
	struct result result = RESULT_INIT;
	struct authchain_error err = { 0 };
	size_t threads = entries_of("/proc/self/task");
	size_t files = entries_of("/proc/self/fd");
	struct ac_io *io = ac_io_new(NULL);

	ok(entries_of("/proc/self/task") == threads &&
		entries_of("/proc/self/fd") == files,
	    "new starts no thread and opens nothing");
	ok(start_fetch(io, io, url, &result) == -1,
	    "a fetch before start is refused");
	ac_io_drop(io, io);
	ok(true, "drop before start returns");
	ac_io_free(&io);
	ok(io == NULL, "free before start");
	ac_io_free(&io);
	ok(true, "free of nothing");

	io = ac_io_new(NULL);
	ok(ac_io_start(io, &err) == 0, "start");
	ok(ac_io_start(io, &err) == -1, "a second start is refused");
	ok(entries_of("/proc/self/task") == threads + 1, "one thread");
	ac_io_free(&io);
	ok(settles("/proc/self/task", threads), "free ends the thread");
	ok(settles("/proc/self/fd", files), "free closes what was opened");
	ok(result_calls(&result) == 0, "a refused fetch has no done");
	for (int i = 0; i < 20; i++) {
		io = io_started(NULL);
		ac_io_free(&io);
	}
	ok(settles("/proc/self/task", threads) &&
		settles("/proc/self/fd", files),
	    "20 lives leave nothing behind");
	result_clear(&result);
}

static void
log_count(void *arg, uint32_t level, const char *area, const char *text)
{
	(void)area;
	if (level == AUTHCHAIN_LOG_WARNING &&
	    strstr(text, "SSLKEYLOGFILE") != NULL)
		++*(int *)arg;
}

/* In a child, which is then a host that forked between new and start. */
static void
test_fork(const char *url)
{
	struct result result = RESULT_INIT;
	struct ac_io *io = ac_io_new(NULL);
	int status;

	(void)fflush(stdout);
	if (fork() == 0) {
		if (ac_io_start(io, NULL) != 0 ||
		    start_fetch(io, io, url, &result) != 0)
			_exit(1);
		result_wait(&result, 1);
		ac_io_free(&io);
		_exit(result.status == 200 ? 0 : 2);
	}
	(void)wait(&status);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "new, fork, start in the child");
	ac_io_free(&io);
	result_clear(&result);
}

static void
test_key_log(void)
{
	struct ac_log log;
	struct ac_io *io;
	int warnings = 0, status;

	ac_log_init(&log, log_count, &warnings, 0);
	io = ac_io_new(&log);
	(void)setenv("SSLKEYLOGFILE", "/dev/null", 1);
	(void)fflush(stdout);
	if (fork() == 0) {
		struct authchain_error err = { 0 };

		if (setreuid(65534, 0) != 0)
			_exit(77);
		_exit(ac_io_start(io, &err) == -1 ? 0 : 1);
	}
	(void)wait(&status);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		printf("ok %d # SKIP only root can try it\n", ++tap_count);
	else
		ok(WIFEXITED(status) && WEXITSTATUS(status) == 0,
		    "no key log in a process with more rights");
	ok(ac_io_start(io, NULL) == 0 && warnings == 1,
	    "a key log is worth a warning");
	(void)unsetenv("SSLKEYLOGFILE");
	ac_io_free(&io);
}

/* The connections to that port that a child would inherit by exec. */
static size_t
inherited(unsigned int port)
{
	size_t count = 0;

	for (int fd = 3; fd < 256; fd++) {
		struct sockaddr_in peer = { 0 };
		socklen_t len = sizeof(peer);

		if (getpeername(fd, (struct sockaddr *)&peer, &len) == 0 &&
		    peer.sin_family == AF_INET &&
		    ntohs(peer.sin_port) == port &&
		    (fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0)
			count++;
	}
	return count;
}

static void
test_kept(const struct keyserver *server, const char *url)
{
	struct ac_io *io = io_started(NULL);
	struct result result = RESULT_INIT;
	const char *counts;

	(void)keyserver_ask(server, "GET", "/_count", "");
	for (unsigned int i = 1; i <= 3; i++) {
		(void)start_fetch(io, io, url, &result);
		result_wait(&result, i);
	}
	counts = keyserver_ask(server, "GET", "/_count", "");
	ok(strstr(counts, "\"connections\": 1,") != NULL,
	    "one connection serves one after the other");
	ok(inherited(server->port) == 0, "it is closed on exec");
	ac_io_free(&io);
	result_clear(&result);
}

static void
test_many(const char *url)
{
	size_t threads = entries_of("/proc/self/task");
	size_t files = entries_of("/proc/self/fd");
	struct ac_io *io = io_started(NULL);
	struct result result = RESULT_INIT;
	int refused = 0;

	for (int i = 0; i < MANY; i++)
		refused += start_fetch(io, io, url, &result) != 0;
	result_wait(&result, MANY);
	ok(refused == 0 && result.status == 200, "100 fetches at once");
	ac_io_free(&io);
	ok(result_calls(&result) == MANY, "one done each");
	ok(settles("/proc/self/task", threads) &&
		settles("/proc/self/fd", files),
	    "nothing is left behind");
	result_clear(&result);
}

static void
test_bounds(const char *stall)
{
	struct ac_io *io = io_started(NULL);
	struct result result = RESULT_INIT;
	int a = 0, b = 0;

	for (int i = 0; i < AC_IO_MAX_OWNED + 1; i++)
		a += start_fetch(io, &owner_a, stall, &result) == 0;
	ok(a == AC_IO_MAX_OWNED, "one owner's bound");
	for (int i = 0; i < AC_IO_MAX_FETCHES + 1 - AC_IO_MAX_OWNED; i++)
		b += start_fetch(io, &owner_b, stall, &result) == 0;
	ok(a + b == AC_IO_MAX_FETCHES, "everybody's bound");
	ok(start_fetch(io, io, stall, &result) == -1, "and not one more");
	ac_io_drop(io, &owner_a);
	ok(result_calls(&result) == (unsigned int)a &&
		start_fetch(io, io, stall, &result) == 0,
	    "after a drop there is room again");
	ac_io_free(&io);
	ok(result_calls(&result) == AC_IO_MAX_FETCHES + 1,
	    "free ends them all");
	ok(result.status == 0 && strcmp(result.error, "stopped") == 0,
	    "as stopped");
	result_clear(&result);
}

static void
test_drop(const char *url, const char *stall)
{
	struct ac_io *io = io_started(NULL);
	struct result a = RESULT_INIT, b = RESULT_INIT;

	(void)start_fetch(io, &owner_a, stall, &a);
	(void)start_fetch(io, &owner_a, stall, &a);
	(void)start_fetch(io, &owner_b, stall, &b);
	(void)usleep(50000);
	ac_io_drop(io, &owner_a);
	ok(a.calls == 2 && strcmp(a.error, "stopped") == 0,
	    "when drop returns each done was called");
	ok(result_calls(&b) == 0, "another owner's fetch goes on");
	ok(start_fetch(io, &owner_a, url, &a) == 0, "the owner may come back");
	result_wait(&a, 3);
	ok(a.status == 200, "and is served");
	ac_io_drop(io, &owner_a);
	ok(a.calls == 3, "a drop with nothing under way");
	for (int i = 0; i < 50; i++) {
		(void)start_fetch(io, &owner_a, url, &a);
		if (i % 3 == 0)
			(void)usleep(500U * (unsigned int)i % 3000);
		ac_io_drop(io, &owner_a);
		if (a.calls != (unsigned int)i + 4)
			ok(false, "a drop at any moment");
	}
	ok(a.calls == 53, "50 drops at any moment");
	ac_io_free(&io);
	result_clear(&a);
	result_clear(&b);
}

struct fired {
	struct result result;
	char order[16];
};

struct shot {
	struct fired *fired;
	char name;
};

static void
shoot(void *arg)
{
	struct shot *shot = arg;
	struct result *result = &shot->fired->result;

	(void)pthread_mutex_lock(&result->lock);
	shot->fired->order[result->calls++] = shot->name;
	(void)pthread_cond_broadcast(&result->changed);
	(void)pthread_mutex_unlock(&result->lock);
}

/* What came of it. */
struct timed {
	bool others, canceled, twice, nothing, ordered, dropped;
};

/* False when this thread was too slow for what it asked, in parts of unit. */
static bool
try_timers(struct ac_io *io, int64_t unit, struct timed *timed)
{
	struct fired fired = { .result = RESULT_INIT };
	struct shot a = { &fired, 'a' }, b = { &fired, 'b' },
		    c = { &fired, 'c' };
	struct result never = RESULT_INIT;
	uint64_t ms = (uint64_t)unit, id, late;
	int64_t began = ac_clock_monotonic_ms();
	bool in_time;

	(void)ac_io_timer(io, &owner_a, 3 * ms, shoot, &c);
	(void)ac_io_timer(io, &owner_a, ms, shoot, &a);
	(void)ac_io_timer(io, &owner_a, 2 * ms, shoot, &b);
	id = ac_io_timer(io, &owner_a, ms + ms / 2, result_fire, &never);
	timed->others = ac_io_timer_cancel(io, &owner_b, id) == 0;
	timed->canceled = ac_io_timer_cancel(io, &owner_a, id) == 1;
	timed->twice = ac_io_timer_cancel(io, &owner_a, id) == 0;
	timed->nothing = ac_io_timer_cancel(io, &owner_a, 0) == 0;
	in_time = ac_clock_monotonic_ms() - began < unit / 2;
	result_wait(&fired.result, 3);
	timed->ordered = strcmp(fired.order, "abc") == 0;
	began = ac_clock_monotonic_ms();
	(void)ac_io_timer(io, &owner_a, ms, result_fire, &never);
	late = ac_io_timer(io, &owner_a, UINT64_MAX, result_fire, &never);
	(void)ac_io_timer(io, &owner_b, 2 * ms, shoot, &a);
	ac_io_drop(io, &owner_a);
	in_time = in_time && ac_clock_monotonic_ms() - began < unit / 2;
	result_wait(&fired.result, 4);
	timed->dropped = ac_io_timer_cancel(io, &owner_a, late) == 0 &&
			 result_calls(&never) == 0;
	result_clear(&fired.result);
	result_clear(&never);
	return in_time;
}

static void
test_timers(void)
{
	struct ac_io *io = ac_io_new(NULL);
	struct fired fired = { .result = RESULT_INIT };
	struct shot a = { &fired, 'a' };
	struct result never = RESULT_INIT;
	struct timed timed = { 0 };
	int64_t unit = 300;

	ok(ac_io_timer(io, &owner_a, 0, shoot, &a) != 0,
	    "a timer may be set before start");
	(void)usleep(20000);
	ok(fired.result.calls == 0, "and does not fire before it");
	(void)ac_io_start(io, NULL);
	result_wait(&fired.result, 1);
	(void)usleep(20000); /* it sleeps now, and has to be woken */
	while (!try_timers(io, unit, &timed) && unit < 10000)
		unit *= 4;
	ok(timed.others, "another owner can't cancel");
	ok(timed.canceled, "cancel");
	ok(timed.twice, "not twice");
	ok(timed.nothing, "not the timer 0");
	ok(timed.ordered, "timers fire in their order");
	ok(timed.dropped, "what was cancelled or dropped never fires");
	(void)ac_io_timer(io, &owner_b, 60000, result_fire, &never);
	ac_io_free(&io);
	ok(never.calls == 0, "nor what ends with everything");
	result_clear(&fired.result);
	result_clear(&never);
}

static void
test_timer_bound(void)
{
	struct ac_io *io = ac_io_new(NULL);
	struct result result = RESULT_INIT;
	unsigned int set = 0;

	for (int i = 0; i < AC_IO_MAX_TIMERS + 1; i++)
		set += ac_io_timer(io, io, (uint64_t)(i % 7), result_fire,
			   &result) != 0;
	ok(set == AC_IO_MAX_TIMERS, "at most so many timers");
	(void)ac_io_start(io, NULL);
	result_wait(&result, AC_IO_MAX_TIMERS);
	ok(true, "all of them fire");
	ac_io_free(&io);
	ok(result.calls == AC_IO_MAX_TIMERS, "once");
	result_clear(&result);
}

#define STRESS_THREADS 4
#define STRESS_ROUNDS  60

struct stress {
	struct ac_io *io;
	const char *url, *stall;
	struct result result;
	unsigned int started, canceled;
};

/* An owner of its own that starts, cancels and drops. */
static void *
stress_owner(void *arg)
{
	struct stress *stress = arg;
	struct ac_io *io = stress->io;

	for (unsigned int i = 0; i < STRESS_ROUNDS; i++) {
		const char *url = i % 3 == 0 ? stress->stall : stress->url;
		uint64_t id = ac_io_timer(io, stress, i % 4, result_fire,
		    &stress->result);

		stress->started +=
		    start_fetch(io, stress, url, &stress->result) == 0;
		if (i % 5 == 0)
			(void)usleep(2000);
		if (ac_io_timer_cancel(io, stress, id) == 1)
			stress->canceled++;
		if (i % 7 == 0)
			ac_io_drop(io, stress);
	}
	ac_io_drop(io, stress);
	return NULL;
}

static void
test_stress(const char *url, const char *stall)
{
	static struct stress all[STRESS_THREADS];
	pthread_t threads[STRESS_THREADS];
	struct ac_io *io = io_started(NULL);
	bool good = true;

	for (size_t i = 0; i < STRESS_THREADS; i++) {
		all[i] = (struct stress){ .io = io,
			.url = url,
			.stall = stall,
			.result = RESULT_INIT };
		if (pthread_create(&threads[i], NULL, stress_owner, &all[i]) !=
		    0)
			abort();
	}
	for (size_t i = 0; i < STRESS_THREADS; i++) {
		struct stress *stress = &all[i];
		unsigned int calls;

		(void)pthread_join(threads[i], NULL);
		/* without the lock: nothing may touch it after the drop */
		calls = stress->result.calls;
		good =
		    good && calls >= stress->started &&
		    calls <= stress->started + STRESS_ROUNDS - stress->canceled;
		result_clear(&stress->result);
	}
	ok(good, "four owners at once: each fetch has its one done");
	ac_io_free(&io);
}

/* Callbacks that use the io they are called from. */
struct inner {
	struct ac_io *io;
	const char *url, *stall;
	struct result *result; /* of what the callback starts */
	int again;             /* what a fetch after the drop returned */
};

static void
drop_self(void *arg)
{
	struct inner *inner = arg;
	struct result *result = inner->result;

	(void)start_fetch(inner->io, &owner_a, inner->stall, result);
	(void)start_fetch(inner->io, &owner_a, inner->stall, result);
	ac_io_drop(inner->io, &owner_a);
	inner->again = result->calls == 2 ? 0 : -1;
	(void)start_fetch(inner->io, &owner_b, inner->url, result);
}

static void
fetch_again(void *arg, const struct authchain_answer *answer)
{
	struct inner *inner = arg;

	inner->again =
	    start_fetch(inner->io, &owner_a, inner->url, inner->result);
	result_done(inner->result, answer);
}

static void
test_inner(const char *url, const char *stall)
{
	struct result result = RESULT_INIT;
	struct inner inner = { .io = io_started(NULL),
		.url = url,
		.stall = stall,
		.result = &result };
	struct authchain_fetch request = { .size = sizeof(request),
		.url = stall,
		.flags = HTTP };

	(void)ac_io_timer(inner.io, &owner_a, 0, drop_self, &inner);
	result_wait(&result, 3);
	ok(inner.again == 0, "a drop in a callback ends the owner's fetches");
	ok(result.status == 200, "a fetch out of a callback");

	result.calls = 0;
	(void)ac_io_fetch(inner.io, &owner_a, &request, fetch_again, &inner,
	    NULL);
	ac_io_drop(inner.io, &owner_a);
	ok(inner.again == -1 && result.calls == 1,
	    "a fetch of an owner that is being dropped is refused");
	(void)ac_io_fetch(inner.io, &owner_a, &request, fetch_again, &inner,
	    NULL);
	inner.again = 0;
	ac_io_free(&inner.io);
	ok(inner.again == -1 && result.calls == 2,
	    "so is one while everything ends");
	result_clear(&result);
}

int
main(void)
{
	struct keyserver server;
	static char url[4096], stall[4096];

	keyserver_start(&server, NULL);
	keyserver_rule(&server, "{\"path\": \"/ok\", \"body\": \"{}\"}");
	keyserver_rule(&server, "{\"path\": \"/stall\", \"mode\": \"stall\"}");
	(void)snprintf(url, sizeof(url), "%s", url_of(&server, "/ok"));
	(void)snprintf(stall, sizeof(stall), "%s", url_of(&server, "/stall"));
	test_kept(&server, url);
	test_fork(url);
	test_key_log();
	warm_up();
	test_life(url);
	test_many(url);
	test_bounds(stall);
	test_drop(url, stall);
	test_timers();
	test_timer_bound();
	test_inner(url, stall);
	test_stress(url, stall);
	keyserver_stop(&server);
	return done();
}
