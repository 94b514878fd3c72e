/* SPDX-License-Identifier: BSD-2-Clause */
/* A plugin struct that ends before its callbacks. */
#include "plain.h"

static const struct authchain_plugin plugin = { .name = "abi-plugin-small",
	.size = offsetof(struct authchain_plugin, guard),
	.description = "a test",
	PLAIN_LIFE,
	.claim = plain_claim,
	.verify = plain_verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
