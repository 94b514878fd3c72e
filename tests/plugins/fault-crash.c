/* SPDX-License-Identifier: BSD-2-Clause */
/* Crashes at the first token. */
#include "plain.h"

#include <signal.h>

static uint32_t
verify(void *self, struct authchain_call *call)
{
	(void)plain_verify(self, call);
	(void)raise(SIGSEGV);
	return AUTHCHAIN_ACCEPT;
}

static const struct authchain_plugin plugin = { PLAIN_PLUGIN, PLAIN_LIFE,
	.name = "fault-crash", .claim = plain_claim, .verify = verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
