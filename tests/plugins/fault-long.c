/* SPDX-License-Identifier: BSD-2-Clause */
/* A subject of a megabyte. */
#include "plain.h"

#define LONG (1u << 20)

static uint32_t
verify(void *self, struct authchain_call *call)
{
	const struct plain *plain = self;
	char *subject = malloc(LONG);

	if (subject == NULL)
		return AUTHCHAIN_UNAVAILABLE;
	memset(subject, 0x78, LONG);
	(void)plain->host->set_subject(call,
	    (struct authchain_span){ subject, LONG });
	free(subject);
	return AUTHCHAIN_ACCEPT;
}

static const struct authchain_plugin plugin = { PLAIN_PLUGIN, PLAIN_LIFE,
	.name = "fault-long", .claim = plain_claim, .verify = verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
