/* SPDX-License-Identifier: BSD-2-Clause */
/* A plugin without a name. */
#include "plain.h"

static const struct authchain_plugin plugin = { PLAIN_IDENTITY, .name = NULL };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
