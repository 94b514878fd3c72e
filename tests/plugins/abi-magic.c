/* SPDX-License-Identifier: BSD-2-Clause */
/* A descriptor whose first bytes are not ours. */
#include "plain.h"

static const struct authchain_plugin plugin = { PLAIN_IDENTITY,
	.name = "abi-magic" };

static const struct authchain_plugin *const plugins[] = { &plugin, NULL };

const struct authchain_module authchain_module_v1 = { PLAIN_WORDS,
	.magic = AUTHCHAIN_MODULE_MAGIC ^ 1u,
	.size = sizeof(struct authchain_module),
	.abi_major = AUTHCHAIN_ABI_MAJOR, .abi_minor = AUTHCHAIN_ABI_MINOR,
	.plugins = plugins };
