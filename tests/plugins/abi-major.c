/* SPDX-License-Identifier: BSD-2-Clause */
/* Written for the major version to come. */
#include "plain.h"

static const struct authchain_plugin plugin = { PLAIN_IDENTITY,
	.name = "abi-major" };

static const struct authchain_plugin *const plugins[] = { &plugin, NULL };

const struct authchain_module authchain_module_v1 = { PLAIN_WORDS,
	.magic = AUTHCHAIN_MODULE_MAGIC,
	.size = sizeof(struct authchain_module),
	.abi_major = AUTHCHAIN_ABI_MAJOR + 1, .abi_minor = 0,
	.plugins = plugins };
