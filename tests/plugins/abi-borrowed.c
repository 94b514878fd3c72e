/* SPDX-License-Identifier: BSD-2-Clause */
/* No descriptor of its own: dlsym finds the one of its dependency. */
#include <authchain/plugin.h>

extern const char abi_lender_text[];
extern AUTHCHAIN_EXPORT const char *const abi_borrowed;
const char *const abi_borrowed = abi_lender_text;
