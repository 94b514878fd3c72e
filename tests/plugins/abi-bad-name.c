/* SPDX-License-Identifier: BSD-2-Clause */
/* A name with bytes that no name may have. */
#include "plain.h"

static const struct authchain_plugin plugin = { PLAIN_IDENTITY,
	.name = "Abi Bad/Name" };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
