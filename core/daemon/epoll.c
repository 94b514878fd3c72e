/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * epoll_wait, in front of the C library's.  libmicrohttpd takes 128 events at a
 * time, and having got as many it asks for more before it looks at them: with
 * the time to wait that it had for the first ones.  When 128 were all there
 * were, nobody of these is answered until something else happens.  So whoever
 * got all that it had room for does not wait when it comes again.
 */
#include <stddef.h>
#include <sys/epoll.h>

int
epoll_wait(int fd, struct epoll_event *events, int max, int timeout_ms)
{
	static _Thread_local int full_fd = -1;
	int count =
	    epoll_pwait(fd, events, max, fd == full_fd ? 0 : timeout_ms, NULL);

	full_fd = count == max ? fd : -1;
	return count;
}
