/* SPDX-License-Identifier: BSD-2-Clause */
/* Fails to be created and does not say why. */
#include "plain.h"

static int
create(const struct authchain_host *host, struct authchain_entry *entry,
    void **self)
{
	(void)host;
	(void)entry;
	*self = NULL;
	return -1;
}

static const struct authchain_plugin plugin = { PLAIN_PLUGIN,
	.name = "fault-create", .create = create, .destroy = plain_destroy,
	.claim = plain_claim, .verify = plain_verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
