/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each allocation that core/net makes fails in turn: it may refuse, it may not
 * crash, lose a done or call one twice.  The linker leads its calls to
 * failing.c, or here (-Wl,--wrap); libcurl's own are not touched but where a
 * function of it gives a NULL.
 */
#include "failing.h"
#include "fetching.h"

#include "net/url.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdbool.h>

CURL *real_easy_init(void) __asm__("__real_curl_easy_init");
CURLM *real_multi_init(void) __asm__("__real_curl_multi_init");
CURLU *real_url(void) __asm__("__real_curl_url");
struct curl_slist *real_append(struct curl_slist *list,
    const char *line) __asm__("__real_curl_slist_append");
int real_create(pthread_t *thread, const pthread_attr_t *attributes,
    void *(*start)(void *), void *arg) __asm__("__real_pthread_create");

CURL *wrap_easy_init(void) __asm__("__wrap_curl_easy_init");
CURLM *wrap_multi_init(void) __asm__("__wrap_curl_multi_init");
CURLU *wrap_url(void) __asm__("__wrap_curl_url");
struct curl_slist *wrap_append(struct curl_slist *list,
    const char *line) __asm__("__wrap_curl_slist_append");
int wrap_create(pthread_t *thread, const pthread_attr_t *attributes,
    void *(*start)(void *), void *arg) __asm__("__wrap_pthread_create");

CURL *
wrap_easy_init(void)
{
	return failing_now() ? NULL : real_easy_init();
}

CURLM *
wrap_multi_init(void)
{
	return failing_now() ? NULL : real_multi_init();
}

CURLU *
wrap_url(void)
{
	return failing_now() ? NULL : real_url();
}

struct curl_slist *
wrap_append(struct curl_slist *list, const char *line)
{
	return failing_now() ? NULL : real_append(list, line);
}

int
wrap_create(pthread_t *thread, const pthread_attr_t *attributes,
    void *(*start)(void *), void *arg)
{
	return failing_now() ? EAGAIN
			     : real_create(thread, attributes, start, arg);
}

struct outcome {
	bool broken;
	unsigned int served, failed, refused;
};

static void
use(struct ac_io *io, const char *url, struct outcome *outcome)
{
	static const struct authchain_pair header = { { "X", 1 }, { "y", 1 } };
	struct authchain_fetch request = { .size = sizeof(request),
		.url = url,
		.body = { "secret", 6 },
		.headers = &header,
		.header_count = 1,
		.flags = HTTP };
	struct result result;
	uint64_t id;

	id = ac_io_timer(io, io, 100000, result_fire, &result);
	if (fetch(io, &request, &result) != 0)
		outcome->refused++;
	else if (result.status == 200 && strcmp(result.body, "body") == 0)
		outcome->served++;
	else if (result.status == 0 &&
		 strcmp(result.error, "out of memory") == 0)
		outcome->failed++;
	else
		outcome->broken = true;
	if (ac_io_timer_cancel(io, io, id) != (id != 0))
		outcome->broken = true;
	if (result.calls > 1 || result.error[0] == '\0')
		outcome->broken |= result.status != 200;
	result_clear(&result);
}

/* One life in which the at-th call fails; false: it had no so many. */
static bool
live(long at, const char *url, struct outcome *outcome)
{
	struct ac_io *io;
	struct authchain_error err = { 0 };
	bool came;

	failing_after(at);
	io = ac_io_new(NULL);
	if (io != NULL) {
		if (ac_io_trust(io, "/nowhere") != 0 ||
		    ac_io_start(io, &err) != 0)
			outcome->refused++;
		else
			use(io, url, outcome);
		ac_io_free(&io);
	} else {
		outcome->refused++;
	}
	came = failing_left() < 0;
	failing_after(-1);
	return came;
}

int
main(void)
{
	struct keyserver server;
	struct outcome outcome = { 0 };
	long at = 0;

	keyserver_start(&server, NULL);
	keyserver_rule(&server, "{\"path\": \"/ok\", \"body\": \"body\"}");
	(void)live(-1, url_of(&server, "/ok"), &outcome);
	ok(outcome.served == 1, "without a failure it is served");
	while (at < 1000 && live(at, url_of(&server, "/ok"), &outcome))
		at++;
	printf("# %ld calls: %u refused, %u failed, %u served\n", at,
	    outcome.refused, outcome.failed, outcome.served);
	ok(at > 15 && at < 1000, "each call failed once");
	ok(!outcome.broken, "no done was lost, nothing was half done");
	ok(outcome.refused > 10 && outcome.failed > 1,
	    "a fetch is refused, or fails, for want of memory");
	keyserver_stop(&server);
	return done();
}
