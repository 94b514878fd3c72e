/* SPDX-License-Identifier: BSD-2-Clause */
/* It would destroy what nobody created. */
#include "plain.h"

static const struct authchain_plugin plugin = { PLAIN_PLUGIN,
	.name = "abi-destroy-alone", .destroy = plain_destroy,
	.authorize = plain_authorize };

AUTHCHAIN_MODULE("test", "1.0", "BSD-2-Clause", &plugin);
