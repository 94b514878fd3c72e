/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of the process and of each entry, for operators. */
#include "daemon/admin.h"

#include <inttypes.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/clock.h"
#include "daemon/pace.h"
#include "daemon/page.h"
#include "daemon/retire.h"
#include "daemon/scrape.h"
#include "engine/status.h"

#define MAX_PAGE (4u << 20)

/* {chain: {entry: {name: text}}}; a name that comes again replaces the one
 * before.  NULL in the reader: out of memory. */
static json_t *
member(json_t *object, const char *name)
{
	json_t *found = json_object_get(object, name);

	if (found == NULL &&
	    json_object_set_new(object, name, found = json_object()) != 0)
		return NULL;
	return found;
}

struct state {
	json_t *chains;
	json_t *caches;  /* {chain: {name: number}} */
	json_t *secrets; /* rows */
	struct ac_retire_times times;
	bool failed;
};

static void
take_line(void *arg, const struct authchain_entry *entry, const char *name,
    const char *text)
{
	struct state *state = arg;
	json_t *chain = member(state->chains, entry->chain);
	json_t *lines = chain == NULL ? NULL : member(chain, entry->name);

	if (lines == NULL ||
	    json_object_set_new(lines, name, json_string(text)) != 0)
		state->failed = true;
}

static void
take_cache(void *arg, const char *chain, const struct ac_cache_counts *counts)
{
	struct state *state = arg;
	json_t *cache = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "hits",
	    (json_int_t)counts->hits, "misses", (json_int_t)counts->misses,
	    "expired", (json_int_t)counts->expired, "stored",
	    (json_int_t)counts->stored, "evicted", (json_int_t)counts->evicted,
	    "entries", (json_int_t)counts->entries, "bytes",
	    (json_int_t)counts->bytes);

	if (json_object_set_new(state->caches, chain, cache) != 0)
		state->failed = true;
}

static void
take_secret(void *arg, const char *chain, const struct ac_secret_list *list)
{
	struct state *state = arg;

	if (ac_retire_list(state->secrets, chain, list, &state->times) != 0)
		state->failed = true;
}

static void
clear_state(struct state *state)
{
	json_decref(state->secrets);
	json_decref(state->chains);
	json_decref(state->caches);
}

/* False when out of memory; to be cleared otherwise. */
static bool
read_state(struct ac_daemon *daemon, struct state *state)
{
	const struct ac_status_reader reader = {
		.line = take_line,
		.cache = take_cache,
		.secret = take_secret,
		.arg = state,
	};

	*state = (struct state){
		.chains = json_object(),
		.caches = json_object(),
		.secrets = json_array(),
		.times = { atomic_load(&daemon->read_s),
		    ac_clock_wall_ms() / 1000 },
	};
	if (state->chains != NULL && state->caches != NULL &&
	    state->secrets != NULL)
		ac_status_read(daemon->ac, &reader);
	else
		state->failed = true;
	if (state->failed)
		clear_state(state);
	return !state->failed;
}

static struct ac_answer_http
out_of_memory(void)
{
	return ac_answer_text(503, "text/plain", ac_span_text("no memory\n"));
}

static struct ac_answer_http
send_page(const char *type, unsigned int status, struct ac_buf *page)
{
	struct ac_answer_http answer =
	    page->failed ? out_of_memory()
			 : ac_answer_text(status, type, ac_buf_span(page));

	ac_buf_clear(page);
	return answer;
}

/* Calls each for every entry that has a key set. */
static void
each_keyset(json_t *chains, void *arg,
    void (
	*each)(void *arg, const char *chain, const char *entry, json_t *lines))
{
	const char *chain, *entry;
	json_t *entries, *lines;

	json_object_foreach(chains, chain, entries)
	{
		json_object_foreach(entries, entry, lines)
		{
			if (json_object_get(lines, "key-set") != NULL)
				each(arg, chain, entry, lines);
		}
	}
}

struct readiness {
	struct ac_buf page;
	bool ready, verbose;
};

static const char *
line_of(json_t *lines, const char *name)
{
	const char *text = json_string_value(json_object_get(lines, name));

	return text == NULL ? "" : text;
}

static void
look_ready(void *arg, const char *chain, const char *entry, json_t *lines)
{
	struct readiness *readiness = arg;
	const char *source = line_of(lines, "source");
	bool ready = strcmp(source, "none") != 0;

	readiness->ready = readiness->ready && ready;
	if (!readiness->verbose)
		return;
	ac_buf_format(&readiness->page, "%s %s/%s: keys %s%s%s\n",
	    ready ? "ok" : "not ready", chain, entry, source, ready ? "" : "; ",
	    ready ? "" : line_of(lines, "last-error"));
}

static struct ac_answer_http
readyz(struct ac_daemon *daemon, bool verbose)
{
	struct readiness readiness = { .ready = true, .verbose = verbose };
	struct state state;

	if (!read_state(daemon, &state))
		return out_of_memory();
	ac_buf_init(&readiness.page, MAX_PAGE);
	each_keyset(state.chains, &readiness, look_ready);
	clear_state(&state);
	if (atomic_load(&daemon->stopping))
		readiness.ready = false;
	ac_buf_text(&readiness.page,
	    readiness.ready ? "ready\n" : "not ready\n");
	return send_page("text/plain; charset=utf-8",
	    readiness.ready ? 200 : 503, &readiness.page);
}

static struct ac_answer_http
metrics(struct ac_daemon *daemon)
{
	struct ac_buf page;

	ac_buf_init(&page, MAX_PAGE);
	ac_counts_print(daemon->counts, &page);
	ac_scrape_print(daemon->ac, &page);
	ac_buf_format(&page,
	    "# HELP authchain_decisions_under_way Begun and not yet made.\n"
	    "# TYPE authchain_decisions_under_way gauge\n"
	    "authchain_decisions_under_way %u\n"
	    "# HELP authchain_config_last_reload_success_timestamp_seconds "
	    "When the configuration that serves was read.\n"
	    "# TYPE authchain_config_last_reload_success_timestamp_seconds "
	    "gauge\n"
	    "authchain_config_last_reload_success_timestamp_seconds %" PRId64
	    "\n"
	    "# HELP authchain_config_last_reload_successful 0: a later one was "
	    "not taken.\n"
	    "# TYPE authchain_config_last_reload_successful gauge\n"
	    "authchain_config_last_reload_successful %d\n"
	    "# HELP authchain_slow_clients_total Connections that were closed "
	    "because a header took too long.\n"
	    "# TYPE authchain_slow_clients_total counter\n"
	    "authchain_slow_clients_total %" PRIu64 "\n"
	    "# HELP authchain_build_info The program that runs.\n"
	    "# TYPE authchain_build_info gauge\n"
	    "authchain_build_info{version=\"%s\"} 1\n",
	    atomic_load(&daemon->asked), (int64_t)atomic_load(&daemon->read_s),
	    atomic_load(&daemon->reload_failed) ? 0 : 1,
	    ac_pace_count(daemon->pace), authchain_version());
	return send_page("text/plain; version=0.0.4; charset=utf-8", 200,
	    &page);
}

static void
take_count(void *arg, const struct ac_counted *counted)
{
	/* what can't be added is missing, and the object with it */
	(void)json_array_append_new(arg,
	    json_pack("{s:s, s:s, s:s, s:s, s:I}", "chain", counted->chain,
		"provider", counted->provider, "verdict", counted->verdict,
		"reason", counted->reason, "number",
		(json_int_t)counted->number));
}

/* The caller's; NULL when out of memory. */
static json_t *
read_status(struct ac_daemon *daemon)
{
	struct state state;
	json_t *root, *decisions;

	if (!read_state(daemon, &state))
		return NULL;
	decisions = json_array();
	ac_counts_each(daemon->counts, take_count, decisions);
	root = json_pack("{s:s, s:I, s:b, s:O, s:O, s:O, s:o}", "version",
	    authchain_version(), "configuration_read_s",
	    (json_int_t)atomic_load(&daemon->read_s), "last_reload_failed",
	    (int)atomic_load(&daemon->reload_failed), "chains", state.chains,
	    "caches", state.caches, "secrets", state.secrets, "decisions",
	    decisions);
	clear_state(&state);
	return root;
}

static struct ac_answer_http
status(struct ac_daemon *daemon, bool html)
{
	struct ac_buf page;
	json_t *root = read_status(daemon);
	char *text = NULL;

	if (root == NULL)
		return out_of_memory();
	ac_buf_init(&page, MAX_PAGE);
	if (html)
		ac_page_print(root, &page);
	else if ((text = json_dumps(root, JSON_INDENT(2))) != NULL)
		ac_buf_text(&page, text);
	else
		page.failed = true;
	free(text);
	json_decref(root);
	return html ? ac_answer_page(
			  send_page("text/html; charset=utf-8", 200, &page))
		    : send_page("application/json", 200, &page);
}

/* Browsers name it; tools take anything, or JSON. */
static bool
wants_html(struct authchain_span accept)
{
	static const char html[] = "text/html";
	const size_t len = sizeof(html) - 1;

	for (size_t at = 0; at + len <= accept.len; at++)
		if (memcmp(accept.data + at, html, len) == 0)
			return true;
	return false;
}

struct ac_answer_http
ac_admin_answer(struct ac_daemon *daemon, const char *target,
    struct authchain_span accept)
{
	if (strcmp(target, "/livez") == 0)
		return ac_answer_text(200, "text/plain", ac_span_text("ok\n"));
	if (strcmp(target, "/readyz") == 0)
		return readyz(daemon, false);
	if (strcmp(target, "/readyz?verbose") == 0)
		return readyz(daemon, true);
	if (strcmp(target, "/metrics") == 0)
		return metrics(daemon);
	if (strcmp(target, "/status") == 0)
		return status(daemon, wants_html(accept));
	return ac_answer_refusal(AC_DIALECT_NONE, 404, "not_found",
	    "There are /livez, /readyz, /metrics and /status");
}
