/* SPDX-License-Identifier: BSD-2-Clause */
/* An option that takes the word for the type itself. */
#include "plain.h"

static const struct authchain_option options[] = {
	{ .name = "type", .help = "which", .type = AUTHCHAIN_OPTION_STRING },
};

static const struct authchain_plugin plugin = { .name = "abi-option-reserved",
	.size = sizeof(plugin),
	.description = "a test",
	PLAIN_LIFE,
	.claim = plain_claim,
	.verify = plain_verify,
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.option_size = sizeof(options[0]) };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
