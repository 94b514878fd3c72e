/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Key sets on the real I/O thread against a real server that fails in every
 * way, and under threads that verify while keys rotate.
 */
#include "keyserver.h"
#include "signer.h"
#include "tap.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "keys/keyset.h"
#include "net/io.h"

#define THREADS 4
#define ROUNDS  40

/* ---- as much of a host as a key set needs ---- */

static struct ac_io *io;
static int owner;
static _Atomic unsigned long logged;

static int
fetch(struct authchain_entry *entry, const struct authchain_fetch *request,
    void (*ended)(void *arg, const struct authchain_answer *answer), void *arg)
{
	(void)entry;
	return ac_io_fetch(io, &owner, request, ended, arg, NULL);
}

static uint64_t
timer(struct authchain_entry *entry, uint64_t delay_ms, void (*fire)(void *arg),
    void *arg)
{
	(void)entry;
	return ac_io_timer(io, &owner, delay_ms, fire, arg);
}

static int
timer_cancel(struct authchain_entry *entry, uint64_t id)
{
	(void)entry;
	return ac_io_timer_cancel(io, &owner, id);
}

static void
log_line(struct authchain_entry *entry, uint32_t level, const char *format, ...)
{
	(void)entry;
	(void)level;
	(void)format;
	logged++;
}

static void
metric_add(struct authchain_entry *entry, const char *name, uint64_t amount)
{
	(void)entry;
	(void)name;
	(void)amount;
}

static void
metric_set(struct authchain_entry *entry, const char *name, int64_t value)
{
	(void)entry;
	(void)name;
	(void)value;
}

static void
report(struct authchain_report *to, const char *name, const char *format, ...)
{
	(void)to;
	(void)name;
	(void)format;
}

static void
forget(struct authchain_entry *entry)
{
	(void)entry;
}

static int
random_bytes(void *buffer, size_t len)
{
	memset(buffer, 0x5a, len);
	return 0;
}

static const struct authchain_host host = {
	.size = sizeof(host),
	.fetch = fetch,
	.timer = timer,
	.timer_cancel = timer_cancel,
	.log = log_line,
	.metric_add = metric_add,
	.metric_set = metric_set,
	.report = report,
	.forget = forget,
	.random = random_bytes,
	.wall_ms = ac_clock_wall_ms,
	.monotonic_ms = ac_clock_monotonic_ms,
};

/* ---- what is tried ---- */

static struct keyserver server;
static struct ac_keyset *set;
static char *set1, *set2;

static void
wake(void *arg)
{
	(void)sem_post(arg);
}

/* Is there a fetch to wait for? */
static bool
may_wait(const char *kid)
{
	enum ac_keyset_ask answer =
	    ac_keyset_ask(set, ac_span_text(kid), false);

	return answer == AC_KEYSET_WAIT || answer == AC_KEYSET_JOINED;
}

static int
wait_for(const char *kid, sem_t *woken)
{
	return ac_keyset_wait_for(set, ac_span_text(kid),
	    ac_alg_find(ac_span_text("ES256")), wake, woken);
}

/* Ask for one more kid that nobody has, until the fetch has ended. */
static void
ask_and_wait(void)
{
	static unsigned int asked;
	sem_t woken;
	char kid[32];

	(void)sem_init(&woken, 0, 0);
	(void)snprintf(kid, sizeof(kid), "asked-%u", asked++);
	for (;;) {
		if (may_wait(kid) && ac_keyset_wait(set, 0, wake, &woken) == 0)
			break;
		(void)usleep(2000);
	}
	while (sem_wait(&woken) != 0)
		continue;
	(void)sem_destroy(&woken);
}

static bool
has(const char *kid)
{
	const struct ac_jwk *keys[AC_JWKS_MAX_TRIES];
	struct ac_keyset_view view;
	size_t count = 0;
	bool found;

	if (!ac_keyset_acquire(set, &view))
		return false;
	found = ac_jwks_find(view.jwks, ac_span_text(kid),
		    ac_alg_find(ac_span_text("ES256")), keys,
		    &count) == AC_JWKS_FOUND;
	if (found)
		ac_keyset_used(set, &view, keys[0]);
	ac_keyset_release(&view);
	return found;
}

static void
serve(const char *text)
{
	char rule[4096];

	(void)snprintf(rule, sizeof(rule),
	    "{\"path\": \"/jwks\", \"body\": %s}", text);
	keyserver_rule(&server, rule);
}

static void
open_set(void)
{
	char url[64];
	struct ac_keyset_source source = {
		.issuer = "https://as.example",
		.jwks_uri = url,
		.fetch_flags =
		    AUTHCHAIN_FETCH_INSECURE_HTTP | AUTHCHAIN_FETCH_PRIVATE,
		/* so that a test need not wait for it */
		.cooldown_ms = 1,
		.max_stale_ms = 3600000,
	};

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/jwks",
	    server.port);
	io = ac_io_new(NULL);
	set = ac_keyset_new(&host, NULL, &source, NULL);
	if (io == NULL || set == NULL || ac_io_start(io, NULL) != 0)
		abort();
	ac_keyset_start(set);
	ask_and_wait();
}

static void
close_set(void)
{
	ac_io_drop(io, &owner);
	ac_keyset_free(&set);
	ac_io_free(&io);
}

static const char *const faults[] = { "down", "reset", "500", "503", "404",
	"truncated", "html", "huge", "huge-chunked", "redirect", "empty",
	"gzip", "flood", "junk" };

static void
test_faults(void)
{
	serve(set1);
	open_set();
	ok(has("k1"), "keys come from a server");
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct ac_keyset_words words;
		char text[256];

		(void)snprintf(text, sizeof(text),
		    "{\"path\": \"/jwks\", \"mode\": \"%s\", "
		    "\"body\": {\"keys\": []}}",
		    faults[i]);
		keyserver_rule(&server, text);
		ask_and_wait();
		(void)snprintf(text, sizeof(text),
		    "%s: the keys stay, the fault is known", faults[i]);
		ok(has("k1") && ac_keyset_is_down(set), text);
		printf("# %s\n", ac_keyset_describe(set, &words));
		serve(set1);
		ask_and_wait();
		(void)snprintf(text, sizeof(text), "%s: and over with the next",
		    faults[i]);
		ok(has("k1") && !ac_keyset_is_down(set), text);
	}
	close_set();
}

struct worker {
	pthread_t thread;
	sem_t woken;
	unsigned long found, lost, waits;
};

static _Atomic bool stopping;

static void
work_once(struct worker *worker, unsigned int n)
{
	struct ac_keyset_view view;
	char kid[32];
	int r = -1;

	if (ac_keyset_acquire(set, &view) && ac_jwks_count(view.jwks) == 1)
		worker->found++;
	else
		worker->lost++;
	ac_keyset_release(&view);
	(void)snprintf(kid, sizeof(kid), "forged-%u", n);
	if (may_wait(kid))
		r = n % 2 == 0
			? wait_for(kid, &worker->woken)
			: ac_keyset_wait(set, n % 3, wake, &worker->woken);
	worker->waits += r == 0;
}

static void *
work(void *arg)
{
	struct worker *worker = arg;
	struct ac_keyset_words words;

	for (unsigned int n = 0; !stopping; n++) {
		work_once(worker, n);
		if (n % 16 == 0)
			(void)ac_keyset_describe(set, &words);
		(void)usleep(100);
	}
	return NULL;
}

static void
test_threads(void)
{
	struct worker workers[THREADS] = { 0 };
	unsigned long found = 0, lost = 0, waits = 0, wakes = 0;

	serve(set1);
	open_set();
	for (size_t i = 0; i < THREADS; i++) {
		(void)sem_init(&workers[i].woken, 0, 0);
		(void)pthread_create(&workers[i].thread, NULL, work,
		    &workers[i]);
	}
	for (int round = 0; round < ROUNDS; round++) {
		serve(round % 2 == 0 ? set2 : set1);
		ask_and_wait();
	}
	stopping = true;
	for (size_t i = 0; i < THREADS; i++)
		(void)pthread_join(workers[i].thread, NULL);
	close_set();
	for (size_t i = 0; i < THREADS; i++) {
		found += workers[i].found;
		lost += workers[i].lost;
		waits += workers[i].waits;
		while (sem_trywait(&workers[i].woken) == 0)
			wakes++;
		(void)sem_destroy(&workers[i].woken);
	}
	ok(found > 0 && lost == 0,
	    "while keys rotate nobody ever finds none at all");
	ok(waits > 0 && waits == wakes, "each who waited was woken once");
	printf("# %lu looks, %lu waits\n", found, waits);
}

static void
test_close_under_way(void)
{
	sem_t woken;

	serve(set1);
	open_set();
	(void)sem_init(&woken, 0, 0);
	keyserver_rule(&server, "{\"path\": \"/jwks\", \"mode\": \"stall\"}");
	while (!may_wait("nobody") || wait_for("nobody", &woken) != 0)
		(void)usleep(2000);
	close_set();
	ok(sem_trywait(&woken) == 0 && sem_trywait(&woken) != 0,
	    "closed while the server hangs: who waits is woken, once");
	(void)sem_destroy(&woken);
}

int
main(void)
{
	struct ac_jwk *key1 = signer_key("ES256"), *key2 = signer_key("ES256");

	set1 = signer_set_of(key1, "k1");
	set2 = signer_set_of(key2, "k2");
	keyserver_start(&server, NULL);
	test_faults();
	test_threads();
	test_close_under_way();
	keyserver_stop(&server);
	ac_jwk_free(&key1);
	ac_jwk_free(&key2);
	free(set1);
	free(set2);
	return done();
}
