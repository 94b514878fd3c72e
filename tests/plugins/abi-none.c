/* SPDX-License-Identifier: BSD-2-Clause */
/* A shared object that is no module: nothing of the right name. */
#include <authchain/plugin.h>

extern AUTHCHAIN_EXPORT const int authchain_module;
const int authchain_module = 1;
