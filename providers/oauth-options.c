/* SPDX-License-Identifier: BSD-2-Clause */
/* oauth: what may be configured, and what of it makes no sense together. */
#include "oauth.h"

#include "keys/metadata.h"
#include "options.h"
#include "text.h"

static const char *const client_auths[] = { "basic", "post", "private_key_jwt",
	NULL };

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
	{ .name = "proof-algorithms",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .help = "tell clients that proofs of DPoP are taken with these, "
		    "which are those of the entry that does" },
	{ .name = "proof-required",
	    .type = AUTHCHAIN_OPTION_BOOL,
	    .fallback = "no",
	    .help = "tell them that no other tokens are" },
	{ .name = "certificate-bound",
	    .type = AUTHCHAIN_OPTION_BOOL,
	    .fallback = "no",
	    .help = "tell them that tokens bound to a client certificate are "
		    "taken" },
	{ .name = "introspection-endpoint",
	    .type = AUTHCHAIN_OPTION_URL,
	    .help = "where opaque tokens are asked about (RFC 7662)" },
	{ .name = "introspection-discovery",
	    .type = AUTHCHAIN_OPTION_BOOL,
	    .fallback = "no",
	    .help = "find that place in the issuer's metadata" },
	{ .name = "client-id",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY | AUTHCHAIN_OPTION_ENVIRONMENT,
	    .help = "who asks" },
	{ .name = "client-auth",
	    .type = AUTHCHAIN_OPTION_ENUM,
	    .fallback = "basic",
	    .choices = client_auths,
	    .help = "how it proves that: its secret in a header (basic) or "
		    "in the body (post), or a signature" },
	{ .name = "client-secret",
	    .type = AUTHCHAIN_OPTION_SECRET,
	    .purpose = "external",
	    .help = "its secret" },
	{ .name = "client-key",
	    .type = AUTHCHAIN_OPTION_SECRET,
	    .purpose = "external",
	    .help = "with private_key_jwt: its private key, a JWK or PEM" },
	{ .name = "client-key-id",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .help = "the key's kid; default: the JWK's own" },
	{ .name = "client-algorithm",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .help = "how it signs; default: RS256, ES256 ... or EdDSA, as "
		    "the key is" },
	{ .name = "client-audience",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .help = "the aud of what it signs; default: the issuer, or the "
		    "endpoint where none is configured" },
	{ .name = "issuer",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .help = "the iss of opaque tokens, if the server names one" },
	{ .name = "audience",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .help = "accepted audiences of opaque tokens, exact, or none to "
		    "take any; default: the chain's resource" },
	{ .name = "token-types",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .fallback = "Bearer",
	    .help = "accepted token_type of opaque tokens, if the server "
		    "names one" },
	{ .name = "cache",
	    .type = AUTHCHAIN_OPTION_DURATION,
	    .fallback = "30s",
	    .min = 0,
	    .max = INT64_C(3600) * 1000,
	    .help = "how long a good token is not asked about again, which "
		    "is how long a revoked one still passes" },
	{ .name = "negative-cache",
	    .type = AUTHCHAIN_OPTION_DURATION,
	    .fallback = "5s",
	    .min = 0,
	    .max = 60000,
	    .help = "the same for a bad one" },
	{ .name = "timeout",
	    .type = AUTHCHAIN_OPTION_DURATION,
	    .fallback = "5s",
	    .min = 100,
	    .max = 60000,
	    .help = "how long the server may take to answer" },
	{ .name = "breaker-failures",
	    .type = AUTHCHAIN_OPTION_INTEGER,
	    .fallback = "5",
	    .min = 0,
	    .max = 1000,
	    .help = "leave the server alone after so many questions in a "
		    "row without an answer; 0: never" },
	{ .name = "breaker-pause",
	    .type = AUTHCHAIN_OPTION_DURATION,
	    .fallback = "1s",
	    .min = 100,
	    .max = 60000,
	    .help = "for how long at first; it doubles up to 16 times that" },
	OPTIONS_LEEWAY,
	OPTIONS_BOUND,
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
		if (!ac_span_is_scope(scope)) {
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

int
oauth_read_options(struct oauth *self)
{
	const struct authchain_host *host = self->host;
	int r = 0;

	self->fetch_flags = options_fetch_flags(host, self->entry);
	/* all of them, so that all faults are told at once */
	r |= read_servers(self);
	r |= read_scopes(self);
	r |= oauth_read_introspection(self);
	if (r == 0 && self->server_count == 0 && !self->asks) {
		host->fail(self->entry, NULL,
		    "nothing to do: write authorization-servers, "
		    "introspection-endpoint or both");
		r = -1;
	}
	return r;
}
