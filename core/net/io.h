/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one I/O thread: HTTP requests through curl's multi interface, and timers.
 * Everything may be called from any thread; callbacks run on the I/O thread
 * and must not block.
 */
#ifndef AC_NET_IO_H
#define AC_NET_IO_H

#include "base/log.h"
#include "net/url.h"

#define AC_IO_TIMEOUT_MS       10000
#define AC_IO_MAX_BODY         (1u << 20)
#define AC_IO_MAX_HEADER_BYTES (64u << 10)
#define AC_IO_MAX_HEADERS      128
#define AC_IO_MAX_FETCHES      256 /* under way at once; more are refused */
#define AC_IO_MAX_TIMERS       4096

struct ac_io;

/* Ready but still: nothing is started, no thread, no curl handle.  NULL when
 * out of memory. */
struct ac_io *ac_io_new(const struct ac_log *log);
/* Start the thread. */
int ac_io_start(struct ac_io *io, struct authchain_error *err);
/* End everything under way (each done gets status 0, "stopped"), drop timers,
 * join. */
void ac_io_free(struct ac_io **io);

/*
 * As struct authchain_host's fetch and timer say.  owner groups what an entry
 * has under way; ac_io_drop ends all of an owner's: when it returns none of
 * its callbacks runs or will run (called from the I/O thread itself it returns
 * at once, with the same promise).  A fetch ended so gets its done first.
 */
int ac_io_fetch(struct ac_io *io, const void *owner,
    const struct authchain_fetch *request,
    void (*done)(void *arg, const struct authchain_answer *answer), void *arg,
    struct authchain_error *err);
uint64_t ac_io_timer(struct ac_io *io, const void *owner, uint64_t delay_ms,
    void (*fire)(void *arg), void *arg);
int ac_io_timer_cancel(struct ac_io *io, const void *owner, uint64_t id);
void ac_io_drop(struct ac_io *io, const void *owner);

#endif
