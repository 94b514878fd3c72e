/* SPDX-License-Identifier: BSD-2-Clause */
/* The fake host's entries, clock, network and shares; calls are in
 * fakehost-call.c. */
#include "fakehost.h"

#include "fakehost-parts.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/number.h"

/* One object of host->share. */
struct share {
	char *name;
	struct authchain_entry *own;
	void *object;
	void (*drop)(void *object);
	size_t users;
};

static struct fakehost *current;
static struct share shares[FAKEHOST_MAX];
static char refusal[FAKEHOST_TEXT];

void
fakehost_append(char *text, const char *format, ...)
{
	char line[4096];
	size_t len = strlen(text), more;
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	more = strlen(line);
	if (len + more >= FAKEHOST_TEXT) { /* keep the last ones */
		memmove(text, text + FAKEHOST_TEXT / 2,
		    FAKEHOST_TEXT - FAKEHOST_TEXT / 2);
		len = strlen(text);
	}
	(void)snprintf(text + len, FAKEHOST_TEXT - len, "%s", line);
}

void
fakehost_set(struct fakehost_pairs *pairs, const char *name, const char *value,
    int64_t number)
{
	struct fakehost_pair *pair = NULL;

	for (size_t i = 0; i < pairs->count; i++) {
		if (strcmp(pairs->items[i].name, name) == 0)
			pair = &pairs->items[i];
	}
	if (pair == NULL && pairs->count == FAKEHOST_MAX)
		abort();
	if (pair == NULL) {
		pair = &pairs->items[pairs->count++];
		pair->name = strdup(name);
	}
	free(pair->value);
	pair->value = strdup(value);
	pair->number = number;
}

void
fakehost_clear(struct fakehost_pairs *pairs)
{
	for (size_t i = 0; i < pairs->count; i++) {
		free(pairs->items[i].name);
		free(pairs->items[i].value);
	}
	pairs->count = 0;
}

static const struct fakehost_pair *
find(const struct fakehost_pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->count; i++) {
		if (strcmp(pairs->items[i].name, name) == 0)
			return &pairs->items[i];
	}
	return NULL;
}

const char *
fakehost_pair(const struct fakehost_pairs *pairs, const char *name)
{
	const struct fakehost_pair *pair = find(pairs, name);

	return pair == NULL ? "" : pair->value;
}

int64_t
fakehost_number(const struct fakehost_pairs *pairs, const char *name)
{
	const struct fakehost_pair *pair = find(pairs, name);

	return pair == NULL ? 0 : pair->number;
}

/* ---- options ---- */

static const struct authchain_option *
row_of(const struct authchain_entry *entry, const char *name)
{
	for (size_t i = 0; i < entry->plugin->option_count; i++) {
		if (strcmp(entry->plugin->options[i].name, name) == 0)
			return &entry->plugin->options[i];
	}
	fprintf(stderr, "%s has no option %s\n", entry->plugin->name, name);
	abort();
}

static const char *
entry_name(const struct authchain_entry *entry)
{
	return entry->name;
}

static const char *
chain_name(const struct authchain_entry *entry)
{
	(void)entry;
	return "test";
}

static const char *
resource(const struct authchain_entry *entry)
{
	return entry->resource;
}

static int
enrolled(const struct authchain_entry *entry, uint32_t stage)
{
	return (entry->host->stages >> stage & 1) != 0;
}

static int
option_is_set(const struct authchain_entry *entry, const char *name)
{
	(void)row_of(entry, name);
	return find(&entry->options, name) != NULL;
}

static const char *
option_value(const struct authchain_entry *entry, const char *name)
{
	const struct authchain_option *row = row_of(entry, name);
	const struct fakehost_pair *pair = find(&entry->options, name);

	return pair != NULL ? pair->value : row->fallback;
}

static struct authchain_span
option_text(const struct authchain_entry *entry, const char *name)
{
	return ac_span_text(option_value(entry, name));
}

static int64_t
option_number(const struct authchain_entry *entry, const char *name)
{
	const struct authchain_option *row = row_of(entry, name);
	struct authchain_span text = option_text(entry, name);
	int64_t number = 0;

	switch (row->type) {
	case AUTHCHAIN_OPTION_BOOL:
		return ac_span_is_text(text, "yes");
	case AUTHCHAIN_OPTION_ENUM:
		for (int64_t i = 0; row->choices[i] != NULL; i++) {
			if (ac_span_is_text(text, row->choices[i]))
				return i;
		}
		return -1;
	case AUTHCHAIN_OPTION_DURATION:
		(void)ac_duration_parse(text, &number);
		return number;
	case AUTHCHAIN_OPTION_SIZE:
		(void)ac_size_parse(text, &number);
		return number;
	default:
		(void)ac_number_parse(text, &number);
		return number;
	}
}

/* The at-th piece of text between separators; data NULL behind the last. */
static struct authchain_span
piece(struct authchain_span text, char separator, size_t at)
{
	size_t from = 0, to;

	for (;; at--) {
		if (text.len == 0 || from > text.len)
			return ac_span(NULL, 0);
		to = ac_span_find(text, separator, from);
		if (at == 0)
			return ac_span_trim(ac_span_cut(text, from, to));
		from = to + 1;
	}
}

/* With a NUL after it, for the instance's life. */
static struct authchain_span
kept(const struct authchain_entry *entry, struct authchain_span text)
{
	struct authchain_entry *own =
	    (struct authchain_entry *)(uintptr_t)entry;

	for (size_t i = 0; i < own->part_count; i++) {
		if (ac_span_is_text(text, own->parts[i]))
			return ac_span_text(own->parts[i]);
	}
	if (text.data == NULL || own->part_count == 4 * FAKEHOST_MAX)
		abort();
	own->parts[own->part_count] = strndup(text.data, text.len);
	return ac_span_text(own->parts[own->part_count++]);
}

static size_t
option_count(const struct authchain_entry *entry, const char *name)
{
	size_t count = 0;

	while (piece(option_text(entry, name), ',', count).data != NULL)
		count++;
	return count;
}

static struct authchain_span
option_item(const struct authchain_entry *entry, const char *name, size_t at)
{
	return kept(entry, piece(option_text(entry, name), ',', at));
}

static size_t
secret_count(const struct authchain_entry *entry, const char *name)
{
	size_t count = 0;

	while (piece(option_text(entry, name), '|', count).data != NULL)
		count++;
	return count;
}

static struct authchain_span
secret_value(const struct authchain_entry *entry, const char *name, size_t at)
{
	return kept(entry, piece(option_text(entry, name), '|', at));
}

static const char *
secret_label(const struct authchain_entry *entry, const char *name, size_t at)
{
	(void)entry;
	(void)at;
	return name;
}

static void
secret_used(const struct authchain_entry *entry, const char *name, size_t at)
{
	fakehost_set(&current->metrics, "secret_used", name, (int64_t)at);
	(void)entry;
}

AUTHCHAIN_PRINTF(3, 4)
static void
fail(struct authchain_entry *entry, const char *option, const char *format, ...)
{
	char text[1024];
	va_list ap;

	if (option != NULL)
		(void)row_of(entry, option);
	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	fakehost_append(entry->failed, "%s: %s\n",
	    option == NULL ? "-" : option, text);
}

AUTHCHAIN_PRINTF(3, 4)
static void
warn(struct authchain_entry *entry, const char *option, const char *format, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	fakehost_append(entry->warned, "%s: %s\n",
	    option == NULL ? "-" : option, text);
}

static void
claims_issuer(struct authchain_entry *entry, struct authchain_span issuer)
{
	fakehost_append(entry->claimed, "issuer %.*s\n", (int)issuer.len,
	    issuer.data);
}

static void
claims_prefix(struct authchain_entry *entry, struct authchain_span prefix)
{
	fakehost_append(entry->claimed, "prefix %.*s\n", (int)prefix.len,
	    prefix.data);
}

/* ---- work ---- */

AUTHCHAIN_PRINTF(3, 4)
static void
log_line(struct authchain_entry *entry, uint32_t level, const char *format, ...)
{
	char text[2048];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	fakehost_append(entry->host->logged, "%u %s\n", level, text);
}

static int
publish(struct authchain_entry *entry, const char *path,
    const char *content_type, struct authchain_span body)
{
	char *text;

	if (path[0] != '/' || strchr(path, '?') != NULL)
		return -1;
	text = strndup(body.data, body.len);
	if (strcmp(content_type, "application/json") == 0)
		fakehost_set(&entry->host->documents, path, text, 0);
	free(text);
	return 0;
}

static void
keep_headers(struct fakehost_fetch *fetch,
    const struct authchain_fetch *request)
{
	for (size_t i = 0; i < request->header_count; i++) {
		const struct authchain_pair *header = &request->headers[i];
		size_t len = strlen(fetch->headers);

		(void)snprintf(fetch->headers + len,
		    sizeof(fetch->headers) - len, "%.*s: %.*s\n",
		    (int)header->name.len, header->name.data,
		    (int)header->value.len, header->value.data);
	}
}

static int
start_fetch(struct authchain_entry *entry,
    const struct authchain_fetch *request,
    void (*done)(void *arg, const struct authchain_answer *answer), void *arg)
{
	struct fakehost *host = entry->host;
	struct fakehost_fetch *fetch = &host->fetches[host->fetch_count];

	if (host->refuse_fetch || host->fetch_count == FAKEHOST_MAX_FETCH)
		return -1;
	host->fetch_count++;
	fetch->entry = entry;
	fetch->url = strdup(request->url);
	fetch->method = strdup(request->method != NULL      ? request->method
			       : request->body.data != NULL ? "POST"
							    : "GET");
	fetch->body = request->body.data == NULL
			  ? NULL
			  : strndup(request->body.data, request->body.len);
	fetch->flags = request->flags;
	fetch->max_bytes = request->max_bytes;
	fetch->timeout_ms = request->timeout_ms;
	fetch->open = true;
	fetch->done = done;
	fetch->arg = arg;
	keep_headers(fetch, request);
	return 0;
}

static uint64_t
start_timer(struct authchain_entry *entry, uint64_t delay_ms,
    void (*fire)(void *arg), void *arg)
{
	struct fakehost *host = entry->host;

	if (host->refuse_memory || host->timer_count == FAKEHOST_MAX_FETCH)
		return 0;
	host->timers[host->timer_count++] = (struct fakehost_timer){
		.entry = entry,
		.id = ++host->last_timer,
		.due_ms = host->now_ms + (int64_t)delay_ms,
		.fire = fire,
		.arg = arg,
	};
	return host->last_timer;
}

static int
cancel_timer(struct authchain_entry *entry, uint64_t id)
{
	struct fakehost *host = entry->host;

	for (size_t i = 0; i < host->timer_count; i++) {
		if (host->timers[i].id != id)
			continue;
		host->timers[i] = host->timers[--host->timer_count];
		return 1;
	}
	return 0;
}

static void
let_go(struct authchain_entry *entry)
{
	struct fakehost *host = entry->host;
	struct authchain_answer answer = {
		.size = sizeof(answer),
		.error = "stopped",
	};

	for (size_t i = 0; i < host->fetch_count; i++) {
		struct fakehost_fetch *fetch = &host->fetches[i];

		if (!fetch->open || fetch->entry != entry)
			continue;
		fetch->open = false;
		fetch->done(fetch->arg, &answer);
	}
	for (size_t i = host->timer_count; i-- > 0;) {
		if (host->timers[i].entry == entry)
			host->timers[i] = host->timers[--host->timer_count];
	}
}

static void
free_entry(struct authchain_entry *entry)
{
	fakehost_clear(&entry->options);
	for (size_t i = 0; i < entry->part_count; i++)
		free(entry->parts[i]);
	free(entry);
}

static struct share *
share_named(const char *name)
{
	for (size_t i = 0; i < FAKEHOST_MAX; i++) {
		if (shares[i].users > 0 && strcmp(shares[i].name, name) == 0)
			return &shares[i];
	}
	return NULL;
}

static void *
share_object(struct authchain_entry *entry, const char *name,
    void *(*make)(struct authchain_entry *own, void *arg),
    void (*drop)(void *object), void *arg)
{
	struct share *share = share_named(name);

	if (share == NULL) {
		for (share = shares; share->users > 0; share++)
			continue;
		share->own = fakehost_bare_entry(entry->host);
		share->object = make(share->own, arg);
		if (share->object == NULL) {
			let_go(share->own);
			free_entry(share->own);
			return NULL;
		}
		share->name = strdup(name);
		share->drop = drop;
	}
	share->users++;
	entry->shared[entry->shared_count++] = share;
	return share->object;
}

static void
unshare(struct share *share)
{
	if (--share->users > 0)
		return;
	let_go(share->own);
	share->drop(share->object);
	free_entry(share->own);
	free(share->name);
}

/* Of an own entry: for whoever shares it, now or later. */
static void
forget(struct authchain_entry *entry)
{
	entry->forgotten++;
}

size_t
fakehost_forgotten(const struct authchain_entry *entry)
{
	size_t count = entry->forgotten;

	for (size_t i = 0; i < entry->shared_count; i++)
		count +=
		    ((const struct share *)entry->shared[i])->own->forgotten;
	return count;
}

static int
state_path(const struct authchain_entry *entry, const char *name, char *path,
    size_t size)
{
	const char *folder = entry->host->state_dir;

	path[0] = '\0';
	if (folder[0] == '\0' || strchr(name, '/') != NULL)
		return -1;
	return snprintf(path, size, "%s/%s", folder, name) < (int)size ? 0 : -1;
}

static void
metric_add(struct authchain_entry *entry, const char *name, uint64_t amount)
{
	struct fakehost_pairs *metrics = &entry->host->metrics;

	fakehost_set(metrics, name, "",
	    fakehost_number(metrics, name) + (int64_t)amount);
}

static void
metric_set(struct authchain_entry *entry, const char *name, int64_t value)
{
	fakehost_set(&entry->host->metrics, name, "", value);
}

AUTHCHAIN_PRINTF(3, 4)
static void
report(struct authchain_report *to, const char *name, const char *format, ...)
{
	char text[2048];
	va_list ap;

	(void)to;
	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	fakehost_append(current->reported, "%s: %s\n", name, text);
}

static int
random_bytes(void *buffer, size_t len)
{
	memset(buffer, 0, len); /* no jitter: tests know the moment */
	return 0;
}

static int64_t
wall_ms(void)
{
	return current->wall_ms;
}

static int64_t
monotonic_ms(void)
{
	return current->now_ms;
}

/* ---- for the tests ---- */

struct fakehost *
fakehost_new(void)
{
	struct fakehost *host = calloc(1, sizeof(*host));
	const struct authchain_host services = {
		.size = sizeof(services),
		.abi_major = AUTHCHAIN_ABI_MAJOR,
		.abi_minor = AUTHCHAIN_ABI_MINOR,
		.entry_name = entry_name,
		.chain_name = chain_name,
		.resource = resource,
		.enrolled = enrolled,
		.option_is_set = option_is_set,
		.option_text = option_text,
		.option_number = option_number,
		.option_count = option_count,
		.option_item = option_item,
		.secret_count = secret_count,
		.secret_value = secret_value,
		.secret_label = secret_label,
		.secret_used = secret_used,
		.fail = fail,
		.warn = warn,
		.claims_issuer = claims_issuer,
		.claims_prefix = claims_prefix,
		.log = log_line,
		.publish = publish,
		.fetch = start_fetch,
		.timer = start_timer,
		.timer_cancel = cancel_timer,
		.state_path = state_path,
		.share = share_object,
		.forget = forget,
		.metric_add = metric_add,
		.metric_set = metric_set,
		.report = report,
		.random = random_bytes,
		.wall_ms = wall_ms,
		.monotonic_ms = monotonic_ms,
	};

	if (host == NULL)
		abort();
	host->services = services;
	fakehost_call_services(&host->services);
	host->now_ms = 1000000;
	host->wall_ms = FAKEHOST_WALL_S * 1000;
	host->stages = UINT32_C(1) << AUTHCHAIN_STAGE_IDENTITY;
	current = host;
	return host;
}

size_t
fakehost_free(struct fakehost **at)
{
	struct fakehost *host = *at;
	size_t left = host->faults + host->tickets;

	for (size_t i = 0; i < FAKEHOST_MAX; i++)
		left += shares[i].users > 0;
	for (size_t i = 0; i < host->fetch_count; i++) {
		left += host->fetches[i].open;
		free(host->fetches[i].url);
		free(host->fetches[i].method);
		free(host->fetches[i].body);
	}
	fakehost_clear(&host->documents);
	fakehost_clear(&host->metrics);
	free(host);
	*at = NULL;
	return left;
}

const struct authchain_plugin *
fakehost_load(const char *path, const char *name)
{
	const char *folder = getenv("abs_top_builddir");
	const struct authchain_module *module = NULL;
	char file[4096];
	void *handle;

	(void)snprintf(file, sizeof(file), "%s/%s",
	    folder == NULL ? "." : folder, path);
	handle = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (handle != NULL)
		module = dlsym(handle, "authchain_module_v1");
	for (size_t i = 0; module != NULL && module->plugins[i] != NULL; i++) {
		if (strcmp(module->plugins[i]->name, name) == 0)
			return module->plugins[i];
	}
	fprintf(stderr, "%s: no plugin %s: %s\n", file, name, dlerror());
	exit(99);
}

struct authchain_entry *
fakehost_bare_entry(struct fakehost *host)
{
	struct authchain_entry *entry = calloc(1, sizeof(*entry));

	if (entry == NULL)
		abort();
	entry->host = host;
	(void)snprintf(entry->name, sizeof(entry->name), "bare");
	return entry;
}

static void
configure(struct authchain_entry *entry, const char *const *options)
{
	for (size_t i = 0; options != NULL && options[i] != NULL; i++) {
		const char *equals = strchr(options[i], '=');
		char name[128];

		(void)snprintf(name, sizeof(name), "%.*s",
		    (int)(equals - options[i]), options[i]);
		(void)row_of(entry, name);
		fakehost_set(&entry->options, name, equals + 1, 0);
	}
}

struct authchain_entry *
fakehost_entry(struct fakehost *host, const struct authchain_plugin *plugin,
    const char *resource_url, const char *const *options)
{
	struct authchain_entry *entry = fakehost_bare_entry(host);

	entry->plugin = plugin;
	(void)snprintf(entry->name, sizeof(entry->name), "%s", plugin->name);
	(void)snprintf(entry->resource, sizeof(entry->resource), "%s",
	    resource_url);
	configure(entry, options);
	refusal[0] = '\0';
	if (plugin->create(&host->services, entry, &entry->self) == 0) {
		host->faults += entry->failed[0] != '\0';
		return entry;
	}
	host->faults += entry->failed[0] == '\0';
	(void)snprintf(refusal, sizeof(refusal), "%s", entry->failed);
	entry->self = NULL;
	fakehost_destroy(&entry);
	return NULL;
}

const char *
fakehost_refusal(void)
{
	return refusal;
}

int
fakehost_start(struct authchain_entry *entry)
{
	return entry->plugin->start == NULL ? 0
					    : entry->plugin->start(entry->self);
}

void
fakehost_destroy(struct authchain_entry **at)
{
	struct authchain_entry *entry = *at;

	*at = NULL;
	if (entry == NULL)
		return;
	let_go(entry);
	if (entry->self != NULL)
		entry->plugin->destroy(entry->self);
	for (size_t i = 0; i < entry->shared_count; i++)
		unshare(entry->shared[i]);
	free_entry(entry);
}

const char *
fakehost_status(struct authchain_entry *entry)
{
	entry->host->reported[0] = '\0';
	entry->plugin->status(entry->self, NULL);
	return entry->host->reported;
}

void
fakehost_advance(struct fakehost *host, int64_t ms)
{
	int64_t until = host->now_ms + ms;

	for (;;) {
		struct fakehost_timer next = { .due_ms = INT64_MAX };

		for (size_t i = 0; i < host->timer_count; i++) {
			if (host->timers[i].due_ms < next.due_ms)
				next = host->timers[i];
		}
		if (next.due_ms > until)
			break;
		(void)cancel_timer(next.entry, next.id);
		host->wall_ms += next.due_ms - host->now_ms;
		host->now_ms = next.due_ms;
		next.fire(next.arg);
	}
	host->wall_ms += until - host->now_ms;
	host->now_ms = until;
}

size_t
fakehost_open(const struct fakehost *host)
{
	size_t count = 0;

	for (size_t i = 0; i < host->fetch_count; i++)
		count += host->fetches[i].open;
	return count;
}

struct fakehost_fetch *
fakehost_oldest(struct fakehost *host)
{
	for (size_t i = 0; i < host->fetch_count; i++) {
		if (host->fetches[i].open)
			return &host->fetches[i];
	}
	return NULL;
}

bool
fakehost_answer(struct fakehost *host, uint32_t status,
    const char *const *headers, const char *body)
{
	struct fakehost_fetch *fetch = fakehost_oldest(host);
	struct authchain_pair pairs[FAKEHOST_MAX_FIELDS];
	struct authchain_answer answer = {
		.size = sizeof(answer),
		.status = status,
		.error = "",
		.headers = pairs,
		.body = ac_span_text(body == NULL ? "" : body),
	};

	if (fetch == NULL)
		return false;
	for (size_t i = 0; headers != NULL && headers[i] != NULL; i++) {
		struct authchain_span text = ac_span_text(headers[i]);
		size_t equals = ac_span_find(text, '=', 0);

		pairs[i].name = ac_span_cut(text, 0, equals);
		pairs[i].value = ac_span_cut(text, equals + 1, text.len);
		answer.header_count++;
	}
	fetch->open = false;
	fetch->done(fetch->arg, &answer);
	return true;
}

bool
fakehost_fail(struct fakehost *host, const char *error)
{
	struct fakehost_fetch *fetch = fakehost_oldest(host);
	struct authchain_answer answer = {
		.size = sizeof(answer),
		.error = error,
	};

	if (fetch == NULL)
		return false;
	fetch->open = false;
	fetch->done(fetch->arg, &answer);
	return true;
}
