/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A blocking plugin is given up, and the chain goes on without it: what was
 * known before counts as much as if it had answered.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "tap.h"

#define SCRIPTED(name, extra)                                                  \
	"[plugin " name                                                        \
	"]\npath = @TESTS@/scripted.so\ntype = scripted\n" extra "\n"
#define WHO(extra)                                                             \
	SCRIPTED("who", "claim = mine\nverify = accept\nsubject = "            \
			"ann\n" extra)
#define IDENTITY                                                               \
	"issuer = https://as.example\nscopes = read, write\n"                  \
	"attributes = team=red, room=7\n"                                      \
	"claims = \"{\\\"client_id\\\":\\\"app\\\"}\""

struct row {
	const char *name;
	const char *chain; /* lines of [chain], with slow in one of them */
	const char *plugins;
	uint32_t status;
	const char *reason;
	bool nobody; /* the request has no token */
};

static const struct row rows[] = {
	{ "what a rule before it needs", "authorize = needs, slow",
	    WHO("scopes = read")
		SCRIPTED("needs", "authorize = allow\nneed-scopes = admin"),
	    403, "insufficient_scope", false },
	{ "that a rule behind it has no time left", "authorize = slow, needs",
	    WHO("scopes = read")
		SCRIPTED("needs", "authorize = allow\nneed-scopes = admin"),
	    503, "deadline", false },
	{ "what the provider's entry needs, before a rule", "authorize = slow",
	    WHO("scopes = read\nrequired-scopes = admin"), 403,
	    "insufficient_scope", false },
	{ "what the provider's entry needs, before a map", "map = slow",
	    WHO("scopes = read\nrequired-scopes = admin"), 403,
	    "insufficient_scope", false },
	{ "what the chain needs", "authorize = slow\nrequired-scopes = admin",
	    WHO("scopes = read"), 403, "insufficient_scope", false },
	{ "what a token is bound to", "map = slow",
	    WHO("claims = \"{\\\"cnf\\\":{\\\"jkt\\\":\\\"x\\\"}}\""), 401,
	    "bound_token", false },
	{ "that nobody has time left to look at the token", "guard = slow",
	    WHO(""), 503, "deadline", false },
	{ "scopes that are held", "authorize = needs, slow",
	    WHO("scopes = read")
		SCRIPTED("needs", "authorize = allow\nneed-scopes = read"),
	    200, "none", false },
	{ "who it is, before a rule", "authorize = slow", WHO(IDENTITY), 200,
	    "none", false },
	{ "who it is, before a map", "map = slow", WHO(IDENTITY), 200, "none",
	    false },
	{ "that it is nobody", "anonymous = yes\nguard = slow", WHO(""), 200,
	    "none", true },
};

/* The deadline and how long the plugin blocks, until the machine was fast
 * enough for all that comes before. */
static const struct {
	const char *deadline, *block;
} times[] = { { "150ms", "400ms" }, { "2s", "4s" }, { "20s", "30s" } };

static bool
open_chain(struct engine *engine, const struct row *row, size_t at)
{
	char text[4096];

	(void)snprintf(text, sizeof(text),
	    "[chain]\nidentity = who\ndeadline = %s\n%s\n%s"
	    "[plugin slow]\npath = @TESTS@/scripted.so\n"
	    "type = scripted-blocking\non-unavailable = allow\nblock = %s\n"
	    "guard = allow\nmap = allow\nauthorize = allow\n",
	    times[at].deadline, row->chain, row->plugins, times[at].block);
	return engine_open(engine, text) && engine_start(engine);
}

static void
take(void *arg, struct authchain_decision *decision)
{
	struct authchain_decision **got = arg;

	*got = decision;
}

static struct authchain_decision *
judge(struct engine *engine, const struct row *row, bool submitted)
{
	struct authchain_request request = { .size = sizeof(request) };
	struct authchain_decision *got = NULL;
	struct pollfd fd = { .fd = authchain_descriptor(engine->ac),
		.events = POLLIN };

	if (!submitted)
		return engine_check(engine, row->nobody ? NULL : "x");
	if (!row->nobody)
		request.token = (struct authchain_span){ "x", 1 };
	authchain_submit(engine->ac, "t", &request, take, &got);
	while (got == NULL && poll(&fd, 1, 60000) == 1)
		authchain_dispatch(engine->ac);
	return got;
}

static bool
is(struct authchain_span text, const char *wanted)
{
	return text.len == strlen(wanted) &&
	       memcmp(text.data, wanted, text.len) == 0;
}

/* All that WHO(IDENTITY) said. */
static bool
is_whole(const struct authchain_decision *d)
{
	return is(d->subject, "ann") && is(d->issuer, "https://as.example") &&
	       is(d->client_id, "app") && d->claims.len > 0 &&
	       d->scope_count == 2 && is(d->scopes[0], "read") &&
	       is(d->scopes[1], "write") && d->attribute_count == 2 &&
	       is(d->attributes[0].name, "team") &&
	       is(d->attributes[0].value, "red") &&
	       is(d->attributes[1].name, "room") &&
	       is(d->attributes[1].value, "7");
}

static bool
is_right(const struct row *row, const struct authchain_decision *d)
{
	if (d->status != row->status ||
	    strcmp(authchain_reason_name(d->reason), row->reason) != 0)
		return false;
	if (d->status != 200)
		return true;
	if (row->nobody)
		return d->anonymous == 1 && d->subject.data == NULL;
	return d->anonymous == 0 && is(d->subject, "ann") &&
	       strcmp(d->provider, "who") == 0 &&
	       (strstr(row->plugins, "issuer") == NULL || is_whole(d));
}

static bool
was_given_up(const struct authchain_decision *d)
{
	for (size_t i = 0; i < d->trace_count; i++) {
		if (strcmp(d->trace[i].entry, "slow") == 0 &&
		    d->trace[i].reason == AUTHCHAIN_REASON_DEADLINE)
			return true;
	}
	return false;
}

static void
test_row(const struct row *row, bool submitted)
{
	struct authchain_decision *d = NULL;
	struct engine engine;
	bool right = false, slow = false;
	char name[128];

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]) && !slow; i++) {
		authchain_decision_free(&d);
		if (!open_chain(&engine, row, i)) {
			printf("# %s\n", engine.found);
			break;
		}
		d = judge(&engine, row, submitted);
		slow = d != NULL && was_given_up(d);
		right = d != NULL && is_right(row, d);
		engine_close(&engine);
	}
	(void)snprintf(name, sizeof(name), "a plugin is given up%s: %s counts",
	    submitted ? ", submitted" : "", row->name);
	ok(slow && right, name);
	if (d != NULL && !(slow && right))
		printf("# %u %s\n", d->status,
		    authchain_reason_name(d->reason));
	authchain_decision_free(&d);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row(&rows[i], false);
		test_row(&rows[i], true);
	}
	return done();
}
