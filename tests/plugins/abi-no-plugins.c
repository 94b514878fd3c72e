/* SPDX-License-Identifier: BSD-2-Clause */
/* A module without a list of plugins. */
#include "plain.h"

const struct authchain_module authchain_module_v1 = { PLAIN_WORDS,
	.magic = AUTHCHAIN_MODULE_MAGIC,
	.size = sizeof(struct authchain_module),
	.abi_major = AUTHCHAIN_ABI_MAJOR, .abi_minor = AUTHCHAIN_ABI_MINOR,
	.plugins = NULL };
