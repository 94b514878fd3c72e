/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What clients are told: the parameters of a challenge, and the protected
 * resource's metadata (RFC 9728).
 */
#include "oauth.h"

#include <stdlib.h>

#include "base/buf.h"
#include "keys/metadata.h"
#include "options.h"

#define RESOURCE_WELL_KNOWN "/.well-known/oauth-protected-resource"
#define DOCUMENT_BYTES      (64u << 10)

static int
join_scopes(struct oauth *self)
{
	struct ac_buf buf;

	ac_buf_init(&buf, DOCUMENT_BYTES);
	for (size_t i = 0; i < self->scope_count; i++) {
		ac_buf_text(&buf, i == 0 ? "" : " ");
		ac_buf_add(&buf, self->scopes[i]);
	}
	self->scope_text = self->scope_count == 0 ? NULL : ac_buf_take(&buf);
	ac_buf_clear(&buf);
	return self->scope_count > 0 && self->scope_text == NULL ? -1 : 0;
}

/* RFC 9728 1.2 wants https; a resource behind a proxy of its own may do
 * without, and is told so. */
static int
check_resource(struct oauth *self, struct authchain_span resource,
    struct authchain_error *err)
{
	struct authchain_span http = ac_span_text("http://");
	struct ac_buf https;
	int r;

	if (!ac_span_starts(resource, http))
		return ac_metadata_check_url(resource, 0, err);
	self->host->warn(self->entry, "resource-metadata",
	    "resource in [chain] is http: clients that find it so will send "
	    "their tokens where anyone on the way can read them");
	ac_buf_init(&https, AC_METADATA_MAX_URL);
	ac_buf_text(&https, "https://");
	ac_buf_add(&https, ac_span_cut(resource, http.len, resource.len));
	r = ac_metadata_check_url(ac_buf_span(&https), 0, err);
	ac_buf_clear(&https);
	return r;
}

static int
read_resource(struct oauth *self)
{
	const struct authchain_host *host = self->host;
	struct authchain_span resource =
	    ac_span_text(host->resource(self->entry));
	struct authchain_error err = { 0 };

	if (resource.len == 0) {
		host->fail(self->entry, "resource-metadata",
		    "clients can't be told about a resource without a name: "
		    "write resource in [chain], or resource-metadata = no");
		return -1;
	}
	if (check_resource(self, resource, &err) != 0) {
		host->fail(self->entry, "resource-metadata",
		    "resource in [chain]: %s", err.text);
		return -1;
	}
	self->metadata_url =
	    ac_metadata_insert(resource, RESOURCE_WELL_KNOWN, false);
	return self->metadata_url == NULL
		   ? options_no_memory(self->host, self->entry)
		   : 0;
}

int
oauth_documents_read(struct oauth *self)
{
	const struct authchain_host *host = self->host;

	if (join_scopes(self) != 0)
		return options_no_memory(self->host, self->entry);
	if (self->server_count == 0)
		return 0;
	if (host->option_number(self->entry, "resource-metadata") == 1 &&
	    read_resource(self) != 0)
		return -1;
	return 0;
}

/* ---- the resource's metadata ---- */

static void
add_list(struct ac_buf *buf, const char *name,
    const struct authchain_span *items, size_t count)
{
	ac_buf_format(buf, ",\"%s\":[", name);
	for (size_t i = 0; i < count; i++) {
		ac_buf_text(buf, i == 0 ? "\"" : ",\"");
		ac_buf_json(buf, items[i]);
		ac_buf_byte(buf, '"');
	}
	ac_buf_byte(buf, ']');
}

/* What is taken besides plain bearer tokens. */
static void
add_bonds(const struct oauth *self, struct ac_buf *buf)
{
	const struct authchain_host *host = self->host;
	size_t count = host->option_count(self->entry, "proof-algorithms");

	for (size_t i = 0; i < count; i++) {
		struct authchain_span name =
		    host->option_item(self->entry, "proof-algorithms", i);

		ac_buf_text(buf,
		    i == 0 ? ",\"dpop_signing_alg_values_supported\":[\""
			   : ",\"");
		ac_buf_json(buf, name);
		ac_buf_byte(buf, '"');
	}
	ac_buf_text(buf, count == 0 ? "" : "]");
	if (host->option_number(self->entry, "proof-required") == 1)
		ac_buf_text(buf, ",\"dpop_bound_access_tokens_required\":true");
	if (host->option_number(self->entry, "certificate-bound") == 1)
		ac_buf_text(buf,
		    ",\"tls_client_certificate_bound_access_tokens\":true");
}

/* RFC 9728 2 */
static void
write_resource(const struct oauth *self, struct ac_buf *buf)
{
	const struct authchain_host *host = self->host;
	struct authchain_span name =
	    host->option_text(self->entry, "resource-name");

	ac_buf_text(buf, "{\"resource\":\"");
	ac_buf_json(buf, ac_span_text(host->resource(self->entry)));
	ac_buf_byte(buf, '"');
	add_list(buf, "authorization_servers", self->servers,
	    self->server_count);
	if (self->scope_count > 0)
		add_list(buf, "scopes_supported", self->scopes,
		    self->scope_count);
	ac_buf_text(buf, ",\"bearer_methods_supported\":[\"header\"]");
	add_bonds(self, buf);
	if (name.data != NULL) {
		ac_buf_text(buf, ",\"resource_name\":\"");
		ac_buf_json(buf, name);
		ac_buf_byte(buf, '"');
	}
	ac_buf_byte(buf, '}');
}

/* The path form's path: the URL without origin and query. */
static char *
document_path(const struct oauth *self)
{
	const char *path = strstr(self->metadata_url, RESOURCE_WELL_KNOWN);
	struct authchain_span text = ac_span_text(path);

	return path == NULL ? NULL : strndup(path, ac_span_find(text, '?', 0));
}

static int
publish_at(struct oauth *self, uint32_t level, const char *path,
    struct authchain_span body)
{
	if (self->host->publish(self->entry, path, "application/json", body) ==
	    0)
		return 0;
	self->host->log(self->entry, level,
	    "the resource's metadata can't be published at %s: another entry "
	    "has that path, or out of memory",
	    path);
	return -1;
}

static int
publish_resource(struct oauth *self)
{
	struct ac_buf buf;
	char *path = document_path(self);
	int r = -1;

	ac_buf_init(&buf, DOCUMENT_BYTES);
	write_resource(self, &buf);
	if (path == NULL || buf.failed) {
		self->host->log(self->entry, AUTHCHAIN_LOG_ERROR,
		    "the resource's metadata can't be made: out of memory, or "
		    "longer than %u bytes",
		    DOCUMENT_BYTES);
		goto out;
	}
	r = publish_at(self, AUTHCHAIN_LOG_ERROR, path, ac_buf_span(&buf));
	/* some clients ask at the root alone; chains may share a host */
	if (r == 0 && strcmp(path, RESOURCE_WELL_KNOWN) != 0)
		(void)publish_at(self, AUTHCHAIN_LOG_WARNING,
		    RESOURCE_WELL_KNOWN, ac_buf_span(&buf));
out:
	ac_buf_clear(&buf);
	free(path);
	return r;
}

int
oauth_documents_publish(struct oauth *self)
{
	if (self->metadata_url != NULL && publish_resource(self) != 0)
		return -1;
	return 0;
}

void
oauth_documents_clear(struct oauth *self)
{
	free(self->scope_text);
	free(self->metadata_url);
}

/* Scopes that were found missing, less the one no challenge may have. */
static void
add_needed(struct ac_buf *buf, struct authchain_span needed)
{
	struct authchain_span word;

	while (ac_span_word(&needed, &word)) {
		if (ac_span_is_text(word, "offline_access"))
			continue;
		ac_buf_text(buf, buf->len == 0 ? "" : " ");
		ac_buf_add(buf, word);
	}
}

void
oauth_challenge(void *arg, struct authchain_call *call)
{
	const struct oauth *self = arg;
	const struct authchain_host *host = self->host;
	const struct authchain_summary *summary = host->summary(call);
	struct ac_buf scope;

	ac_buf_init(&scope, DOCUMENT_BYTES);
	if (summary->reason == AUTHCHAIN_REASON_INSUFFICIENT_SCOPE)
		add_needed(&scope, summary->needed);
	if (scope.len == 0 && self->scope_text != NULL)
		ac_buf_text(&scope, self->scope_text);
	if (scope.len > 0 && !scope.failed)
		(void)host->challenge_parameter(call, "scope",
		    ac_buf_span(&scope));
	if (self->metadata_url != NULL)
		(void)host->challenge_parameter(call, "resource_metadata",
		    ac_span_text(self->metadata_url));
	ac_buf_clear(&scope);
}
