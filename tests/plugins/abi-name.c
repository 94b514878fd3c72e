/* SPDX-License-Identifier: BSD-2-Clause */
/* The file has one name, its plugin another. */
#include "plain.h"

static const struct authchain_plugin plugin = { PLAIN_IDENTITY,
	.name = "another" };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
