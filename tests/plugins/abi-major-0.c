/* SPDX-License-Identifier: BSD-2-Clause */
/* Written for a major version that never was. */
#include "plain.h"

static const struct authchain_plugin plugin = { PLAIN_IDENTITY,
	.name = "abi-major-0" };

static const struct authchain_plugin *const plugins[] = { &plugin, NULL };

const struct authchain_module authchain_module_v1 = { PLAIN_WORDS,
	.magic = AUTHCHAIN_MODULE_MAGIC,
	.size = sizeof(struct authchain_module), .abi_major = 0,
	.abi_minor = AUTHCHAIN_ABI_MINOR, .plugins = plugins };
