/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit: one line of JSON a decision, for auditors.  The thread that decides
 * copies what the line will say and goes on; another one makes the line and
 * writes it.
 */
#include <authchain/plugin.h>

#include <stdio.h>
#include <stdlib.h>

#include "audit-datagram.h"
#include "audit-writer.h"
#include "base/error.h"
#include "base/secret.h"

#define MIN_SECRET 16 /* bytes */
#define MAX_NAME   4096
#define TRACE_LEN  55 /* of a traceparent, version 00 (W3C Trace Context 3.2) */

struct audit {
	const struct authchain_host *host;
	struct authchain_entry *entry;
	struct audit_writer *writer; /* shared over reloads */
	bool with_query;
};

enum chain {
	CHAIN_NONE,
	CHAIN_SHA256,
	CHAIN_HMAC
};

static const char *const sinks[] = { "file", "syslog", "journald", NULL };
static const char *const chains[] = { "none", "sha256", "hmac", NULL };
static const char *const subjects[] = { "plain", "hash", NULL };
static const char *const modes[] = { "0600", "0640", NULL };

/* ---- what was configured ---- */

static int
check_secret(const struct audit *self, enum chain chain, bool hash_subjects)
{
	const struct authchain_host *host = self->host;
	size_t count = host->secret_count(self->entry, "secret");

	if (count == 0 && chain == CHAIN_HMAC)
		host->fail(self->entry, "chain",
		    "hmac needs a secret: write secret = @NAME");
	if (count == 0 && hash_subjects)
		host->fail(self->entry, "subject",
		    "hash needs a secret: write secret = @NAME");
	if (count == 0)
		return chain == CHAIN_HMAC || hash_subjects ? -1 : 0;
	if (host->secret_value(self->entry, "secret", 0).len >= MIN_SECRET)
		return 0;
	host->fail(self->entry, "secret", "%s: at least %d bytes are needed",
	    host->secret_label(self->entry, "secret", 0), MIN_SECRET);
	return -1;
}

static int
check_place(const struct audit *self, enum audit_sink sink)
{
	const struct authchain_host *host = self->host;
	bool has_file = host->option_is_set(self->entry, "file") == 1;

	if (sink == AUDIT_FILE && !has_file) {
		host->fail(self->entry, NULL,
		    "write file = /var/log/authchain/NAME.jsonl, or sink = "
		    "journald");
		return -1;
	}
	if (sink != AUDIT_FILE && has_file) {
		host->fail(self->entry, "file", "it goes with sink = file");
		return -1;
	}
	if (sink == AUDIT_FILE && host->option_is_set(self->entry, "socket")) {
		host->fail(self->entry, "socket",
		    "it goes with sink = syslog or journald");
		return -1;
	}
	return 0;
}

static void
read_config(const struct audit *self, struct audit_config *config)
{
	const struct authchain_host *host = self->host;
	struct authchain_entry *entry = self->entry;
	enum chain chain = (enum chain)host->option_number(entry, "chain");
	struct authchain_span secret = host->secret_value(entry, "secret", 0);
	const char *socket = host->option_text(entry, "socket").data;

	*config = (struct audit_config){
		.host = host,
		.sink = (enum audit_sink)host->option_number(entry, "sink"),
		.path = host->option_text(entry, "file").data,
		.mode = host->option_number(entry, "mode") == 1 ? 0640 : 0600,
		.chained = chain != CHAIN_NONE,
		.hash_subjects = host->option_number(entry, "subject") == 1,
		.name_secret = secret,
		.queue_bytes = (size_t)host->option_number(entry, "queue"),
	};
	if (chain == CHAIN_HMAC)
		config->chain_secret = secret;
	if (config->sink != AUDIT_FILE)
		config->path = socket != NULL ? socket
			       : config->sink == AUDIT_SYSLOG
				   ? AUDIT_SYSLOG_SOCKET
				   : AUDIT_JOURNALD_SOCKET;
}

/* ---- the writer, kept over reloads ---- */

static void *
make_writer(struct authchain_entry *own, void *arg)
{
	return audit_writer_new(arg, own);
}

static void
drop_writer(void *object)
{
	struct audit_writer *writer = object;

	audit_writer_free(&writer);
}

/* Whoever says the same shares it; the secret by its fingerprint. */
static int
share_writer(struct audit *self, struct audit_config *config)
{
	char name[MAX_NAME], print[9] = "-";
	int len;

	if (config->name_secret.data != NULL &&
	    ac_secret_fingerprint(config->name_secret, print) != 0)
		return -1;
	len = snprintf(name, sizeof(name), "audit %d %o %d%d%d %zu %s %s",
	    (int)config->sink, config->mode, config->chained,
	    config->chain_secret.data != NULL, config->hash_subjects,
	    config->queue_bytes, print, config->path);
	if (len < 0 || (size_t)len >= sizeof(name))
		return -1;
	self->writer = self->host->share(self->entry, name, make_writer,
	    drop_writer, config);
	return self->writer == NULL ? -1 : 0;
}

static void
audit_destroy(void *arg)
{
	free(arg);
}

static int
audit_create(const struct authchain_host *host, struct authchain_entry *entry,
    void **out)
{
	struct audit *self = calloc(1, sizeof(*self));
	struct audit_config config;
	int r = 0;

	*out = NULL;
	if (self == NULL) {
		host->fail(entry, NULL, "out of memory");
		return -1;
	}
	self->host = host;
	self->entry = entry;
	self->with_query = host->option_number(entry, "insecure-query") == 1;
	read_config(self, &config);
	r |= check_place(self, config.sink);
	r |= check_secret(self, (enum chain)host->option_number(entry, "chain"),
	    config.hash_subjects);
	if (r == 0 && share_writer(self, &config) != 0) {
		host->fail(entry, NULL, "out of memory");
		r = -1;
	}
	if (r != 0) {
		audit_destroy(self);
		return -1;
	}
	*out = self;
	return 0;
}

static int
audit_start(void *arg)
{
	const struct audit *self = arg;
	struct authchain_error err = { 0 };

	if (audit_writer_start(self->writer, &err) == 0)
		return 0;
	self->host->log(self->entry, AUTHCHAIN_LOG_ERROR, "%s", err.text);
	return -1;
}

/* ---- a decision ---- */

/* What stands behind the question mark is often secret. */
static struct authchain_span
uri_of(const struct audit *self, struct authchain_call *call)
{
	struct authchain_span uri = self->host->attribute(call, "uri");

	if (uri.data == NULL || self->with_query)
		return uri;
	uri = ac_span_cut(uri, 0, ac_span_find(uri, '#', 0));
	return ac_span_cut(uri, 0, ac_span_find(uri, '?', 0));
}

/* 00-32 digits-16 digits-2 digits (W3C Trace Context 3.2.2). */
static struct authchain_span
trace_of(const struct audit *self, struct authchain_call *call)
{
	struct authchain_span text = self->host->header(call, "traceparent", 0);
	bool zeros = true;

	if (text.len != TRACE_LEN ||
	    !ac_span_starts(text, ac_span_text("00-")) || text.data[35] != '-')
		return ac_span(NULL, 0);
	for (size_t i = 3; i < 35; i++) {
		char c = text.data[i];

		if ((c < '0' || c > '9') && (c < 'a' || c > 'f'))
			return ac_span(NULL, 0);
		zeros = zeros && c == '0';
	}
	return zeros ? ac_span(NULL, 0) : ac_span_cut(text, 3, 35);
}

static struct authchain_span
or_none(struct authchain_span text)
{
	return text.len == 0 ? ac_span(NULL, 0) : text;
}

static struct audit_record *
record_of(const struct audit *self, struct authchain_call *call)
{
	const struct authchain_host *host = self->host;
	const struct authchain_summary *is = host->summary(call);
	const struct authchain_span texts[AUDIT_TEXTS] = {
		[AUDIT_CHAIN] = ac_span_text(is->chain),
		[AUDIT_PROVIDER] = or_none(ac_span_text(is->provider)),
		[AUDIT_SUBJECT] = or_none(is->subject),
		[AUDIT_CLIENT] = or_none(is->client_id),
		[AUDIT_ADDRESS] =
		    or_none(host->attribute(call, "client-address")),
		[AUDIT_METHOD] = or_none(host->attribute(call, "method")),
		[AUDIT_URI] = or_none(uri_of(self, call)),
		[AUDIT_REQUEST_ID] =
		    or_none(host->attribute(call, "request-id")),
		[AUDIT_TRACE_ID] = trace_of(self, call),
		[AUDIT_CLAIMS] = or_none(is->claims),
	};
	struct audit_record *record = audit_record_new(texts);

	if (record == NULL)
		return NULL;
	record->ts_ms = host->wall_ms();
	record->us = is->microseconds;
	record->verdict = is->verdict;
	record->reason = is->reason;
	record->status = is->status;
	record->cached = is->cached != 0;
	record->degraded = is->degraded != 0;
	record->has_token = host->token_digest(call, record->token) == 0;
	return record;
}

static void
audit_audit(void *arg, struct authchain_call *call)
{
	const struct audit *self = arg;

	if (!audit_writer_put(self->writer, record_of(self, call)))
		self->host->metric_add(self->entry, "dropped_total", 1);
}

static void
audit_status(void *arg, struct authchain_report *report)
{
	const struct audit *self = arg;
	const struct authchain_host *host = self->host;
	struct audit_counts counts;

	audit_writer_count(self->writer, &counts);
	host->report(report, "written", "%llu",
	    (unsigned long long)counts.written);
	host->report(report, "dropped", "%llu",
	    (unsigned long long)counts.lost);
	host->report(report, "waiting-bytes", "%zu", counts.waiting);
	host->report(report, "sink", "%s", counts.failing ? "failing" : "good");
}

static const struct authchain_option options[] = {
	{ .name = "sink",
	    .type = AUTHCHAIN_OPTION_ENUM,
	    .fallback = "file",
	    .choices = sinks,
	    .help = "where lines go" },
	{ .name = "file",
	    .type = AUTHCHAIN_OPTION_PATH,
	    .help = "the file that lines are appended to" },
	{ .name = "mode",
	    .type = AUTHCHAIN_OPTION_ENUM,
	    .fallback = "0600",
	    .choices = modes,
	    .help = "the mode of a file that is made" },
	{ .name = "socket",
	    .type = AUTHCHAIN_OPTION_PATH,
	    .help = "where the log daemon listens, if not where it does "
		    "usually" },
	{ .name = "chain",
	    .type = AUTHCHAIN_OPTION_ENUM,
	    .fallback = "none",
	    .choices = chains,
	    .help = "hold lines together by hashes, so that a change shows; "
		    "hmac: nobody without the secret can make them anew" },
	{ .name = "secret",
	    .type = AUTHCHAIN_OPTION_SECRET,
	    .purpose = "audit",
	    .help = "keys the hashes of tokens and subjects, and chain = "
		    "hmac" },
	{ .name = "subject",
	    .type = AUTHCHAIN_OPTION_ENUM,
	    .fallback = "plain",
	    .choices = subjects,
	    .help = "whether lines name subjects, or hashes of them" },
	{ .name = "insecure-query",
	    .type = AUTHCHAIN_OPTION_BOOL,
	    .fallback = "no",
	    .help = "write URIs with their queries, which may hold secrets" },
	{ .name = "queue",
	    .type = AUTHCHAIN_OPTION_SIZE,
	    .fallback = "8M",
	    .min = 64 << 10,
	    .max = 1 << 30,
	    .help = "what may wait to be written; more is dropped and "
		    "counted" },
};

static const struct authchain_plugin plugin = {
	.size = sizeof(plugin),
	.name = "audit",
	.description = "one line of JSON for each decision",
	.option_count = sizeof(options) / sizeof(options[0]),
	.options = options,
	.option_size = sizeof(options[0]),
	.create = audit_create,
	.start = audit_start,
	.destroy = audit_destroy,
	.audit = audit_audit,
	.status = audit_status,
};

AUTHCHAIN_MODULE("audit", "1.0", "BSD-2-Clause", &plugin);
