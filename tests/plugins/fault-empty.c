/* SPDX-License-Identifier: BSD-2-Clause */
/* Accepts somebody whose name is empty. */
#include "plain.h"

static uint32_t
verify(void *self, struct authchain_call *call)
{
	const struct plain *plain = self;

	(void)plain->host->set_subject(call, plain_text(""));
	return AUTHCHAIN_ACCEPT;
}

static const struct authchain_plugin plugin = { PLAIN_PLUGIN, PLAIN_LIFE,
	.name = "fault-empty", .claim = plain_claim, .verify = verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
