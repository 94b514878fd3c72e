/* SPDX-License-Identifier: BSD-2-Clause */
/* A good module, which another one has for a dependency. */
#include "plain.h"

static const struct authchain_plugin plugin = { PLAIN_IDENTITY,
	.name = "abi-lender" };

extern AUTHCHAIN_EXPORT const char abi_lender_text[];
const char abi_lender_text[] = "lent";

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
