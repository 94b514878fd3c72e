/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The I/O thread from outside: made, started, given work, asked to drop what an
 * owner has under way, ended.
 */
#include "net/io-parts.h"

#include "base/clock.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define IO_MAX_KEPT 32 /* connections without a request */

/* With the lock, as the next. */
static void
wake(struct ac_io *io)
{
	if (io->multi != NULL)
		(void)curl_multi_wakeup(io->multi);
}

static bool
is_running(const struct ac_io *io, const void *owner)
{
	for (const struct ac_io_running *at = io->running; at != NULL;
	     at = at->outer)
		if (at->owner == owner)
			return true;
	return false;
}

struct ac_io *
ac_io_new(const struct ac_log *log)
{
	struct ac_io *io = calloc(1, sizeof(*io));

	if (io == NULL)
		return NULL;
	io->log = log;
	if (pthread_mutex_init(&io->lock, NULL) != 0) {
		free(io);
		return NULL;
	}
	if (pthread_cond_init(&io->ended, NULL) != 0) {
		(void)pthread_mutex_destroy(&io->lock);
		free(io);
		return NULL;
	}
	return io;
}

int
ac_io_trust(struct ac_io *io, const char *ca_file)
{
	char *copy = strdup(ca_file);

	if (copy == NULL)
		return -1;
	free(io->ca_file);
	io->ca_file = copy;
	return 0;
}

/* Signals are for the host's threads; a SIGPIPE of ours is for nobody. */
static int
start_thread(struct ac_io *io)
{
	sigset_t all, old;
	int r;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_BLOCK, &all, &old);
	(void)pthread_mutex_lock(&io->lock); /* so that it sees io->thread */
	r = pthread_create(&io->thread, NULL, ac_io_thread, io);
	io->started = r == 0;
	(void)pthread_mutex_unlock(&io->lock);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	return r;
}

/*
 * libcurl has no switch against it: with SSLKEYLOGFILE in the environment
 * (OpenSSL's and NSS's convention) it writes the keys of all connections
 * there.  Whoever may set the environment may want that; not so where the
 * process has more rights than they.
 */
static int
check_environment(const struct ac_io *io, struct authchain_error *err)
{
	static const char what[] = "SSLKEYLOGFILE is set: the keys of all TLS "
				   "connections go into that file";

	if (getenv("SSLKEYLOGFILE") == NULL)
		return 0;
	if (getuid() != geteuid() || getgid() != getegid())
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "%s; refused, as this process has more rights than its "
		    "caller",
		    what);
	if (io->log != NULL)
		ac_log(io->log, AUTHCHAIN_LOG_WARNING, "net", "%s", what);
	return 0;
}

int
ac_io_start(struct ac_io *io, struct authchain_error *err)
{
	CURLcode code;
	int r;

	if (io->started)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "the I/O thread runs already");
	if (check_environment(io, err) != 0)
		return -1;
	/* never undone: others in the process may have come to rely on it */
	code = curl_global_init(CURL_GLOBAL_DEFAULT);
	if (code != CURLE_OK)
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "can't initialise libcurl: %s", curl_easy_strerror(code));
	io->multi = curl_multi_init();
	if (io->multi == NULL)
		return ac_error_memory(err);
	(void)curl_multi_setopt(io->multi, CURLMOPT_MAXCONNECTS,
	    (long)IO_MAX_KEPT);
	r = start_thread(io);
	if (r == 0)
		return 0;
	(void)curl_multi_cleanup(io->multi);
	io->multi = NULL;
	return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
	    "can't start the I/O thread: %s", strerror(r));
}

void
ac_io_free(struct ac_io **io_)
{
	struct ac_io *io = *io_;

	if (io == NULL)
		return;
	if (io->started) {
		(void)pthread_mutex_lock(&io->lock);
		io->stopping = true;
		wake(io);
		(void)pthread_mutex_unlock(&io->lock);
		(void)pthread_join(io->thread, NULL);
	}
	*io_ = NULL; /* only now: the last callbacks may go through it */
	ac_timer_clear(&io->timers);
	(void)pthread_cond_destroy(&io->ended);
	(void)pthread_mutex_destroy(&io->lock);
	free(io->ca_file);
	free(io);
}

/* May owner begin something now? */
static int
check_open(const struct ac_io *io, const void *owner,
    struct authchain_error *err)
{
	if (io->stopping || ac_io_is_dropping(io, owner))
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "request refused: its asker is being stopped");
	return 0;
}

/* Put entry into the list, or refuse it. */
static int
enlist(struct ac_io *io, struct ac_io_entry *entry, struct authchain_error *err)
{
	size_t all = 0, owned = 0;

	if (check_open(io, entry->owner, err) != 0)
		return -1;
	for (const struct ac_io_entry *at = io->entries; at != NULL;
	     at = at->next) {
		all++;
		owned += at->owner == entry->owner;
	}
	if (all >= AC_IO_MAX_FETCHES || owned >= AC_IO_MAX_OWNED)
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "request refused: %zu are under way already",
		    all >= AC_IO_MAX_FETCHES ? all : owned);
	entry->next = io->entries;
	io->entries = entry;
	wake(io);
	return 0;
}

int
/* NOLINTNEXTLINE(readability-function-size): what the ABI's fetch takes */
ac_io_fetch(struct ac_io *io, const void *owner,
    const struct authchain_fetch *request,
    void (*done)(void *arg, const struct authchain_answer *answer), void *arg,
    struct authchain_error *err)
{
	struct ac_io_entry *entry;
	int r = -1;

	if (!io->started)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "request refused: nothing may be sent before start");
	entry = calloc(1, sizeof(*entry));
	if (entry == NULL)
		return ac_error_memory(err);
	entry->owner = owner;
	entry->done = done;
	entry->arg = arg;
	entry->fetch = ac_fetch_new(request, io->ca_file, err);
	if (entry->fetch == NULL)
		goto out;
	if (curl_easy_setopt(entry->fetch->easy, CURLOPT_PRIVATE, entry) !=
	    CURLE_OK) {
		(void)ac_error_memory(err);
		goto out;
	}
	(void)pthread_mutex_lock(&io->lock);
	r = enlist(io, entry, err);
	(void)pthread_mutex_unlock(&io->lock);
out:
	if (r != 0)
		ac_io_entry_free(entry);
	return r;
}

uint64_t
ac_io_timer(struct ac_io *io, const void *owner, uint64_t delay_ms,
    void (*fire)(void *arg), void *arg)
{
	struct ac_timer timer = { .owner = owner, .fire = fire, .arg = arg };
	uint64_t id = 0;

	if (delay_ms > INT64_MAX / 2)
		delay_ms = INT64_MAX / 2;
	timer.due_ms = ac_clock_monotonic_ms() + (int64_t)delay_ms;
	(void)pthread_mutex_lock(&io->lock);
	if (check_open(io, owner, NULL) == 0)
		id = ac_timer_add(&io->timers, &timer);
	if (id != 0)
		wake(io);
	(void)pthread_mutex_unlock(&io->lock);
	return id;
}

int
ac_io_timer_cancel(struct ac_io *io, const void *owner, uint64_t id)
{
	bool found;

	(void)pthread_mutex_lock(&io->lock);
	found = ac_timer_remove(&io->timers, owner, id);
	(void)pthread_mutex_unlock(&io->lock);
	return found ? 1 : 0;
}

/* The other threads' way: ask the I/O thread and wait for it. */
static void
await_dropped(struct ac_io *io, const void *owner)
{
	wake(io);
	while (ac_io_find_owned(io, owner) != NULL || is_running(io, owner))
		(void)pthread_cond_wait(&io->ended, &io->lock);
}

void
ac_io_drop(struct ac_io *io, const void *owner)
{
	struct ac_io_dropping drop = { .owner = owner };
	struct ac_io_dropping **at;
	struct ac_io_entry *entry;

	(void)pthread_mutex_lock(&io->lock);
	drop.next = io->drops;
	/* cppcheck-suppress autoVariables ; it is taken out again below */
	io->drops = &drop;
	ac_timer_drop(&io->timers, owner);
	if (io->started && pthread_equal(io->thread, pthread_self()))
		while ((entry = ac_io_find_owned(io, owner)) != NULL)
			ac_io_stop_entry(io, entry);
	else
		await_dropped(io, owner);
	for (at = &io->drops; *at != &drop;)
		at = &(*at)->next;
	*at = drop.next;
	(void)pthread_mutex_unlock(&io->lock);
}
