/* SPDX-License-Identifier: BSD-2-Clause */
/* A module whose list of plugins is empty. */
#include "plain.h"

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", NULL);
