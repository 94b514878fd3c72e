/* SPDX-License-Identifier: BSD-2-Clause */
/* It would claim tokens that it can't judge. */
#include "plain.h"

static const struct authchain_plugin plugin = { PLAIN_PLUGIN, PLAIN_LIFE,
	.name = "abi-claim-alone", .claim = plain_claim };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
