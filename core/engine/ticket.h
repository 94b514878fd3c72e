/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A call that waits: from defer to complete, or until the host gives up.
 *
 *	WAITING -> RESUMED -> DONE     the plugin answers
 *	WAITING -> CANCELLED           the deadline, a close
 * Once RESUMED the plugin has the call and the host waits for DONE.
 */
#ifndef AC_ENGINE_TICKET_H
#define AC_ENGINE_TICKET_H

#include "engine/call.h"

/* The call's ticket for the step that runs, with one more reference for who
 * asks.  Made at the first call in a step. */
struct authchain_ticket *ac_ticket_new(struct authchain_call *call);
struct authchain_call *ac_ticket_resume(struct authchain_ticket *ticket);
void ac_ticket_complete(struct authchain_ticket *ticket, uint32_t outcome);
void ac_ticket_ref(struct authchain_ticket *ticket);
void ac_ticket_unref(struct authchain_ticket *ticket);

/* A thread of the pool will work on the call: who gives up leaves it the call
 * and goes on with its heir.  -1 when there is no memory for that one. */
int ac_ticket_lend(struct authchain_ticket *ticket);
/* That thread is done: true when the call is still wanted, and the outcome was
 * delivered; false when the call is now the thread's to free. */
bool ac_ticket_return(struct authchain_ticket *ticket, uint32_t outcome);

/*
 * The outcome, or PENDING while there is none.  After PENDING, for a call that
 * a callback waits for, the call is no longer this thread's.
 */
uint32_t ac_ticket_poll(struct authchain_ticket *ticket);
/* Sleep until the outcome is there: false when the monotonic moment came
 * first. */
bool ac_ticket_wait(struct authchain_ticket *ticket, int64_t until_ms);
/* The step ended without it: what comes later has no effect. */
void ac_ticket_void(struct authchain_ticket *ticket);

/*
 * Give up waiting.  False when the outcome came first.  *call is the one to go
 * on with: the same, marked, or its heir when a pool's thread keeps it.
 */
bool ac_ticket_give_up(struct authchain_ticket *ticket,
    struct authchain_call **call);
/* The same from a timer: puts the call on the ready queue. */
void ac_ticket_expire(struct authchain_ticket *ticket);

#endif
