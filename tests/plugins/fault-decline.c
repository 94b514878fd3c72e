/* SPDX-License-Identifier: BSD-2-Clause */
/* Claims, waits, and then says that it is not its own after all. */
#include "plain.h"

static uint32_t
verify(void *self, struct authchain_call *call)
{
	const struct plain *plain = self;
	const struct authchain_host *host = plain->host;
	struct authchain_ticket *ticket = host->defer(call);

	if (ticket == NULL)
		return AUTHCHAIN_UNAVAILABLE;
	host->complete(ticket, AUTHCHAIN_NOT_MINE);
	host->ticket_unref(ticket);
	return AUTHCHAIN_PENDING;
}

static const struct authchain_plugin plugin = { PLAIN_PLUGIN, PLAIN_LIFE,
	.name = "fault-decline", .claim = plain_claim, .verify = verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
