/* SPDX-License-Identifier: BSD-2-Clause */
/* Names a subject in claim, and in verify accepts without one. */
#include "plain.h"

static uint32_t
claim(void *self, struct authchain_call *call)
{
	(void)plain_verify(self, call);
	return AUTHCHAIN_MINE;
}

static uint32_t
verify(void *self, struct authchain_call *call)
{
	(void)self;
	(void)call;
	return AUTHCHAIN_ACCEPT;
}

static const struct authchain_plugin plugin = { PLAIN_PLUGIN, PLAIN_LIFE,
	.name = "fault-claim-subject", .claim = claim, .verify = verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
