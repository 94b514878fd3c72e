/* SPDX-License-Identifier: BSD-2-Clause */
/* Accepts in claim, where nothing can be accepted. */
#include "plain.h"

static uint32_t
claim(void *self, struct authchain_call *call)
{
	(void)plain_verify(self, call);
	return AUTHCHAIN_ACCEPT;
}

static const struct authchain_plugin plugin = { PLAIN_PLUGIN, PLAIN_LIFE,
	.name = "fault-claim", .claim = claim, .verify = plain_verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
