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
#define AC_IO_MAX_OWNED        128 /* of them, one owner's: others get on */
#define AC_IO_MAX_TIMERS       4096

struct ac_io;

/* Ready but still: nothing is started, no thread, no curl handle.  log is
 * borrowed and may be NULL.  NULL when out of memory. */
struct ac_io *ac_io_new(const struct ac_log *log);
/* Trust the certificates of this PEM file, which is read with each new
 * connection, instead of the system's.  Before ac_io_start.  -1: no memory. */
int ac_io_trust(struct ac_io *io, const char *ca_file);
/*
 * Start the thread, once.  Calls curl_global_init, which is safe beside other
 * threads where curl_version_info has CURL_VERSION_THREADSAFE; where it has
 * not, nobody else may be using libcurl yet.
 */
int ac_io_start(struct ac_io *io, struct authchain_error *err);
/* End everything under way (each done gets status 0, "stopped"), drop timers,
 * join.  Not from a callback. */
void ac_io_free(struct ac_io **io);

/*
 * As struct authchain_host's fetch and timer say.  owner groups what an entry
 * has under way; ac_io_drop ends all of an owner's: when it returns none of
 * its callbacks runs or will run (called from the I/O thread itself it returns
 * at once, with the same promise).  A fetch ended so gets its done first.
 * While a drop of its owner is on its way, or before start and during free, a
 * fetch is refused with -1; a timer may be set before start and counts from
 * then.  cancel: 1 when it will not fire, 0 when it has, or is about to.
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
