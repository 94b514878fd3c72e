/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session: an MCP session is whose it was first, so that a session id that got
 * around is of no use to others.  Servers name it in an answer, which nobody
 * shows us: it is bound when a client first sends it.
 */
#include <authchain/plugin.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "session-table.h"

#define MAX_ID        512
#define MAX_PRINCIPAL (16u << 10)

struct session {
	const struct authchain_host *host;
	struct authchain_entry *entry;
	struct session_table *table; /* shared over reloads */
	int64_t ttl_ms;
};

/* ---- the table, kept over reloads ---- */

struct bounds {
	size_t max, each;
};

static void *
make_table(struct authchain_entry *own, void *arg)
{
	const struct bounds *bounds = arg;

	(void)own;
	return session_table_new(bounds->max, bounds->each);
}

static void
drop_table(void *object)
{
	struct session_table *table = object;

	session_table_free(&table);
}

static int
share_table(struct session *self)
{
	const struct authchain_host *host = self->host;
	struct authchain_entry *entry = self->entry;
	struct bounds bounds = {
		(size_t)host->option_number(entry, "max-sessions"),
		(size_t)host->option_number(entry, "max-per-principal"),
	};
	char name[512];

	(void)snprintf(name, sizeof(name), "session/%s/%s/%zu/%zu",
	    host->chain_name(entry), host->entry_name(entry), bounds.max,
	    bounds.each);
	self->table = host->share(entry, name, make_table, drop_table, &bounds);
	if (self->table != NULL)
		return 0;
	host->fail(entry, NULL, "out of memory");
	return -1;
}

static void
session_destroy(void *arg)
{
	free(arg);
}

static int
session_create(const struct authchain_host *host, struct authchain_entry *entry,
    void **out)
{
	struct session *self = calloc(1, sizeof(*self));

	*out = NULL;
	if (self == NULL) {
		host->fail(entry, NULL, "out of memory");
		return -1;
	}
	self->host = host;
	self->entry = entry;
	self->ttl_ms = host->option_number(entry, "ttl");
	if (share_table(self) != 0) {
		session_destroy(self);
		return -1;
	}
	*out = self;
	return 0;
}

/* ---- a request ---- */

static void
add_part(struct ac_buf *buf, struct authchain_span part)
{
	ac_buf_format(buf, "%zu:", part.len);
	ac_buf_add(buf, part);
}

/* Who it is, and not with which token; -1 when it can't be told. */
static int
read_principal(const struct session *self, struct authchain_call *call,
    struct session_claim *claim)
{
	const struct authchain_host *host = self->host;
	struct authchain_span subject = host->identity(call, "subject");
	struct ac_buf buf;
	int r;

	claim->known = subject.data != NULL;
	if (!claim->known)
		return 0;
	ac_buf_init(&buf, MAX_PRINCIPAL);
	add_part(&buf, host->identity(call, "provider"));
	add_part(&buf, host->identity(call, "issuer"));
	add_part(&buf, subject);
	r = buf.failed ? -1 : ac_digest(ac_buf_span(&buf), claim->principal);
	ac_buf_clear(&buf);
	return r;
}

/* Visible ASCII (MCP 2025-11-25, Session Management). */
static bool
is_id(struct authchain_span id)
{
	for (size_t i = 0; i < id.len; i++)
		if (id.data[i] <= ' ' || id.data[i] > '~')
			return false;
	return id.len > 0 && id.len <= MAX_ID;
}

static uint32_t
say(const struct session *self, struct authchain_call *call, uint32_t reason,
    const char *why)
{
	self->host->reason(call, reason, "%s", why);
	return reason == AUTHCHAIN_REASON_BUSY ||
		       reason == AUTHCHAIN_REASON_OUT_OF_MEMORY
		   ? AUTHCHAIN_UNAVAILABLE
		   : AUTHCHAIN_DENY;
}

static uint32_t
judge(const struct session *self, struct authchain_call *call,
    struct authchain_span id)
{
	struct session_claim claim = {
		.now_ms = self->host->monotonic_ms(),
		.ttl_ms = self->ttl_ms,
	};

	if (ac_digest(id, claim.session) != 0 ||
	    read_principal(self, call, &claim) != 0)
		return say(self, call, AUTHCHAIN_REASON_OUT_OF_MEMORY,
		    "the session can't be looked up");
	switch (session_table_claim(self->table, &claim)) {
	case SESSION_OWN:
	case SESSION_FREE:
		return AUTHCHAIN_ALLOW;
	case SESSION_FULL:
		return say(self, call, AUTHCHAIN_REASON_BUSY,
		    "there is no room for another session: raise max-sessions "
		    "or lower ttl");
	case SESSION_FOREIGN:
	default:
		return say(self, call, AUTHCHAIN_REASON_NOT_FOUND,
		    "the session is another principal's");
	}
}

static uint32_t
session_authorize(void *arg, struct authchain_call *call)
{
	const struct session *self = arg;
	const struct authchain_host *host = self->host;
	struct authchain_span id = host->header(call, "Mcp-Session-Id", 0);

	if (host->header(call, "Mcp-Session-Id", 1).data != NULL)
		return say(self, call, AUTHCHAIN_REASON_BAD_REQUEST,
		    "more than one Mcp-Session-Id");
	if (id.data == NULL)
		return AUTHCHAIN_ALLOW;
	if (!is_id(id))
		return say(self, call, AUTHCHAIN_REASON_BAD_REQUEST,
		    "Mcp-Session-Id is not visible ASCII, or too long");
	return judge(self, call, id);
}

static void
session_status(void *arg, struct authchain_report *report)
{
	const struct session *self = arg;

	self->host->report(report, "sessions", "%zu",
	    session_table_count(self->table));
}

static const struct authchain_option options[] = {
	{ .name = "ttl",
	    .type = AUTHCHAIN_OPTION_DURATION,
	    .fallback = "24h",
	    .min = 1000,
	    .max = INT64_C(30) * 24 * 3600 * 1000,
	    .help = "how long a session that nobody uses stays bound" },
	{ .name = "max-sessions",
	    .type = AUTHCHAIN_OPTION_INTEGER,
	    .fallback = "65536",
	    .min = 1,
	    .max = 1 << 22,
	    .help = "sessions that are remembered; more are refused" },
	{ .name = "max-per-principal",
	    .type = AUTHCHAIN_OPTION_INTEGER,
	    .fallback = "256",
	    .min = 1,
	    .max = 65536,
	    .help = "sessions of one principal; its oldest is forgotten" },
};

static const struct authchain_plugin plugin = {
	.size = sizeof(plugin),
	.name = "session",
	.description = "keeps MCP sessions to their owners",
	.option_count = sizeof(options) / sizeof(options[0]),
	.options = options,
	.option_size = sizeof(options[0]),
	.create = session_create,
	.destroy = session_destroy,
	.authorize = session_authorize,
	.status = session_status,
};

AUTHCHAIN_MODULE("session", "1.0", "BSD-2-Clause", &plugin);
