/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of built-in modules; empty unless configure was told otherwise. */
#include "engine/builtin.h"

const struct authchain_module *const ac_builtin_modules[] = { NULL };
