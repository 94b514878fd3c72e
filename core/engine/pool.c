/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A ring of jobs and the threads that take them.  A full ring is an answer,
 * never a wait.
 */
#include "engine/pool.h"

#include <pthread.h>
#include <stdlib.h>

struct job {
	void (*run)(void *arg);
	void *arg;
};

struct ac_pool {
	pthread_mutex_t lock; /* everything below */
	pthread_cond_t work;
	struct job *ring;
	size_t size, first, count;
	pthread_t *threads;
	size_t wanted, running;
	bool stop;
};

struct ac_pool *
ac_pool_new(uint32_t threads, uint32_t queue)
{
	struct ac_pool *pool = calloc(1, sizeof(*pool));

	if (pool == NULL)
		return NULL;
	pool->wanted = threads == 0 ? AC_POOL_THREADS : threads;
	if (pool->wanted > AC_POOL_MAX_THREADS)
		pool->wanted = AC_POOL_MAX_THREADS;
	pool->size = queue == 0 ? AC_POOL_QUEUE : queue;
	pool->ring = calloc(pool->size, sizeof(*pool->ring));
	pool->threads = calloc(pool->wanted, sizeof(*pool->threads));
	if (pool->ring == NULL || pool->threads == NULL) {
		free(pool->ring);
		free(pool->threads);
		free(pool);
		return NULL;
	}
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->work, NULL);
	return pool;
}

static void *
work(void *arg)
{
	struct ac_pool *pool = arg;

	pthread_mutex_lock(&pool->lock);
	for (;;) {
		struct job job;

		while (pool->count == 0 && !pool->stop)
			pthread_cond_wait(&pool->work, &pool->lock);
		if (pool->count == 0)
			break;
		job = pool->ring[pool->first];
		pool->first = (pool->first + 1) % pool->size;
		pool->count--;
		pthread_mutex_unlock(&pool->lock);
		job.run(job.arg);
		pthread_mutex_lock(&pool->lock);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

int
ac_pool_start(struct ac_pool *pool, struct authchain_error *err)
{
	while (pool->running < pool->wanted) {
		int r = pthread_create(&pool->threads[pool->running], NULL,
		    work, pool);

		if (r != 0)
			return ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
			    "cannot start a thread for blocking plugins: %s",
			    strerror(r));
		pool->running++;
	}
	return 0;
}

void
ac_pool_free(struct ac_pool **pool)
{
	struct ac_pool *p = *pool;

	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	pthread_cond_broadcast(&p->work);
	pthread_mutex_unlock(&p->lock);
	for (size_t i = 0; i < p->running; i++)
		pthread_join(p->threads[i], NULL);
	pthread_cond_destroy(&p->work);
	pthread_mutex_destroy(&p->lock);
	free(p->ring);
	free(p->threads);
	free(p);
	*pool = NULL;
}

int
ac_pool_submit(struct ac_pool *pool, void (*run)(void *arg), void *arg)
{
	int r = -1;

	pthread_mutex_lock(&pool->lock);
	if (pool->running > 0 && !pool->stop && pool->count < pool->size) {
		pool->ring[(pool->first + pool->count) % pool->size] =
		    (struct job){ run, arg };
		pool->count++;
		pthread_cond_signal(&pool->work);
		r = 0;
	}
	pthread_mutex_unlock(&pool->lock);
	return r;
}
