/* SPDX-License-Identifier: BSD-2-Clause */
/* Breaks no rule: waits for what never comes, and has no cancel. */
#include "plain.h"

static uint32_t
verify(void *self, struct authchain_call *call)
{
	const struct plain *plain = self;
	struct authchain_ticket *ticket = plain->host->defer(call);

	if (ticket == NULL)
		return AUTHCHAIN_UNAVAILABLE;
	plain->host->ticket_unref(ticket);
	return AUTHCHAIN_PENDING;
}

static const struct authchain_plugin plugin = { PLAIN_PLUGIN, PLAIN_LIFE,
	.name = "wait-silent", .claim = plain_claim, .verify = verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
