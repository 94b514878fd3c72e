/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits without a ticket. */
#include "plain.h"

static uint32_t
verify(void *self, struct authchain_call *call)
{
	(void)plain_verify(self, call);
	return AUTHCHAIN_PENDING;
}

static const struct authchain_plugin plugin = { PLAIN_PLUGIN, PLAIN_LIFE,
	.name = "fault-pending", .claim = plain_claim, .verify = verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
