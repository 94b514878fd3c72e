/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread sleeps until the first record of a while comes, and lets a few
 * more come before it writes.  What can't be written is tried again while the
 * queue has room; what the queue has no room for is counted, and a line says
 * so as soon as one can be written.
 */
#ifdef HAVE_CONFIG_H
#include "config.h" /* pthread_timedjoin_np */
#endif

#include "audit-writer.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "audit-datagram.h"
#include "audit-file.h"
#include "audit-queue.h"

#define NAME_LABEL "authchain audit names"
#define GATHER_MS  5    /* lines that come together are written together */
#define RETRY_MS   200  /* after a failure */
#define STOP_MS    2000 /* for what is left at the end */
#define JOIN_MS    5000 /* a write that hangs is left behind */

struct audit_writer {
	const struct authchain_host *host;
	struct authchain_entry *entry;
	enum audit_sink sink;
	struct audit_queue queue;
	_Atomic bool asleep, stopping, failing, left_behind;
	_Atomic uint64_t written, lost;
	int wake; /* eventfd */
	bool started;
	pthread_t thread;
	/* from start on the thread's */
	struct audit_style style;
	struct ac_seal seal;
	struct audit_file file;
	struct audit_datagram datagram;
	struct audit_batch batch;
	struct audit_record *waiting; /* oldest first */
	struct audit_record **last;
	uint64_t missing;           /* lines that no line tells of yet */
	struct authchain_error why; /* nothing can be written, if it has text */
	int64_t until_ms;           /* when to give up, once it is stopping */
};

/* ---- making it ---- */

static int
derive(struct audit_writer *w, const struct audit_config *config)
{
	unsigned char own[AC_DIGEST_BYTES];
	struct authchain_span secret = config->name_secret;

	if (secret.data == NULL) {
		if (config->host->random(own, sizeof(own)) != 0)
			return -1;
		secret = ac_span((const char *)own, sizeof(own));
	}
	w->style.hash_subjects = config->hash_subjects;
	w->style.seal = config->chained ? &w->seal : NULL;
	return ac_seal_derive(secret, NAME_LABEL, w->style.name_key) != 0 ||
		       ac_seal_init(&w->seal, config->chain_secret) != 0
		   ? -1
		   : 0;
}

static void
free_writer(struct audit_writer *w)
{
	if (w->wake >= 0)
		(void)close(w->wake);
	audit_file_clear(&w->file);
	audit_datagram_clear(&w->datagram);
	ac_buf_clear(&w->batch.text);
	explicit_bzero(&w->style, sizeof(w->style));
	explicit_bzero(&w->seal, sizeof(w->seal));
	free(w);
}

struct audit_writer *
audit_writer_new(const struct audit_config *config,
    struct authchain_entry *entry)
{
	struct audit_writer *w = calloc(1, sizeof(*w));
	int r;

	if (w == NULL)
		return NULL;
	w->host = config->host;
	w->entry = entry;
	w->sink = config->sink;
	w->file.fd = w->datagram.fd = -1;
	w->last = &w->waiting;
	audit_queue_init(&w->queue, config->queue_bytes);
	ac_buf_init(&w->batch.text, AUDIT_BATCH_BYTES);
	w->wake = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
	r = w->wake < 0 ? -1 : derive(w, config);
	if (r == 0 && config->sink == AUDIT_FILE)
		r = audit_file_init(&w->file, config->path, config->mode);
	else if (r == 0)
		r = audit_datagram_init(&w->datagram, config->path,
		    config->sink == AUDIT_JOURNALD);
	if (r == 0)
		return w;
	free_writer(w);
	return NULL;
}

/* ---- a batch ---- */

static void
compose(struct audit_writer *w)
{
	bool file = w->sink == AUDIT_FILE;
	struct audit_events events = {
		.ts_ms = w->host->wall_ms(),
		.torn = file && w->file.torn ? &w->file.piece : NULL,
		.fresh = file && w->file.fresh,
	};

	w->missing += audit_queue_dropped(&w->queue);
	events.missing = w->missing;
	audit_batch_begin(&w->batch, &w->style, &w->seal, &events);
	audit_batch_add(&w->batch, &w->style, &w->seal, w->waiting);
}

static void
let_go(struct audit_writer *w)
{
	struct audit_record *record = w->waiting;

	w->waiting = record->next;
	if (w->waiting == NULL)
		w->last = &w->waiting;
	audit_queue_let_go(&w->queue, record);
}

/* `count' lines are out; the chain stands behind the last of them. */
static void
settle(struct audit_writer *w, size_t count, const struct ac_seal *before)
{
	size_t decisions = audit_batch_decisions(&w->batch, count);
	size_t events =
	    w->batch.count - audit_batch_decisions(&w->batch, w->batch.count);

	if (count >= events)
		w->missing = 0;
	w->seal = count == 0 ? *before : w->batch.lines[count - 1].after;
	for (size_t i = 0; i < decisions; i++)
		let_go(w);
	(void)atomic_fetch_add(&w->written, decisions);
}

static void
say(struct audit_writer *w, const struct authchain_error *err)
{
	bool failing = err->text[0] != '\0';

	w->why = *err;
	if (failing == atomic_exchange(&w->failing, failing) ||
	    atomic_load(&w->left_behind))
		return;
	if (failing)
		w->host->log(w->entry, AUTHCHAIN_LOG_ERROR,
		    "%s; decisions go on, and are written when that is "
		    "mended, or counted as dropped",
		    err->text);
	else
		w->host->log(w->entry, AUTHCHAIN_LOG_NOTICE,
		    "lines are written again");
}

static bool
is_ready(struct audit_writer *w, struct authchain_error *err)
{
	if (w->sink != AUDIT_FILE)
		return audit_datagram_ready(&w->datagram, err) == 0;
	return audit_file_ready(&w->file, w->style.seal, err) ==
	       AUDIT_FILE_READY;
}

/* All that waits; false when some of it can't be written now. */
static bool
write_out(struct audit_writer *w)
{
	struct authchain_error err = { 0 };
	struct ac_seal before;
	size_t count = 0;
	bool good = is_ready(w, &err);

	do {
		before = w->seal;
		if (!good)
			break;
		compose(w);
		count = w->batch.count;
		if (count > 0)
			count =
			    w->sink == AUDIT_FILE
				? audit_file_write(&w->file, &w->batch, &err)
				: audit_datagram_write(&w->datagram, &w->batch,
				      &err);
		settle(w, count, &before);
		good = count == w->batch.count && err.text[0] == '\0';
	} while (good && w->waiting != NULL && count > 0);
	say(w, &err);
	return good && w->waiting == NULL;
}

/* ---- the thread ---- */

static void
wait_for_work(struct audit_writer *w, bool done)
{
	struct pollfd polled = { .fd = w->wake, .events = POLLIN };
	uint64_t count;

	atomic_store(&w->asleep, true);
	if (atomic_load(&w->queue.newest) == NULL && !atomic_load(&w->stopping))
		(void)poll(&polled, 1, done ? -1 : RETRY_MS);
	atomic_store(&w->asleep, false);
	(void)!read(w->wake, &count, sizeof(count));
}

static void
take(struct audit_writer *w)
{
	*w->last = audit_queue_take(&w->queue);
	while (*w->last != NULL)
		w->last = &(*w->last)->next;
}

static bool
is_over(struct audit_writer *w, bool done)
{
	if (!atomic_load(&w->stopping))
		return false;
	if (w->until_ms == 0)
		w->until_ms = w->host->monotonic_ms() + STOP_MS;
	if (done && atomic_load(&w->queue.newest) == NULL &&
	    atomic_load(&w->queue.dropped) == 0)
		return true;
	return w->host->monotonic_ms() >= w->until_ms;
}

/* No line will tell of these: the log does. */
static void
give_up(struct audit_writer *w)
{
	uint64_t lost = w->missing + audit_queue_dropped(&w->queue);

	take(w);
	for (; w->waiting != NULL; lost++) {
		let_go(w);
		(void)atomic_fetch_add(&w->lost, 1);
	}
	w->missing = 0;
	if (lost > 0 && w->started && !atomic_load(&w->left_behind))
		w->host->log(w->entry, AUTHCHAIN_LOG_ERROR,
		    "%" PRIu64 " decisions are lost, which were not written by "
		    "the end: %s; mend that before the next start",
		    lost,
		    w->why.text[0] != '\0' ? w->why.text : "there was no time");
}

static void *
run(void *arg)
{
	struct audit_writer *w = arg;
	bool done = false; /* an end may come first */

	while (!is_over(w, done)) {
		wait_for_work(w, done);
		(void)poll(NULL, 0,
		    atomic_load(&w->stopping) && !done ? RETRY_MS / 10
						       : GATHER_MS);
		take(w);
		done = write_out(w);
	}
	give_up(w);
	return NULL;
}

static void
wake(struct audit_writer *w)
{
	const uint64_t one = 1;

	(void)!write(w->wake, &one, sizeof(one));
}

/* The thread takes no signal: they are for who began the process. */
static int
start_thread(struct audit_writer *w, struct authchain_error *err)
{
	sigset_t all, before;
	int r;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&w->thread, NULL, run, w);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r != 0)
		return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "can't make a thread: %s", strerror(r));
	w->started = true;
	return 0;
}

int
audit_writer_start(struct audit_writer *w, struct authchain_error *err)
{
	enum audit_file_state state = AUDIT_FILE_READY;
	struct authchain_error busy = { 0 };

	if (w->started) {
		wake(w);
		return 0;
	}
	if (w->sink != AUDIT_FILE &&
	    audit_datagram_ready(&w->datagram, err) != 0)
		return -1;
	/* who has it may be the entry that this one follows at a reload */
	if (w->sink == AUDIT_FILE)
		state = audit_file_ready(&w->file, w->style.seal, &busy);
	if (state == AUDIT_FILE_FAILED)
		return ac_error(err, busy.code, "%s", busy.text);
	return start_thread(w, err);
}

bool
audit_writer_put(struct audit_writer *w, struct audit_record *record)
{
	bool kept = record != NULL && audit_queue_push(&w->queue, record);

	if (record == NULL)
		audit_queue_drop(&w->queue, 1);
	if (!kept)
		(void)atomic_fetch_add(&w->lost, 1);
	if (atomic_load(&w->asleep) && atomic_exchange(&w->asleep, false))
		wake(w);
	return kept;
}

void
audit_writer_count(const struct audit_writer *w, struct audit_counts *counts)
{
	*counts = (struct audit_counts){
		.written = atomic_load(&w->written),
		.lost = atomic_load(&w->lost),
		.waiting = atomic_load(&w->queue.bytes),
		.failing = atomic_load(&w->failing),
	};
}

/* false: it hangs in the kernel, and keeps what it uses. */
static bool
join(struct audit_writer *w)
{
	int64_t until_ms = w->host->wall_ms() + JOIN_MS;
	const struct timespec until = { until_ms / 1000,
		until_ms % 1000 * 1000000 };

	if (pthread_timedjoin_np(w->thread, NULL, &until) == 0)
		return true;
	w->host->log(w->entry, AUTHCHAIN_LOG_ERROR,
	    "%zu bytes of decisions are lost: a write hangs, and was not "
	    "waited for",
	    atomic_load(&w->queue.bytes));
	atomic_store(&w->left_behind, true);
	(void)pthread_detach(w->thread);
	return false;
}

void
audit_writer_free(struct audit_writer **writer)
{
	struct audit_writer *w = *writer;

	*writer = NULL;
	if (w == NULL)
		return;
	atomic_store(&w->stopping, true);
	wake(w);
	if (!w->started || join(w)) {
		give_up(w);
		free_writer(w);
	}
}
