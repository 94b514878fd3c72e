/* SPDX-License-Identifier: BSD-2-Clause */
/* The thread: an epoll over a listening socket, its links, and a descriptor
 * that says that something was decided. */
#include "daemon/fcgi.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemon/fcgi-link.h"

#define MAX_EVENTS   64
#define LOOK_MS      1000 /* for links on which nothing comes */
#define MAX_ACCEPTED 64   /* before links have their turn */

struct ac_fcgi {
	struct ac_daemon *daemon;
	bool is_unix, threaded;
	bool short_of; /* descriptors or memory: nobody is taken for now */
	int listening, epoll, wake;
	pthread_t thread;
	_Atomic bool stop;
	struct ac_fcgi_link *links;
	size_t count;
	pthread_mutex_t lock; /* guards decided */
	struct ac_fcgi_link *decided;
};

static void
wake(struct ac_fcgi *fcgi)
{
	const uint64_t one = 1;

	/* when the counter is full, it is awake already */
	(void)!write(fcgi->wake, &one, sizeof(one));
}

/* On any thread. */
static void
note_decided(struct ac_fcgi_link *link)
{
	struct ac_fcgi *fcgi = link->server;

	(void)pthread_mutex_lock(&fcgi->lock);
	link->next_decided = fcgi->decided;
	fcgi->decided = link;
	(void)pthread_mutex_unlock(&fcgi->lock);
	wake(fcgi);
}

static bool
watch_own(struct ac_fcgi *fcgi, int *fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = fd };

	return *fd >= 0 &&
	       epoll_ctl(fcgi->epoll, EPOLL_CTL_ADD, *fd, &event) == 0;
}

/*
 * Who could not be taken still waits, and epoll would say so all the time: so
 * let it be silent until there may be room.
 */
static void
wait_for_room(struct ac_fcgi *fcgi)
{
	fcgi->short_of =
	    (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		errno == ENOMEM) &&
	    epoll_ctl(fcgi->epoll, EPOLL_CTL_DEL, fcgi->listening, NULL) == 0;
}

static void
look_for_room(struct ac_fcgi *fcgi)
{
	if (fcgi->short_of && !atomic_load(&fcgi->daemon->stopping))
		fcgi->short_of = !watch_own(fcgi, &fcgi->listening);
}

static void
drop(struct ac_fcgi *fcgi, struct ac_fcgi_link *link)
{
	if (link->next != NULL)
		link->next->previous = link->previous;
	if (link->previous != NULL)
		link->previous->next = link->next;
	else
		fcgi->links = link->next;
	fcgi->count--;
	ac_fcgi_link_free(&link);
	look_for_room(fcgi);
}

/* Wait for these events, or 0: none, not even the peer's end. */
static bool
watch(struct ac_fcgi *fcgi, struct ac_fcgi_link *link, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = link };
	int what = link->polled ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	if (events == 0 && !link->polled)
		return true;
	if (events == 0)
		what = EPOLL_CTL_DEL;
	link->polled = events != 0;
	return epoll_ctl(fcgi->epoll, what, link->fd, &event) == 0;
}

static void
settle(struct ac_fcgi *fcgi, struct ac_fcgi_link *link,
    enum ac_fcgi_link_state state)
{
	bool good = false;

	if (state == AC_FCGI_LINK_JUDGED) {
		(void)watch(fcgi, link, 0);
		return;
	}
	if (state == AC_FCGI_LINK_READS)
		good = watch(fcgi, link, EPOLLIN);
	else if (state == AC_FCGI_LINK_WRITES)
		good = watch(fcgi, link, EPOLLOUT);
	if (!good)
		drop(fcgi, link);
}

static bool
is_proxy(const struct ac_fcgi *fcgi, const struct sockaddr *peer)
{
	return fcgi->is_unix ||
	       ac_trusted_has_peer(&fcgi->daemon->trusted, peer);
}

static void
add_link(struct ac_fcgi *fcgi, int fd)
{
	struct ac_fcgi_link *link = ac_fcgi_link_new(fcgi->daemon, fd);

	if (link == NULL) {
		close(fd);
		return;
	}
	link->decided = note_decided;
	link->server = fcgi;
	link->next = fcgi->links;
	if (link->next != NULL)
		link->next->previous = link;
	fcgi->links = link;
	fcgi->count++;
	settle(fcgi, link, AC_FCGI_LINK_READS);
}

static void
take_links(struct ac_fcgi *fcgi)
{
	for (int i = 0; i < MAX_ACCEPTED; i++) {
		struct sockaddr_storage peer = { 0 };
		socklen_t len = sizeof(peer);
		int fd =
		    accept(fcgi->listening, (struct sockaddr *)&peer, &len);

		if (fd < 0) {
			wait_for_room(fcgi);
			return;
		}
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
		if (is_proxy(fcgi, (const struct sockaddr *)&peer) &&
		    fcgi->count < fcgi->daemon->limits.connections)
			add_link(fcgi, fd);
		else
			close(fd);
	}
}

static void
take_decided(struct ac_fcgi *fcgi)
{
	struct ac_fcgi_link *link, *next;
	uint64_t count;

	(void)!read(fcgi->wake, &count, sizeof(count));
	(void)pthread_mutex_lock(&fcgi->lock);
	link = fcgi->decided;
	fcgi->decided = NULL;
	(void)pthread_mutex_unlock(&fcgi->lock);
	for (; link != NULL; link = next) {
		next = link->next_decided;
		settle(fcgi, link, ac_fcgi_link_answer(link));
	}
}

/* Those that are judged have a deadline of their own. */
static void
drop_idle(struct ac_fcgi *fcgi)
{
	int64_t since = ac_clock_monotonic_ms() -
			fcgi->daemon->limits.idle_s * INT64_C(1000);
	struct ac_fcgi_link *link, *next;

	for (link = fcgi->links; link != NULL; link = next) {
		next = link->next;
		if (link->polled && link->used_ms < since)
			drop(fcgi, link);
	}
}

static void
take_event(struct ac_fcgi *fcgi, void *what)
{
	struct ac_fcgi_link *link = what;

	if (what == &fcgi->wake)
		take_decided(fcgi);
	else if (what == &fcgi->listening)
		take_links(fcgi);
	else
		settle(fcgi, link, ac_fcgi_link_go_on(link));
}

static void *
serve(void *arg)
{
	struct ac_fcgi *fcgi = arg;
	struct epoll_event events[MAX_EVENTS];
	int64_t looked = ac_clock_monotonic_ms();

	while (!atomic_load(&fcgi->stop)) {
		int count = epoll_wait(fcgi->epoll, events, MAX_EVENTS,
		    fcgi->count > 0 || fcgi->short_of ? LOOK_MS : -1);

		for (int i = 0; i < count; i++)
			take_event(fcgi, events[i].data.ptr);
		if (ac_clock_monotonic_ms() - looked >= LOOK_MS) {
			looked = ac_clock_monotonic_ms();
			drop_idle(fcgi);
			look_for_room(fcgi);
		}
	}
	return NULL;
}

static bool
open_all(struct ac_fcgi *fcgi)
{
	fcgi->epoll = epoll_create1(EPOLL_CLOEXEC);
	fcgi->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (fcgi->epoll < 0 || !watch_own(fcgi, &fcgi->wake) ||
	    !watch_own(fcgi, &fcgi->listening))
		return false;
	errno = pthread_create(&fcgi->thread, NULL, serve, fcgi);
	fcgi->threaded = errno == 0;
	return fcgi->threaded;
}

struct ac_fcgi *
ac_fcgi_start(struct ac_daemon *daemon, struct ac_listen *listen,
    struct authchain_error *err)
{
	struct ac_fcgi *fcgi = calloc(1, sizeof(*fcgi));

	if (fcgi == NULL) {
		ac_error_memory(err);
		return NULL;
	}
	fcgi->daemon = daemon;
	fcgi->is_unix = listen->is_unix;
	fcgi->listening = listen->fd;
	fcgi->epoll = fcgi->wake = -1;
	(void)pthread_mutex_init(&fcgi->lock, NULL);
	listen->fd = -1;
	if (!open_all(fcgi)) {
		ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "can't serve on %s: %s; allow more open files and threads "
		    "(LimitNOFILE=, TasksMax=)",
		    listen->name, strerror(errno));
		ac_fcgi_stop(&fcgi);
	}
	return fcgi;
}

/* It is closed when the thread, which may be at it just now, has ended. */
void
ac_fcgi_quiesce(struct ac_fcgi *fcgi)
{
	(void)epoll_ctl(fcgi->epoll, EPOLL_CTL_DEL, fcgi->listening, NULL);
}

void
ac_fcgi_stop(struct ac_fcgi **fcgi)
{
	struct ac_fcgi *it = *fcgi;

	if (it->threaded) {
		atomic_store(&it->stop, true);
		wake(it);
		(void)pthread_join(it->thread, NULL);
	}
	while (it->links != NULL)
		drop(it, it->links);
	if (it->listening >= 0)
		close(it->listening);
	if (it->epoll >= 0)
		close(it->epoll);
	if (it->wake >= 0)
		close(it->wake);
	(void)pthread_mutex_destroy(&it->lock);
	free(it);
	*fcgi = NULL;
}
