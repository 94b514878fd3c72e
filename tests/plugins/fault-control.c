/* SPDX-License-Identifier: BSD-2-Clause */
/* A subject that would break a header line in two. */
#include "plain.h"

static uint32_t
verify(void *self, struct authchain_call *call)
{
	const struct plain *plain = self;

	(void)plain->host->set_subject(call,
	    plain_text("plain\r\nX-Auth-User: admin"));
	return AUTHCHAIN_ACCEPT;
}

static const struct authchain_plugin plugin = { PLAIN_PLUGIN, PLAIN_LIFE,
	.name = "fault-control", .claim = plain_claim, .verify = verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
