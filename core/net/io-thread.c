/* SPDX-License-Identifier: BSD-2-Clause */
/* What the I/O thread does until it is stopped: requests, answers, timers. */
#include "net/io-parts.h"

#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

#define IO_MAX_WAIT_MS 60000 /* asleep without anything to do */

static void
io_log(const struct ac_io *io, const char *what, const char *why)
{
	if (io->log != NULL)
		ac_log(io->log, AUTHCHAIN_LOG_ERROR, "net", "%s: %s", what,
		    why);
}

/* With the lock, as all below unless they say otherwise. */
bool
ac_io_is_dropping(const struct ac_io *io, const void *owner)
{
	for (const struct ac_io_dropping *at = io->drops; at != NULL;
	     at = at->next)
		if (at->owner == owner)
			return true;
	return false;
}

struct ac_io_entry *
ac_io_find_owned(const struct ac_io *io, const void *owner)
{
	struct ac_io_entry *at = io->entries;

	while (at != NULL && at->owner != owner)
		at = at->next;
	return at;
}

static void
unlink_entry(struct ac_io *io, struct ac_io_entry *entry)
{
	struct ac_io_entry **at = &io->entries;

	while (*at != entry)
		at = &(*at)->next;
	*at = entry->next;
}

void
ac_io_entry_free(struct ac_io_entry *entry)
{
	ac_fetch_free(&entry->fetch);
	free(entry);
}

/* A callback is about to run: the lock is given up until leave(). */
static void
enter(struct ac_io *io, struct ac_io_running *running, const void *owner)
{
	running->owner = owner;
	running->outer = io->running;
	io->running = running;
	(void)pthread_mutex_unlock(&io->lock);
}

static void
leave(struct ac_io *io, const struct ac_io_running *running)
{
	(void)pthread_mutex_lock(&io->lock);
	io->running = running->outer;
	(void)pthread_cond_broadcast(&io->ended);
}

/* On the I/O thread: take entry out and call its done.  answer may borrow from
 * the entry. */
static void
end_entry(struct ac_io *io, struct ac_io_entry *entry,
    const struct authchain_answer *answer)
{
	struct ac_io_running running;

	unlink_entry(io, entry);
	enter(io, &running, entry->owner);
	if (entry->added)
		(void)curl_multi_remove_handle(io->multi, entry->fetch->easy);
	entry->done(entry->arg, answer);
	ac_io_entry_free(entry);
	leave(io, &running);
}

void
ac_io_stop_entry(struct ac_io *io, struct ac_io_entry *entry)
{
	struct authchain_answer answer;

	ac_fetch_no_answer(&answer, "stopped");
	end_entry(io, entry, &answer);
}

static void
stop_dropped(struct ac_io *io)
{
	struct ac_io_entry *entry = io->entries;

	while (entry != NULL) {
		if (ac_io_is_dropping(io, entry->owner)) {
			ac_io_stop_entry(io, entry);
			entry = io->entries; /* the list may be another now */
		} else {
			entry = entry->next;
		}
	}
}

static void
add_new(struct ac_io *io)
{
	struct ac_io_entry *entry = io->entries;

	while (entry != NULL) {
		CURLMcode code = CURLM_OK;
		struct authchain_answer answer;

		if (!entry->added)
			code = curl_multi_add_handle(io->multi,
			    entry->fetch->easy);
		if (code == CURLM_OK) {
			entry->added = true;
			entry = entry->next;
			continue;
		}
		ac_fetch_no_answer(&answer, curl_multi_strerror(code));
		end_entry(io, entry, &answer);
		entry = io->entries;
	}
}

static void
fire_due(struct ac_io *io)
{
	int64_t now = ac_clock_monotonic_ms();
	uint64_t last_id = io->timers.last_id; /* not those set meanwhile */
	struct ac_timer timer;

	while (ac_timer_take(&io->timers, now, last_id, &timer)) {
		struct ac_io_running running;

		enter(io, &running, timer.owner);
		timer.fire(timer.arg);
		leave(io, &running);
	}
}

static void
end_finished(struct ac_io *io)
{
	const CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(io->multi, &left)) != NULL) {
		struct authchain_answer answer;
		CURLcode code = message->data.result;
		char *found = NULL;
		struct ac_io_entry *entry;

		if (message->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
		    &found);
		entry = (struct ac_io_entry *)(void *)found;
		ac_fetch_answer(entry->fetch, code, &answer);
		end_entry(io, entry, &answer);
	}
}

/* Without the lock: let curl work, then sleep until there is more to do. */
static void
transfer(struct ac_io *io)
{
	int busy;
	CURLMcode code = curl_multi_perform(io->multi, &busy);

	if (code != CURLM_OK)
		io_log(io, "transfers", curl_multi_strerror(code));
}

static void
sleep_until(struct ac_io *io, int wait_ms)
{
	static const struct timespec pause = { 0, 100000000 };
	CURLMcode code = curl_multi_poll(io->multi, NULL, 0, wait_ms, NULL);

	if (code == CURLM_OK)
		return;
	io_log(io, "waiting for transfers", curl_multi_strerror(code));
	(void)nanosleep(&pause, NULL); /* no busy loop, whatever it is */
}

void *
ac_io_thread(void *arg)
{
	struct ac_io *io = arg;
	CURLM *multi;

	(void)pthread_mutex_lock(&io->lock);
	while (!io->stopping) {
		int wait_ms;

		stop_dropped(io);
		add_new(io);
		(void)pthread_mutex_unlock(&io->lock);
		transfer(io);
		(void)pthread_mutex_lock(&io->lock);
		end_finished(io);
		fire_due(io);
		wait_ms = ac_timer_wait(&io->timers, ac_clock_monotonic_ms(),
		    IO_MAX_WAIT_MS);
		(void)pthread_mutex_unlock(&io->lock);
		sleep_until(io, wait_ms);
		(void)pthread_mutex_lock(&io->lock);
	}
	ac_timer_clear(&io->timers);
	while (io->entries != NULL)
		ac_io_stop_entry(io, io->entries);
	multi = io->multi;
	io->multi = NULL;
	(void)pthread_mutex_unlock(&io->lock);
	(void)curl_multi_cleanup(multi);
	return NULL;
}
