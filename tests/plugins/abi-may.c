/* SPDX-License-Identifier: BSD-2-Clause */
/* A flag of the lower half may be ignored: this one is taken. */
#include "plain.h"

static const struct authchain_plugin plugin = { PLAIN_IDENTITY,
	.name = "abi-may" };

static const struct authchain_plugin *const plugins[] = { &plugin, NULL };

const struct authchain_module authchain_module_v1 = { PLAIN_WORDS,
	.magic = AUTHCHAIN_MODULE_MAGIC,
	.size = sizeof(struct authchain_module),
	.abi_major = AUTHCHAIN_ABI_MAJOR, .abi_minor = AUTHCHAIN_ABI_MINOR,
	.flags = 0x00008000u, .plugins = plugins };
