/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each connection has a time until which something must have happened.  That a
 * first line has begun, libmicrohttpd tells nobody: where the kernel counts
 * bytes (TCP) they are looked at, and else the time for it is that in which
 * nothing may come as well.
 */
#include "daemon/pace.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"

#define LOOK_S 1

struct ac_paced {
	struct ac_paced *next, *previous;
	const struct ac_pace *pace;
	int fd;
	_Atomic int64_t until_ms; /* 0: it may take its time */
	_Atomic bool waits;       /* for a first line */
	_Atomic unsigned int round;
	/* Of who looks: what had come when this wait began, and since when
	 * there is more. */
	unsigned int seen_round;
	uint64_t seen_bytes;
	int64_t growing_ms;
};

struct ac_pace {
	int64_t header_ms, idle_ms;
	int timer;
	_Atomic uint64_t count;
	pthread_mutex_t lock; /* guards the list */
	struct ac_paced *first;
};

struct ac_pace *
ac_pace_new(unsigned int header_s, unsigned int idle_s,
    struct authchain_error *err)
{
	struct ac_pace *pace = calloc(1, sizeof(*pace));

	if (pace == NULL) {
		ac_error_memory(err);
		return NULL;
	}
	pace->header_ms = header_s * INT64_C(1000);
	pace->idle_ms = idle_s * INT64_C(1000);
	pace->timer =
	    timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (pace->timer < 0) {
		ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "can't make a timer: %s; allow more open files "
		    "(LimitNOFILE=, ulimit -n)",
		    strerror(errno));
		free(pace);
		return NULL;
	}
	(void)pthread_mutex_init(&pace->lock, NULL);
	return pace;
}

void
ac_pace_free(struct ac_pace **pace)
{
	struct ac_pace *it = *pace;

	if (it == NULL)
		return;
	close(it->timer);
	(void)pthread_mutex_destroy(&it->lock);
	free(it);
	*pace = NULL;
}

int
ac_pace_descriptor(const struct ac_pace *pace)
{
	return pace == NULL ? -1 : pace->timer;
}

uint64_t
ac_pace_count(const struct ac_pace *pace)
{
	return atomic_load(&pace->count);
}

/* Nothing is looked at while there is no connection. */
static void
tick(struct ac_pace *pace, time_t every_s)
{
	const struct itimerspec when = { { every_s, 0 }, { every_s, 0 } };

	(void)timerfd_settime(pace->timer, 0, &when, NULL);
}

struct ac_paced *
ac_pace_add(struct ac_pace *pace, int fd)
{
	struct ac_paced *paced = calloc(1, sizeof(*paced));

	if (paced == NULL) {
		(void)shutdown(fd, SHUT_RDWR);
		return NULL;
	}
	paced->pace = pace;
	paced->fd = fd;
	ac_pace_waits(paced);
	(void)pthread_mutex_lock(&pace->lock);
	if (pace->first == NULL)
		tick(pace, LOOK_S);
	else
		pace->first->previous = paced;
	paced->next = pace->first;
	pace->first = paced;
	(void)pthread_mutex_unlock(&pace->lock);
	return paced;
}

void
ac_pace_remove(struct ac_pace *pace, struct ac_paced **paced)
{
	struct ac_paced *it = *paced;

	if (it == NULL)
		return;
	(void)pthread_mutex_lock(&pace->lock);
	if (it->next != NULL)
		it->next->previous = it->previous;
	if (it->previous != NULL)
		it->previous->next = it->next;
	else
		pace->first = it->next;
	if (pace->first == NULL)
		tick(pace, 0);
	(void)pthread_mutex_unlock(&pace->lock);
	free(it);
	*paced = NULL;
}

void
ac_pace_waits(struct ac_paced *paced)
{
	if (paced == NULL)
		return;
	atomic_fetch_add(&paced->round, 1);
	atomic_store(&paced->waits, true);
	atomic_store(&paced->until_ms, ac_clock_monotonic_ms() +
					   paced->pace->idle_ms +
					   paced->pace->header_ms);
}

void
ac_pace_begins(struct ac_paced *paced)
{
	if (paced == NULL)
		return;
	atomic_store(&paced->waits, false);
	atomic_store(&paced->until_ms,
	    ac_clock_monotonic_ms() + paced->pace->header_ms);
}

void
ac_pace_whole(struct ac_paced *paced)
{
	if (paced != NULL)
		atomic_store(&paced->until_ms, 0);
}

/* 0 where nobody counts. */
static uint64_t
received(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
		return 0;
	return info.tcpi_bytes_received;
}

/* Has a first line begun, and not ended for too long? */
static bool
drips(struct ac_paced *paced, int64_t now_ms)
{
	unsigned int round = atomic_load(&paced->round);
	uint64_t bytes = received(paced->fd);

	if (round != paced->seen_round) {
		paced->seen_round = round;
		paced->seen_bytes = bytes;
		paced->growing_ms = 0;
		return false;
	}
	if (bytes == paced->seen_bytes)
		return false;
	if (paced->growing_ms == 0)
		paced->growing_ms = now_ms;
	return now_ms - paced->growing_ms >= paced->pace->header_ms;
}

static bool
is_over(struct ac_paced *paced, int64_t now_ms)
{
	int64_t until_ms = atomic_load(&paced->until_ms);

	if (until_ms == 0)
		return false;
	return now_ms >= until_ms ||
	       (atomic_load(&paced->waits) && drips(paced, now_ms));
}

/* Its thread learns that the peer has gone, and closes it. */
void
ac_pace_look(struct ac_pace *pace)
{
	int64_t now_ms = ac_clock_monotonic_ms();
	uint64_t ticks;

	(void)!read(pace->timer, &ticks, sizeof(ticks));
	(void)pthread_mutex_lock(&pace->lock);
	for (struct ac_paced *it = pace->first; it != NULL; it = it->next) {
		if (!is_over(it, now_ms))
			continue;
		(void)shutdown(it->fd, SHUT_RDWR);
		atomic_store(&it->until_ms, 0);
		atomic_fetch_add(&pace->count, 1);
	}
	(void)pthread_mutex_unlock(&pace->lock);
}
