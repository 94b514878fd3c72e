/* SPDX-License-Identifier: BSD-2-Clause */
/* Two options of one name. */
#include "plain.h"

static const struct authchain_option options[] = {
	{ .name = "colour", .help = "which", .type = AUTHCHAIN_OPTION_STRING },
	{ .name = "shape", .help = "which", .type = AUTHCHAIN_OPTION_STRING },
	{ .name = "colour", .help = "which", .type = AUTHCHAIN_OPTION_INTEGER },
};

static const struct authchain_plugin plugin = { .name = "abi-option-twice",
	.size = sizeof(plugin),
	.description = "a test",
	PLAIN_LIFE,
	.claim = plain_claim,
	.verify = plain_verify,
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.option_size = sizeof(options[0]) };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
