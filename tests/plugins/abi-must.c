/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks for something this host has never heard of. */
#include "plain.h"

static const struct authchain_plugin plugin = { PLAIN_IDENTITY,
	.name = "abi-must" };

static const struct authchain_plugin *const plugins[] = { &plugin, NULL };

const struct authchain_module authchain_module_v1 = { PLAIN_WORDS,
	.magic = AUTHCHAIN_MODULE_MAGIC,
	.size = sizeof(struct authchain_module),
	.abi_major = AUTHCHAIN_ABI_MAJOR, .abi_minor = AUTHCHAIN_ABI_MINOR,
	.flags = 0x00010000u, .plugins = plugins };
