/* SPDX-License-Identifier: BSD-2-Clause */
/* The modules that are linked in (configure --with-builtin=LIST). */
#ifndef AC_ENGINE_BUILTIN_H
#define AC_ENGINE_BUILTIN_H

#include <authchain/plugin.h>

extern const struct authchain_module *const ac_builtin_modules[]; /* to NULL */

#endif
