/* SPDX-License-Identifier: BSD-2-Clause */
/* A default that its own type refuses. */
#include "plain.h"

static const struct authchain_option options[] = {
	{ .name = "count",
	    .help = "how many",
	    .type = AUTHCHAIN_OPTION_INTEGER,
	    .fallback = "many" },
};

static const struct authchain_plugin plugin = { .name = "abi-option-fallback",
	.size = sizeof(plugin),
	.description = "a test",
	PLAIN_LIFE,
	.claim = plain_claim,
	.verify = plain_verify,
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.option_size = sizeof(options[0]) };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
