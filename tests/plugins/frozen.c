/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A provider compiled with the header of 1.0: it must load, and mean the same,
 * in every host of this major version.
 */
#include "plugin-1.0.h"

#include "sample.h"

static const struct authchain_option options[] = {
	{ .name = "subject",
	    .help = "who it is",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .fallback = "sample" },
	{ .name = "scopes",
	    .help = "what may be done",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .fallback = "read, write" },
};

static const struct authchain_plugin plugin = {
	SAMPLE_MEMBERS,
	.name = "frozen",
	.description = "a provider of ABI 1.0",
};

AUTHCHAIN_MODULE("frozen", "1.0", "BSD-2-Clause", &plugin);
