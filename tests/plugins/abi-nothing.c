/* SPDX-License-Identifier: BSD-2-Clause */
/* A plugin that takes part in no stage. */
#include "plain.h"

static const struct authchain_plugin plugin = { PLAIN_PLUGIN, PLAIN_LIFE,
	.name = "abi-nothing" };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
