/* SPDX-License-Identifier: BSD-2-Clause */
/* It would judge tokens without saying which. */
#include "plain.h"

static const struct authchain_plugin plugin = { PLAIN_PLUGIN, PLAIN_LIFE,
	.name = "abi-verify-alone", .verify = plain_verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
