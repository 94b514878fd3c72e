/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an opened configuration runs on, whichever generation of it is current:
 * I/O thread, pool, loader, shared objects, the queue of calls that can go on.
 */
#ifndef AC_ENGINE_RUNTIME_H
#define AC_ENGINE_RUNTIME_H

#include "base/log.h"
#include "engine/loader.h"

#include <pthread.h>
#include <stdatomic.h>

struct ac_io;
struct ac_lanes;
struct ac_pool;
struct ac_shares;
struct ac_state;
struct ac_generation;
struct authchain_call;
struct authchain_ticket;

struct authchain {
	char *path;
	char *plugin_dir, *state_dir, *required_chain;
	struct authchain_settings settings; /* its strings are these */
	struct ac_log log;
	struct ac_loader *loader;
	struct ac_io *io;
	struct ac_pool *pool;
	struct ac_shares *shares;
	struct ac_state *state;
	int wake_fd; /* eventfd: readable while ready is not empty */
	_Atomic bool started;
	struct ac_lanes *lanes;
	_Atomic(struct ac_generation *) generation;
	pthread_mutex_t lock; /* everything below */
	struct authchain_call *ready, **ready_tail;
	struct authchain_call *waiting; /* calls that a callback waits for */
};

/* The current generation, pinned; never NULL. */
struct ac_generation *ac_runtime_acquire(struct authchain *ac);

/* The I/O thread: made still, started in the process that serves. */
int ac_runtime_io_new(struct authchain *ac);
int ac_runtime_io_start(struct authchain *ac, struct authchain_error *err);
void ac_runtime_io_free(struct authchain *ac);

/* Expire a ticket after a time; 0: out of memory.  Cancel takes 0. */
uint64_t ac_runtime_expire(struct authchain *ac,
    struct authchain_ticket *ticket, uint64_t delay_ms);
void ac_runtime_expire_cancel(struct authchain *ac,
    struct authchain_ticket *ticket, uint64_t id);

/* A call with a callback begins to wait: its deadline is set and it is known.
 * It ended waiting.  It was left to a pool's thread.  Nothing happens to a call
 * that a thread waits for. */
void ac_runtime_wait(struct authchain *ac, struct authchain_call *call);
void ac_runtime_waited(struct authchain *ac, struct authchain_call *call);
void ac_runtime_forget(struct authchain *ac, struct authchain_call *call);

/* Before a close: what waits for a callback ends as unavailable. */
void ac_runtime_end_waiting(struct authchain *ac);

/* Queue a call that can go on, for authchain_dispatch. */
void ac_runtime_ready(struct authchain *ac, struct authchain_call *call);

#endif
