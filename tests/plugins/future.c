/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A provider compiled with a header that is yet to come: all its structs are
 * larger, and where the host is older it makes do without what is new.
 */
#include "plugin-1.9.h"

#include "sample.h"

static const struct authchain_option options[] = {
	{ .name = "subject",
	    .help = "who it is",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .fallback = "sample",
	    .future_note = "a word that no host knows yet" },
	{ .name = "scopes",
	    .help = "what may be done",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .fallback = "read, write",
	    .future_note = "another" },
};

/* The host must never call it: it does not know that it is there. */
static uint32_t
future_stage(void *self)
{
	(void)self;
	abort();
}

static uint32_t
future_authorize(void *self, struct authchain_call *call)
{
	const struct sample *sample = self;

	if (AUTHCHAIN_HAS(sample->host, future_service))
		return sample->host->future_service(call) == 0 ? AUTHCHAIN_ALLOW
							       : AUTHCHAIN_DENY;
	return AUTHCHAIN_ALLOW;
}

static const struct authchain_plugin plugin = {
	SAMPLE_MEMBERS,
	.name = "future",
	.description = "a provider of a minor version to come",
	.authorize = future_authorize,
	.future_stage = future_stage,
};

AUTHCHAIN_MODULE("future", "1.9", "BSD-2-Clause", &plugin);
