/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of the I/O thread, for io.c and io-thread.c alone.  One lock
 * guards the lists; it is never held while a callback or curl's transfers run.
 * The multi handle is touched by the thread alone, but for waking it.  Whatever
 * entry leaves the list has had its done, or is having it: that is what
 * ac_io_drop waits for.
 */
#ifndef AC_NET_IO_PARTS_H
#define AC_NET_IO_PARTS_H

#include "net/fetch.h"
#include "net/io.h"
#include "net/timer.h"

#include <pthread.h>

/* One fetch under way. */
struct ac_io_entry {
	struct ac_io_entry *next;
	const void *owner;
	void (*done)(void *arg, const struct authchain_answer *answer);
	void *arg;
	struct ac_fetch *fetch;
	bool added; /* to the multi handle */
};

/* A callback that runs now; nested ones come from ac_io_drop in a callback. */
struct ac_io_running {
	const void *owner;
	const struct ac_io_running *outer;
};

/* An ac_io_drop that has not returned yet. */
struct ac_io_dropping {
	const void *owner;
	struct ac_io_dropping *next;
};

struct ac_io {
	const struct ac_log *log;
	char *ca_file;
	bool started;
	pthread_t thread;

	pthread_mutex_t lock;
	pthread_cond_t ended; /* a callback has returned */
	/* guarded by lock: */
	CURLM *multi; /* NULL before start and after the thread's end */
	bool stopping;
	struct ac_io_entry *entries;
	struct ac_timers timers;
	const struct ac_io_running *running;
	struct ac_io_dropping *drops;
};

/* What the thread runs; its argument is the struct ac_io. */
void *ac_io_thread(void *io);

/* All below with the lock. */
bool ac_io_is_dropping(const struct ac_io *io, const void *owner);
struct ac_io_entry *ac_io_find_owned(const struct ac_io *io, const void *owner);
/* On the I/O thread: take the entry out, with a done of status 0. */
void ac_io_stop_entry(struct ac_io *io, struct ac_io_entry *entry);
void ac_io_entry_free(struct ac_io_entry *entry);

#endif
