/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * oauth: tells clients without a good token where to get one, publishes the
 * metadata that leads there, and asks the authorization server about tokens
 * that say nothing by themselves.
 */
#include "oauth.h"

#include <stdlib.h>

static void
oauth_destroy(void *arg)
{
	struct oauth *self = arg;

	if (self == NULL)
		return;
	oauth_metadata_clear(self);
	oauth_documents_clear(self);
	oauth_introspect_clear(self);
	oauth_client_clear(&self->client);
	free(self->servers);
	free(self->scopes);
	free(self->audiences);
	free(self->types);
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
	if (oauth_read_options(self) != 0 || oauth_documents_read(self) != 0 ||
	    oauth_metadata_read(self) != 0) {
		oauth_destroy(self);
		return -1;
	}
	*out = self;
	return 0;
}

static int
oauth_start(void *arg)
{
	struct oauth *self = arg;

	if (oauth_documents_publish(self) != 0)
		return -1;
	oauth_metadata_start(self);
	return 0;
}

static void
oauth_status(void *arg, struct authchain_report *report)
{
	struct oauth *self = arg;

	if (self->metadata_url != NULL)
		self->host->report(report, "resource-metadata", "%s",
		    self->metadata_url);
	if (self->metadata.poll != NULL)
		oauth_metadata_report(self, report);
	if (self->asks)
		oauth_health_report(self, report);
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
