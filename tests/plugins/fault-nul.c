/* SPDX-License-Identifier: BSD-2-Clause */
/* A subject with a NUL, behind which C sees nothing. */
#include "plain.h"

static uint32_t
verify(void *self, struct authchain_call *call)
{
	static const char subject[] = "admin\0plain";
	const struct plain *plain = self;

	(void)plain->host->set_subject(call,
	    (struct authchain_span){ subject, sizeof(subject) - 1 });
	return AUTHCHAIN_ACCEPT;
}

static const struct authchain_plugin plugin = { PLAIN_PLUGIN, PLAIN_LIFE,
	.name = "fault-nul", .claim = plain_claim, .verify = verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
