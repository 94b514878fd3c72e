/* SPDX-License-Identifier: BSD-2-Clause */
/* The meeting of a connection that waits and a decision that comes. */
#include "daemon/ask.h"

#include "daemon/server.h"

/* On the thread that asked, or on the one that dispatches. */
static void
decided(void *arg, struct authchain_decision *decision)
{
	struct ac_exchange *exchange = arg;
	struct ac_daemon *daemon = exchange->server->daemon;

	exchange->decision = decision;
	if (!ac_exchange_meet(exchange)) {
		MHD_resume_connection(exchange->connection);
		atomic_fetch_sub(&daemon->asked, 1);
	}
}

enum ac_asked
ac_ask(struct ac_exchange *exchange, const char *chain,
    const struct authchain_request *request)
{
	struct ac_daemon *daemon = exchange->server->daemon;

	atomic_fetch_add(&daemon->asked, 1);
	if (atomic_load(&daemon->stopping)) {
		atomic_fetch_sub(&daemon->asked, 1);
		return AC_ASKED_STOPPING;
	}
	exchange->asked = true;
	atomic_store(&exchange->met, false); /* it may have asked before */
	authchain_submit(daemon->ac, chain, request, decided, exchange);
	if (atomic_load(&exchange->met)) {
		atomic_fetch_sub(&daemon->asked, 1);
		return AC_ASKED_NOW;
	}
	MHD_suspend_connection(exchange->connection);
	if (!ac_exchange_meet(exchange)) {
		MHD_resume_connection(exchange->connection);
		atomic_fetch_sub(&daemon->asked, 1);
	}
	return AC_ASKED_LATER;
}
