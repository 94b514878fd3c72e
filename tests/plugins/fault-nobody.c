/* SPDX-License-Identifier: BSD-2-Clause */
/* Accepts without saying whom. */
#include "plain.h"

static uint32_t
verify(void *self, struct authchain_call *call)
{
	(void)self;
	(void)call;
	return AUTHCHAIN_ACCEPT;
}

static const struct authchain_plugin plugin = { PLAIN_PLUGIN, PLAIN_LIFE,
	.name = "fault-nobody", .claim = plain_claim, .verify = verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
