/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes a ticket, completes it with yes, and says no itself. */
#include "plain.h"

static uint32_t
verify(void *self, struct authchain_call *call)
{
	const struct plain *plain = self;
	const struct authchain_host *host = plain->host;
	struct authchain_ticket *ticket;

	if (plain_verify(self, call) != AUTHCHAIN_ACCEPT)
		return AUTHCHAIN_UNAVAILABLE;
	ticket = host->defer(call);
	if (ticket == NULL)
		return AUTHCHAIN_UNAVAILABLE;
	host->complete(ticket, AUTHCHAIN_ACCEPT);
	host->ticket_unref(ticket);
	return AUTHCHAIN_REJECT;
}

static const struct authchain_plugin plugin = { PLAIN_PLUGIN, PLAIN_LIFE,
	.name = "fault-both", .claim = plain_claim, .verify = verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
