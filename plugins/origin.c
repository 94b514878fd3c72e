/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * origin: web pages that may send requests, by the header that browsers put
 * there and pages can't (Fetch 3.2).  Against DNS rebinding, which MCP asks
 * servers to mind.  Who sends none is no browser's page.
 */
#include <authchain/plugin.h>

#include <stdlib.h>

#include "base/error.h"
#include "base/origin.h"

struct origin {
	const struct authchain_host *host;
	struct authchain_entry *entry;
};

static int
check_list(const struct authchain_host *host, struct authchain_entry *entry)
{
	size_t count = host->option_count(entry, "allow");
	struct ac_quote quote;
	int r = 0;

	for (size_t i = 0; i < count; i++) {
		struct authchain_span item =
		    host->option_item(entry, "allow", i);
		const char *fault = ac_origin_fault(item);

		if (fault == NULL)
			continue;
		host->fail(entry, "allow", "%s %s", ac_quote(&quote, item),
		    fault);
		r = -1;
	}
	return r;
}

static int
origin_create(const struct authchain_host *host, struct authchain_entry *entry,
    void **out)
{
	struct origin *self;

	*out = NULL;
	if (check_list(host, entry) != 0)
		return -1;
	self = calloc(1, sizeof(*self));
	if (self == NULL) {
		host->fail(entry, NULL, "out of memory");
		return -1;
	}
	self->host = host;
	self->entry = entry;
	*out = self;
	return 0;
}

static void
origin_destroy(void *arg)
{
	free(arg);
}

static uint32_t
deny(const struct origin *self, struct authchain_call *call, const char *why)
{
	self->host->reason(call, AUTHCHAIN_REASON_FORBIDDEN, "%s", why);
	return AUTHCHAIN_DENY;
}

static uint32_t
origin_guard(void *arg, struct authchain_call *call)
{
	const struct origin *self = arg;
	const struct authchain_host *host = self->host;
	struct authchain_span origin = host->header(call, "Origin", 0);
	size_t count = host->option_count(self->entry, "allow");

	if (host->header(call, "Origin", 1).data != NULL)
		return deny(self, call, "more than one Origin");
	if (origin.data == NULL)
		return AUTHCHAIN_ALLOW;
	for (size_t i = 0; i < count; i++)
		if (ac_span_is(host->option_item(self->entry, "allow", i),
			origin))
			return AUTHCHAIN_ALLOW;
	return deny(self, call, "the Origin is none of those in allow");
}

static const struct authchain_option options[] = {
	{ .name = "allow",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_REQUIRED,
	    .help = "origins whose pages may send requests; an empty list is "
		    "none" },
};

static const struct authchain_plugin plugin = {
	.size = sizeof(plugin),
	.name = "origin",
	.description = "refuses web pages of other origins",
	.option_count = sizeof(options) / sizeof(options[0]),
	.options = options,
	.option_size = sizeof(options[0]),
	.create = origin_create,
	.destroy = origin_destroy,
	.guard = origin_guard,
};

AUTHCHAIN_MODULE("origin", "1.0", "BSD-2-Clause", &plugin);
