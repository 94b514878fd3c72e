/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Responses that were sent, for the next request of the same identity: to make
 * one anew takes libmicrohttpd some thirty allocations.
 */
#ifndef AC_DAEMON_KEEP_H
#define AC_DAEMON_KEEP_H

#include "base/span.h"

#include <stdatomic.h>

#define AC_KEEP_SLOTS      256
#define AC_KEEP_REQUEST_ID 192 /* bytes of one, encoded, at most */

struct MHD_Response;

/* A response and the values that it has.  Whoever has one has it alone. */
struct ac_kept {
	struct MHD_Response *response;
	char request_id[AC_KEEP_REQUEST_ID + 1];
	size_t len;
	char values[];
};

struct ac_keep {
	_Atomic(struct ac_kept *) slots[AC_KEEP_SLOTS];
};

/* response is the new one's from then on.  NULL: out of memory. */
struct ac_kept *ac_kept_new(struct MHD_Response *response,
    struct authchain_span values);
void ac_kept_free(struct ac_kept **kept);

/* One that has exactly these values, or NULL; from any thread. */
struct ac_kept *ac_keep_take(struct ac_keep *keep,
    struct authchain_span values);
/* Sent: kept, in place of another perhaps. */
void ac_keep_give(struct ac_keep *keep, struct ac_kept **kept);
void ac_keep_clear(struct ac_keep *keep);

#endif
