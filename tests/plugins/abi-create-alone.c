/* SPDX-License-Identifier: BSD-2-Clause */
/* What it creates nobody could destroy. */
#include "plain.h"

static const struct authchain_plugin plugin = { PLAIN_PLUGIN,
	.name = "abi-create-alone", .create = plain_create,
	.claim = plain_claim, .verify = plain_verify };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
