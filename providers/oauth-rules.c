/* SPDX-License-Identifier: BSD-2-Clause */
/* oauth: where tokens are asked about, and by which rules the answer goes. */
#include "oauth.h"

#include "keys/metadata.h"
#include "options.h"

#define NO_AUDIENCE "none" /* the option's word for not looking at aud */

static int
read_audiences(struct oauth *self)
{
	const struct authchain_host *host = self->host;
	struct authchain_span resource =
	    ac_span_text(host->resource(self->entry));
	size_t count = 0;

	self->audiences =
	    options_list(self->host, self->entry, "audience", &count);
	if (self->audiences == NULL)
		return options_no_memory(self->host, self->entry);
	if (count == 1 && ac_span_is_text(self->audiences[0], NO_AUDIENCE))
		return 0;
	if (count == 0 && resource.len > 0)
		self->audiences[count++] = resource;
	if (count == 0) {
		host->fail(self->entry, "audience",
		    "no audience, so tokens meant for others would do; write "
		    "it here, or resource in [chain], or \"%s\"",
		    NO_AUDIENCE);
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		if (!ac_span_is_text(self->audiences[i], NO_AUDIENCE) &&
		    self->audiences[i].len > 0)
			continue;
		host->fail(self->entry, "audience",
		    "\"%s\" stands alone, and no audience is empty",
		    NO_AUDIENCE);
		return -1;
	}
	self->rules.audiences = self->audiences;
	self->rules.audience_count = count;
	return 0;
}

static int
read_rules(struct oauth *self)
{
	const struct authchain_host *host = self->host;
	struct oauth_rules *rules = &self->rules;

	rules->issuer = host->option_text(self->entry, "issuer");
	rules->leeway_s = host->option_number(self->entry, "leeway") / 1000;
	rules->takes_bound = options_takes_bound(host, self->entry);
	self->types =
	    options_list(host, self->entry, "token-types", &rules->type_count);
	rules->types = self->types;
	return self->types == NULL ? options_no_memory(host, self->entry) : 0;
}

static void
read_limits(struct oauth *self)
{
	const struct authchain_host *host = self->host;
	struct authchain_entry *entry = self->entry;

	self->cache_s = (uint32_t)(host->option_number(entry, "cache") / 1000);
	self->negative_cache_s =
	    (uint32_t)(host->option_number(entry, "negative-cache") / 1000);
	self->timeout_ms = (uint32_t)host->option_number(entry, "timeout");
	self->breaker.after =
	    (unsigned int)host->option_number(entry, "breaker-failures");
	self->breaker.pause_ms = host->option_number(entry, "breaker-pause");
}

static int
read_endpoint(struct oauth *self)
{
	const struct authchain_host *host = self->host;
	struct authchain_error err = { 0 };

	self->endpoint =
	    host->option_text(self->entry, "introspection-endpoint");
	self->metadata.discovered =
	    host->option_number(self->entry, "introspection-discovery") == 1;
	self->asks = self->endpoint.data != NULL || self->metadata.discovered;
	if (self->endpoint.data == NULL)
		return 0;
	if (self->metadata.discovered) {
		host->fail(self->entry, "introspection-discovery",
		    "introspection-endpoint says already where it is; leave "
		    "one of them out");
		return -1;
	}
	if (ac_metadata_check_url(self->endpoint, self->fetch_flags, &err) == 0)
		return 0;
	host->fail(self->entry, "introspection-endpoint", "%s", err.text);
	return -1;
}

/* Whose metadata names the endpoint: the issuer of the tokens is the server
 * that is asked about them. */
static int
read_discovery(struct oauth *self)
{
	const struct authchain_host *host = self->host;
	struct authchain_error err = { 0 };

	if (self->rules.issuer.data == NULL && self->server_count > 0)
		self->rules.issuer = self->servers[0];
	if (self->rules.issuer.data == NULL) {
		host->fail(self->entry, "introspection-discovery",
		    "it asks the issuer; write issuer or "
		    "authorization-servers");
		return -1;
	}
	if (self->server_count > 0 &&
	    !ac_span_is(self->rules.issuer, self->servers[0])) {
		host->fail(self->entry, "issuer",
		    "introspection-discovery asks the first of "
		    "authorization-servers, and that is another one");
		return -1;
	}
	if (ac_metadata_check_url(self->rules.issuer, self->fetch_flags,
		&err) == 0)
		return 0;
	host->fail(self->entry, "issuer",
	    "%s; so its endpoint can't be discovered: write "
	    "introspection-endpoint",
	    err.text);
	return -1;
}

/* What nobody would notice: an entry that is asked and can't answer, or that
 * can and isn't. */
static int
check_stage(struct oauth *self)
{
	const struct authchain_host *host = self->host;
	bool asked = host->enrolled(self->entry, AUTHCHAIN_STAGE_IDENTITY) == 1;

	if (asked && !self->asks) {
		host->fail(self->entry, NULL,
		    "identity names it, and without introspection-endpoint or "
		    "introspection-discovery it claims no token; write one of "
		    "them, or leave it to challenge");
		return -1;
	}
	if (!asked && self->asks)
		host->warn(self->entry,
		    self->metadata.discovered ? "introspection-discovery"
					      : "introspection-endpoint",
		    "no token is asked about, because identity does not name "
		    "this entry");
	return 0;
}

int
oauth_read_introspection(struct oauth *self)
{
	int r = read_endpoint(self);

	r |= read_rules(self);
	read_limits(self);
	r |= check_stage(self);
	if (!self->asks)
		return r;
	if (self->metadata.discovered)
		r |= read_discovery(self);
	r |= oauth_read_client(self);
	r |= read_audiences(self);
	return r;
}
