/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads for plugins that block: a fixed number, a bounded queue. */
#ifndef AC_ENGINE_POOL_H
#define AC_ENGINE_POOL_H

#include "base/error.h"

#define AC_POOL_THREADS     4
#define AC_POOL_QUEUE       64
#define AC_POOL_MAX_THREADS 256

struct ac_pool;

/* Ready but still; no thread yet. */
struct ac_pool *ac_pool_new(uint32_t threads, uint32_t queue);
int ac_pool_start(struct ac_pool *pool, struct authchain_error *err);
/* Runs what is queued, joins. */
void ac_pool_free(struct ac_pool **pool);

/* -1 at once when the queue is full or the pool does not run. */
int ac_pool_submit(struct ac_pool *pool, void (*run)(void *arg), void *arg);

#endif
