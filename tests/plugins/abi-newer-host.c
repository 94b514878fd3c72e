/* SPDX-License-Identifier: BSD-2-Clause */
/* Works only with a host newer than any. */
#include "plain.h"

static const struct authchain_plugin plugin = { PLAIN_IDENTITY,
	.name = "abi-newer-host" };

static const struct authchain_plugin *const plugins[] = { &plugin, NULL };

const struct authchain_module authchain_module_v1 = { PLAIN_WORDS,
	.magic = AUTHCHAIN_MODULE_MAGIC,
	.size = sizeof(struct authchain_module),
	.abi_major = AUTHCHAIN_ABI_MAJOR, .abi_minor = 99, .host_minor = 99,
	.plugins = plugins };
