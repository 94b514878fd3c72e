/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One round of a poller: request after request until one settles it, then the
 * result is noted, the next round is set and whoever waited is woken.
 */
#include "keys/poll-round.h"

#include "keys/freshness.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_ETAG 256

static int64_t
bounded(int64_t value, int64_t min, int64_t max)
{
	return value < min ? min : value > max ? max : value;
}

/* Somewhere between three quarters and the whole of base_ms, so that a fleet
 * that started together does not ask together. */
static int64_t
jittered(const struct ac_poll *poll, int64_t base_ms)
{
	uint32_t dice = 0;

	(void)poll->host->random(&dice, sizeof(dice));
	return base_ms - base_ms / 4 * (int64_t)(dice % 1024) / 1024;
}

static int64_t
fresh_ms(const struct ac_poll *poll, const struct authchain_answer *answer)
{
	int64_t said_s = ac_freshness_s(answer);

	if (said_s < 0)
		said_s = AC_POLL_FRESH_S;
	said_s = bounded(said_s, AC_POLL_MIN_FRESH_S, AC_POLL_MAX_FRESH_S);
	return bounded(said_s * 1000, 1, poll->rules.max_fresh_ms);
}

static int64_t
retry_ms(unsigned int failures)
{
	int64_t wait_s = AC_POLL_RETRY_S;

	while (failures-- > 1 && wait_s < AC_POLL_RETRY_MAX_S)
		wait_s *= 2;
	return bounded(wait_s, 0, AC_POLL_RETRY_MAX_S) * 1000;
}

static void
count(const struct ac_poll *poll, const char *result)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%s_%s_total", poll->client.counter,
	    result);
	poll->host->metric_add(poll->entry, name, 1);
}

static void
note_success(const struct ac_poll *poll)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%s_success_timestamp_seconds",
	    poll->client.counter);
	poll->host->metric_set(poll->entry, name, poll->host->wall_ms() / 1000);
}

static void
tell(const struct ac_poll *poll, bool good, unsigned int failures_before,
    int64_t delay_ms)
{
	const struct authchain_host *host = poll->host;
	struct authchain_span trouble = ac_buf_span(&poll->trouble);

	count(poll, good ? "ok" : "failed");
	if (good)
		note_success(poll);
	if (!good)
		host->log(poll->entry, AUTHCHAIN_LOG_WARNING,
		    "%s: %.*s; next attempt in %" PRId64 " s",
		    poll->client.what, (int)trouble.len, trouble.data,
		    (delay_ms + 999) / 1000);
	else if (failures_before > 0)
		host->log(poll->entry, AUTHCHAIN_LOG_NOTICE,
		    "%s: answers again after %u failures", poll->client.what,
		    failures_before);
}

/* Under the lock: note how the round went; the pause until the next. */
static int64_t
note_result(struct ac_poll *poll, const struct authchain_answer *good,
    int64_t now_ms)
{
	struct authchain_span trouble = ac_buf_span(&poll->trouble);

	poll->rounds++;
	if (good != NULL) {
		poll->failures = 0;
		poll->ok_ms = now_ms;
		return jittered(poll, fresh_ms(poll, good));
	}
	if (poll->failures < UINT32_MAX)
		poll->failures++;
	poll->failed_ms = now_ms;
	(void)snprintf(poll->error, sizeof(poll->error), "%.*s",
	    (int)trouble.len, trouble.data);
	return jittered(poll, retry_ms(poll->failures));
}

static void
round_due(void *arg)
{
	struct ac_poll *poll = arg;
	bool mine;

	(void)pthread_mutex_lock(&poll->lock);
	poll->round_timer = 0;
	mine = !poll->running && !poll->stopped;
	if (mine)
		ac_poll_claim(poll);
	(void)pthread_mutex_unlock(&poll->lock);
	if (mine)
		ac_poll_round_begin(poll);
}

/* Under the lock.  Without a timer the next who asks begins the round. */
static void
set_round_timer(struct ac_poll *poll, int64_t now_ms, int64_t delay_ms)
{
	if (poll->round_timer != 0)
		(void)poll->host->timer_cancel(poll->entry, poll->round_timer);
	poll->next_ms = now_ms + delay_ms;
	poll->round_timer =
	    poll->host->timer(poll->entry, (uint64_t)delay_ms, round_due, poll);
}

/* good is the answer that settled it, NULL after a failure. */
static void
round_end(struct ac_poll *poll, const struct authchain_answer *good)
{
	int64_t now_ms = poll->host->monotonic_ms(), delay_ms;
	unsigned int failures_before;
	struct ac_poll_waiter *waiters;

	(void)pthread_mutex_lock(&poll->lock);
	failures_before = poll->failures;
	delay_ms = note_result(poll, good, now_ms);
	(void)pthread_mutex_unlock(&poll->lock);

	tell(poll, good != NULL, failures_before, delay_ms);
	ac_buf_clear(&poll->trouble);
	free(poll->url);
	poll->url = NULL;

	(void)pthread_mutex_lock(&poll->lock);
	poll->running = false;
	if (!poll->stopped)
		set_round_timer(poll, now_ms, delay_ms);
	waiters = poll->waiters;
	poll->waiters = NULL;
	poll->waiter_count = 0;
	(void)pthread_mutex_unlock(&poll->lock);
	ac_poll_wake_all(waiters);
	ac_poll_unref(poll);
}

/* Why this URL was not it; rounds of several steps gather these. */
static void
add_trouble(struct ac_poll *poll, const struct authchain_error *err)
{
	if (err->text[0] == '\0')
		return;
	if (poll->trouble.len > 0)
		ac_buf_text(&poll->trouble, "; ");
	if (poll->url != NULL)
		ac_buf_format(&poll->trouble, "%.*s: ", AC_POLL_ERROR_BYTES / 4,
		    poll->url);
	ac_buf_text(&poll->trouble, err->text);
}

static void
remember_etag(struct ac_poll *poll, const struct authchain_answer *answer)
{
	struct authchain_span etag = ac_freshness_header(answer, "etag");

	free(poll->etag);
	free(poll->etag_url);
	poll->etag = NULL;
	poll->etag_url = NULL;
	if (etag.data == NULL || etag.len == 0 || etag.len > MAX_ETAG ||
	    ac_span_has_control(etag))
		return;
	poll->etag = strndup(etag.data, etag.len);
	poll->etag_url = strdup(poll->url);
}

static bool
etag_serves(const struct ac_poll *poll)
{
	return poll->etag != NULL && poll->etag_url != NULL &&
	       strcmp(poll->etag_url, poll->url) == 0;
}

static enum ac_poll_step
judge(struct ac_poll *poll, const struct authchain_answer *answer)
{
	struct authchain_error err = { 0 };
	enum ac_poll_step step;

	if (answer->status == 304 && etag_serves(poll)) {
		if (poll->client.same != NULL)
			poll->client.same(poll->client.arg);
		return AC_POLL_DONE; /* RFC 9110 15.4.5 */
	}
	step = poll->client.take(poll->client.arg, poll->url, answer, &err);
	if (step == AC_POLL_DONE)
		remember_etag(poll, answer);
	else
		add_trouble(poll, &err);
	return step;
}

static void round_step(struct ac_poll *poll);

static void
answered(void *arg, const struct authchain_answer *answer)
{
	struct ac_poll *poll = arg;
	enum ac_poll_step step = AC_POLL_FAILED;
	bool stopped;

	(void)pthread_mutex_lock(&poll->lock);
	stopped = poll->stopped;
	(void)pthread_mutex_unlock(&poll->lock);
	if (stopped) {
		ac_poll_unref(poll);
		return;
	}
	step = judge(poll, answer);
	if (step == AC_POLL_NEXT)
		round_step(poll);
	else
		round_end(poll, step == AC_POLL_DONE ? answer : NULL);
}

static int
send_request(struct ac_poll *poll)
{
	struct authchain_pair match = {
		.name = ac_span_text("If-None-Match"),
		.value = ac_span_text(poll->etag),
	};
	struct authchain_fetch request = {
		.size = sizeof(request),
		.url = poll->url,
		.headers = &match,
		.header_count = etag_serves(poll) ? 1 : 0,
		.flags = poll->rules.fetch_flags,
		.max_bytes = poll->rules.max_bytes,
	};

	return poll->host->fetch(poll->entry, &request, answered, poll);
}

static void
round_step(struct ac_poll *poll)
{
	struct authchain_error err = { 0 };

	free(poll->url);
	poll->url = NULL;
	if (poll->steps < AC_POLL_MAX_STEPS)
		poll->url =
		    poll->client.url(poll->client.arg, poll->steps == 0);
	poll->steps++;
	if (poll->url != NULL && send_request(poll) == 0)
		return;
	if (poll->url != NULL)
		(void)ac_error(&err, AUTHCHAIN_ERROR_SYSTEM,
		    "the request was refused before it was sent (address not "
		    "allowed, too many requests, or not started)");
	else if (poll->trouble.len == 0)
		(void)ac_error_memory(&err);
	add_trouble(poll, &err);
	round_end(poll, NULL);
}

void
ac_poll_claim(struct ac_poll *poll)
{
	poll->running = true;
	poll->refs++;
}

void
ac_poll_round_begin(struct ac_poll *poll)
{
	poll->steps = 0;
	round_step(poll);
}
