/* SPDX-License-Identifier: BSD-2-Clause */
/* A chain is asked, and no thread waits for it: the connection sleeps. */
#ifndef AC_DAEMON_ASK_H
#define AC_DAEMON_ASK_H

#include "daemon/exchange.h"

enum ac_asked {
	AC_ASKED_NOW,     /* the decision is there */
	AC_ASKED_LATER,   /* libmicrohttpd calls again when it is: return YES */
	AC_ASKED_STOPPING /* nothing is asked any more */
};

/*
 * Have a chain judge request, which lives as long as the exchange, for
 * exchange->decision, where no decision is yet.  After LATER the exchange is
 * another thread's and must not be touched.
 */
enum ac_asked ac_ask(struct ac_exchange *exchange, const char *chain,
    const struct authchain_request *request);

#endif
