/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The authorization server's metadata (RFC 8414): published here, for clients
 * that look for it at the resource, and read for the introspection endpoint.
 * Of a document that another issuer could have written nothing is believed.
 */
#include "oauth.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "keys/metadata.h"
#include "options.h"

#define SERVER_WELL_KNOWN "/.well-known/oauth-authorization-server"
#define DOCUMENT_BYTES    (256u << 10)
#define COOLDOWN_MS       30000
#define MAX_FRESH_MS      INT64_C(86400000)
#define MAX_WAIT_MS       10000
#define NAME_BYTES        512

static char *
next_url(void *arg, bool first)
{
	struct oauth_metadata *metadata = &((struct oauth *)arg)->metadata;

	if (first)
		metadata->form = 0;
	while (metadata->form < AC_METADATA_FORMS) {
		char *url =
		    ac_metadata_url(metadata->issuer.data, metadata->form++);

		if (url != NULL)
			return url;
	}
	return NULL;
}

static enum ac_poll_step
forward(struct oauth *self, struct authchain_span document,
    struct authchain_error *err)
{
	if (self->host->publish(self->entry, SERVER_WELL_KNOWN,
		"application/json", document) == 0)
		return AC_POLL_DONE;
	(void)ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
	    "it can't be published at " SERVER_WELL_KNOWN
	    ": another entry has that path");
	return AC_POLL_FAILED;
}

static enum ac_poll_step
discover(struct oauth *self, const json_t *tree, struct authchain_error *err)
{
	struct authchain_span url =
	    ac_json_string(tree, "introspection_endpoint");
	char *found, *before;

	if (url.data == NULL) {
		(void)ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
		    "it names no introspection_endpoint");
		return AC_POLL_NEXT;
	}
	if (ac_metadata_check_url(url, self->fetch_flags, err) != 0)
		return AC_POLL_NEXT;
	found = strndup(url.data, url.len);
	if (found == NULL) {
		(void)ac_error_memory(err);
		return AC_POLL_FAILED;
	}
	(void)pthread_mutex_lock(&self->lock);
	before = self->found;
	self->found = found;
	(void)pthread_mutex_unlock(&self->lock);
	free(before);
	return AC_POLL_DONE;
}

static enum ac_poll_step
take(void *arg, const char *url, const struct authchain_answer *answer,
    struct authchain_error *err)
{
	struct oauth *self = arg;
	enum ac_poll_step step = AC_POLL_DONE;
	json_t *tree;

	(void)url;
	if (!ac_poll_answered(answer, err))
		return AC_POLL_NEXT;
	tree = ac_metadata_parse(answer->body, self->metadata.issuer.data,
	    self->fetch_flags, err);
	if (tree == NULL)
		return AC_POLL_NEXT;
	if (self->metadata.discovered)
		step = discover(self, tree, err);
	if (self->metadata.forwarded && step != AC_POLL_FAILED) {
		enum ac_poll_step also = forward(self, answer->body, err);

		step = step == AC_POLL_DONE ? also : step;
	}
	json_decref(tree);
	return step;
}

int
oauth_metadata_read(struct oauth *self)
{
	struct oauth_metadata *metadata = &self->metadata;
	struct ac_poll_client client = {
		.counter = "server_metadata",
		.url = next_url,
		.take = take,
		.arg = self,
	};
	struct ac_poll_rules rules = {
		.fetch_flags = self->fetch_flags,
		.max_bytes = DOCUMENT_BYTES,
		.cooldown_ms = COOLDOWN_MS,
		.max_fresh_ms = MAX_FRESH_MS,
	};
	struct ac_quote quote;

	metadata->forwarded =
	    self->server_count > 0 &&
	    self->host->option_number(self->entry, "forward-metadata") == 1;
	if (!metadata->forwarded && !metadata->discovered)
		return 0;
	metadata->issuer =
	    self->server_count > 0 ? self->servers[0] : self->rules.issuer;
	metadata->name = malloc(NAME_BYTES);
	if (metadata->name == NULL)
		return options_no_memory(self->host, self->entry);
	(void)snprintf(metadata->name, NAME_BYTES, "metadata of %s",
	    ac_quote(&quote, metadata->issuer));
	client.what = metadata->name;
	metadata->poll =
	    ac_poll_new(self->host, self->entry, &client, &rules, NULL);
	return metadata->poll == NULL
		   ? options_no_memory(self->host, self->entry)
		   : 0;
}

void
oauth_metadata_start(struct oauth *self)
{
	if (self->metadata.poll != NULL)
		ac_poll_start(self->metadata.poll);
}

void
oauth_metadata_clear(struct oauth *self)
{
	ac_poll_free(&self->metadata.poll);
	free(self->metadata.name);
	free(self->found);
}

char *
oauth_metadata_endpoint(struct oauth *self)
{
	char *url;

	if (self->endpoint.data != NULL)
		return strdup(self->endpoint.data);
	(void)pthread_mutex_lock(&self->lock);
	url = self->found == NULL ? NULL : strdup(self->found);
	(void)pthread_mutex_unlock(&self->lock);
	return url;
}

int
oauth_metadata_wait(struct oauth *self, void (*wake)(void *arg), void *arg)
{
	struct ac_poll *poll = self->metadata.poll;
	enum ac_poll_ask answer;

	if (poll == NULL)
		return -1;
	answer = ac_poll_ask(poll, true);
	if (answer != AC_POLL_BEGUN && answer != AC_POLL_JOINED)
		return -1;
	return ac_poll_wait(poll, MAX_WAIT_MS, wake, arg);
}

void
oauth_metadata_report(struct oauth *self, struct authchain_report *report)
{
	const struct authchain_host *host = self->host;
	struct ac_poll_state state;
	int64_t now_ms = host->monotonic_ms();

	ac_poll_read(self->metadata.poll, &state);
	if (state.ok_ms == AC_POLL_NEVER)
		host->report(report, "server-metadata", "never fetched");
	else
		host->report(report, "server-metadata",
		    "fetched %" PRId64 " s ago", (now_ms - state.ok_ms) / 1000);
	if (state.failures > 0)
		host->report(report, "last-error", "%" PRId64 " s ago: %s",
		    (now_ms - state.failed_ms) / 1000, state.error);
}
