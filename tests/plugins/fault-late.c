/* SPDX-License-Identifier: BSD-2-Clause */
/* Says yes once the host has given up, when it may no longer matter. */
#include "plain.h"

static uint32_t
verify(void *self, struct authchain_call *call)
{
	const struct plain *plain = self;
	const struct authchain_host *host = plain->host;

	if (plain_verify(self, call) != AUTHCHAIN_ACCEPT ||
	    host->defer(call) == NULL)
		return AUTHCHAIN_UNAVAILABLE;
	return AUTHCHAIN_PENDING;
}

static void
cancel(void *self, struct authchain_ticket *ticket)
{
	const struct plain *plain = self;
	struct authchain_call *call = plain->host->resume(ticket);

	/* too late: there is no call any more */
	if (call != NULL)
		abort();
	plain->host->complete(ticket, AUTHCHAIN_ACCEPT);
	plain->host->ticket_unref(ticket);
}

static const struct authchain_plugin plugin = { PLAIN_PLUGIN, PLAIN_LIFE,
	.name = "fault-late", .claim = plain_claim, .verify = verify,
	.cancel = cancel };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
