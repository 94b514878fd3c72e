/* SPDX-License-Identifier: BSD-2-Clause */
/* An option of a type that does not exist. */
#include "plain.h"

static const struct authchain_option options[] = {
	{ .name = "colour", .help = "which", .type = 99 },
};

static const struct authchain_plugin plugin = { .name = "abi-option-type",
	.size = sizeof(plugin),
	.description = "a test",
	PLAIN_LIFE,
	.claim = plain_claim,
	.verify = plain_verify,
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.option_size = sizeof(options[0]) };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
