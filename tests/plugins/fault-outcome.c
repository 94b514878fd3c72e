/* SPDX-License-Identifier: BSD-2-Clause */
/* Says something that is no outcome, one bit beside ACCEPT. */
#include "plain.h"

static uint32_t
verify(void *self, struct authchain_call *call)
{
	(void)plain_verify(self, call);
	return (uint32_t)AUTHCHAIN_ACCEPT ^ 1u;
}

static const struct authchain_plugin plugin = { PLAIN_PLUGIN, PLAIN_LIFE,
	.name = "fault-outcome", .claim = plain_claim, .verify = verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
