/* SPDX-License-Identifier: BSD-2-Clause */
/* oauth: what may be configured, and what of it makes no sense together. */
#include "oauth.h"

#include <stdlib.h>

#include "keys/metadata.h"
#include "options.h"
#include "text.h"

#define NO_AUDIENCE "none" /* the option's word for not looking at aud */

static const char *const client_auths[] = { "basic", "post", NULL };

const struct authchain_option oauth_options[OAUTH_OPTION_COUNT] = {
	{ .name = "authorization-servers",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY | AUTHCHAIN_OPTION_ENVIRONMENT,
	    .help = "issuers of tokens for this resource, best first" },
	{ .name = "scopes",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_ENVIRONMENT,
	    .help = "scopes that a client should ask for" },
	{ .name = "resource-metadata",
	    .type = AUTHCHAIN_OPTION_BOOL,
	    .fallback = "yes",
	    .help = "publish the resource's metadata (RFC 9728) and name it "
		    "in challenges" },
	{ .name = "resource-name",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .help = "what the resource is called, for people" },
	{ .name = "forward-metadata",
	    .type = AUTHCHAIN_OPTION_BOOL,
	    .fallback = "yes",
	    .help = "publish the first authorization server's metadata, for "
		    "clients that look for it here" },
	{ .name = "introspection-endpoint",
	    .type = AUTHCHAIN_OPTION_URL,
	    .help = "where opaque tokens are asked about (RFC 7662)" },
	{ .name = "client-id",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY | AUTHCHAIN_OPTION_ENVIRONMENT,
	    .help = "who asks" },
	{ .name = "client-secret",
	    .type = AUTHCHAIN_OPTION_SECRET,
	    .purpose = "external",
	    .help = "its secret" },
	{ .name = "client-auth",
	    .type = AUTHCHAIN_OPTION_ENUM,
	    .fallback = "basic",
	    .choices = client_auths,
	    .help = "how the secret is sent: basic (header) or post (body)" },
	{ .name = "issuer",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .help = "the iss of opaque tokens, if the server names one" },
	{ .name = "audience",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .help = "accepted audiences of opaque tokens, exact, or none to "
		    "take any; default: the chain's resource" },
	OPTIONS_LEEWAY,
	OPTIONS_FETCH,
};

static int
read_servers(struct oauth *self)
{
	int r = 0;

	self->servers = options_list(self->host, self->entry,
	    "authorization-servers", &self->server_count);
	if (self->servers == NULL)
		return options_no_memory(self->host, self->entry);
	for (size_t i = 0; i < self->server_count; i++) {
		struct authchain_error err = { 0 };

		if (ac_metadata_check_url(self->servers[i], self->fetch_flags,
			&err) == 0)
			continue;
		self->host->fail(self->entry, "authorization-servers", "%s",
		    err.text);
		r = -1;
	}
	return r;
}

static int
read_scopes(struct oauth *self)
{
	struct ac_quote quote;
	size_t kept = 0;
	int r = 0;

	self->scopes =
	    options_list(self->host, self->entry, "scopes", &self->scope_count);
	if (self->scopes == NULL)
		return options_no_memory(self->host, self->entry);
	for (size_t i = 0; i < self->scope_count; i++) {
		struct authchain_span scope = self->scopes[i];

		if (ac_span_is_text(scope, "offline_access")) {
			self->host->warn(self->entry, "scopes",
			    "offline_access is the client's to ask for; it is "
			    "left out");
			continue;
		}
		if (!text_is_scope(scope)) {
			self->host->fail(self->entry, "scopes",
			    "%s is not a scope; they are separated by commas "
			    "here",
			    ac_quote(&quote, scope));
			r = -1;
		}
		self->scopes[kept++] = scope;
	}
	self->scope_count = kept;
	return r;
}

static int
read_client(struct oauth *self)
{
	const struct authchain_host *host = self->host;
	int r = 0;

	self->client_id = host->option_text(self->entry, "client-id");
	self->secret_in_body =
	    host->option_number(self->entry, "client-auth") == 1;
	if (self->client_id.data == NULL) {
		host->fail(self->entry, "introspection-endpoint",
		    "who asks must say who it is; write client-id");
		r = -1;
	}
	if (host->secret_count(self->entry, "client-secret") == 0) {
		host->fail(self->entry, "introspection-endpoint",
		    "who asks must prove who it is; write client-secret");
		r = -1;
	}
	return r;
}

static int
read_audiences(struct oauth *self)
{
	const struct authchain_host *host = self->host;
	struct authchain_span resource =
	    ac_span_text(host->resource(self->entry));

	self->audiences = options_list(self->host, self->entry, "audience",
	    &self->audience_count);
	if (self->audiences == NULL)
		return options_no_memory(self->host, self->entry);
	if (self->audience_count == 1 &&
	    ac_span_is_text(self->audiences[0], NO_AUDIENCE)) {
		self->audience_count = 0;
		return 0;
	}
	if (self->audience_count == 0 && resource.len > 0)
		self->audiences[self->audience_count++] = resource;
	if (self->audience_count == 0) {
		host->fail(self->entry, "audience",
		    "no audience, so tokens meant for others would do; write "
		    "it here, or resource in [chain], or \"%s\"",
		    NO_AUDIENCE);
		return -1;
	}
	for (size_t i = 0; i < self->audience_count; i++) {
		if (!ac_span_is_text(self->audiences[i], NO_AUDIENCE) &&
		    self->audiences[i].len > 0)
			continue;
		host->fail(self->entry, "audience",
		    "\"%s\" stands alone, and no audience is empty",
		    NO_AUDIENCE);
		return -1;
	}
	return 0;
}

static int
read_introspection(struct oauth *self)
{
	const struct authchain_host *host = self->host;
	struct authchain_error err = { 0 };
	int r = 0;

	self->endpoint =
	    host->option_text(self->entry, "introspection-endpoint");
	self->issuer = host->option_text(self->entry, "issuer");
	self->leeway_s = host->option_number(self->entry, "leeway") / 1000;
	if (self->endpoint.data == NULL)
		return 0;
	if (ac_metadata_check_url(self->endpoint, self->fetch_flags, &err) !=
	    0) {
		host->fail(self->entry, "introspection-endpoint", "%s",
		    err.text);
		r = -1;
	}
	r |= read_client(self);
	r |= read_audiences(self);
	return r;
}

int
oauth_read_options(struct oauth *self)
{
	const struct authchain_host *host = self->host;
	int r = 0;

	self->fetch_flags = options_fetch_flags(host, self->entry);
	/* all of them, so that all faults are told at once */
	r |= read_servers(self);
	r |= read_scopes(self);
	r |= read_introspection(self);
	if (r == 0 && self->server_count == 0 && self->endpoint.data == NULL) {
		host->fail(self->entry, NULL,
		    "nothing to do: write authorization-servers, "
		    "introspection-endpoint or both");
		r = -1;
	}
	return r;
}
