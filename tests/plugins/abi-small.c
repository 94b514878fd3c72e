/* SPDX-License-Identifier: BSD-2-Clause */
/* A descriptor that ends before its list of plugins. */
#include "plain.h"

static const struct authchain_plugin plugin = { PLAIN_IDENTITY,
	.name = "abi-small" };

static const struct authchain_plugin *const plugins[] = { &plugin, NULL };

const struct authchain_module authchain_module_v1 = { PLAIN_WORDS,
	.magic = AUTHCHAIN_MODULE_MAGIC,
	.size = offsetof(struct authchain_module, plugins),
	.abi_major = AUTHCHAIN_ABI_MAJOR, .abi_minor = AUTHCHAIN_ABI_MINOR,
	.plugins = plugins };
