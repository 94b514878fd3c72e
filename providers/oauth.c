/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * oauth: tells clients without a good token where to get one, publishes the
 * metadata that leads there, and asks the authorization server about tokens
 * that say nothing by themselves.
 */
#include "oauth.h"

#include <inttypes.h>
#include <stdlib.h>

static void
oauth_destroy(void *arg)
{
	struct oauth *self = arg;

	if (self == NULL)
		return;
	oauth_documents_clear(self);
	oauth_introspect_clear(self);
	free(self->servers);
	free(self->scopes);
	free(self->audiences);
	free(self);
}

static int
oauth_create(const struct authchain_host *host, struct authchain_entry *entry,
    void **out)
{
	struct oauth *self = calloc(1, sizeof(*self));

	*out = NULL;
	if (self == NULL) {
		host->fail(entry, NULL, "out of memory");
		return -1;
	}
	self->host = host;
	self->entry = entry;
	if (oauth_introspect_init(self) != 0) {
		host->fail(entry, NULL, "out of memory");
		free(self);
		return -1;
	}
	if (oauth_read_options(self) != 0 || oauth_documents_read(self) != 0) {
		oauth_destroy(self);
		return -1;
	}
	*out = self;
	return 0;
}

static int
oauth_start(void *arg)
{
	return oauth_documents_publish(arg);
}

static void
report_forward(struct oauth *self, struct authchain_report *report)
{
	struct ac_poll_state state;
	int64_t now_ms = self->host->monotonic_ms();

	ac_poll_read(self->forward, &state);
	if (state.ok_ms == AC_POLL_NEVER)
		self->host->report(report, "server-metadata", "never fetched");
	else
		self->host->report(report, "server-metadata",
		    "fetched %" PRId64 " s ago", (now_ms - state.ok_ms) / 1000);
	if (state.failures > 0)
		self->host->report(report, "last-error",
		    "%" PRId64 " s ago: %s", (now_ms - state.failed_ms) / 1000,
		    state.error);
}

static void
oauth_status(void *arg, struct authchain_report *report)
{
	struct oauth *self = arg;

	if (self->metadata_url != NULL)
		self->host->report(report, "resource-metadata", "%s",
		    self->metadata_url);
	if (self->forward != NULL)
		report_forward(self, report);
	if (self->endpoint.data == NULL)
		return;
	self->host->report(report, "introspection", "%s, %s",
	    self->endpoint.data, self->failing ? "failing" : "no failure");
	self->host->report(report, "introspected",
	    "%" PRIu64 ", %" PRIu64 " without an answer", (uint64_t)self->asked,
	    (uint64_t)self->failed);
}

static const struct authchain_plugin plugin = {
	.size = sizeof(plugin),
	.name = "oauth",
	.description = "sends clients to the authorization server, asks it "
		       "about opaque tokens",
	.option_count = OAUTH_OPTION_COUNT,
	.options = oauth_options,
	.option_size = sizeof(oauth_options[0]),
	.create = oauth_create,
	.start = oauth_start,
	.destroy = oauth_destroy,
	.claim = oauth_claim,
	.verify = oauth_verify,
	.challenge = oauth_challenge,
	.status = oauth_status,
};

AUTHCHAIN_MODULE("oauth", "1.0", "BSD-2-Clause", &plugin);
