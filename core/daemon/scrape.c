/* SPDX-License-Identifier: BSD-2-Clause */
/* Samples are gathered by family, as the format wants them together. */
#include "daemon/scrape.h"

#include <inttypes.h>
#include <stdio.h>

#include <jansson.h>

#include "base/number.h"
#include "engine/status.h"

#define MAX_NAME  160
#define MAX_LABEL 320

struct family {
	const char *name, *help;
	bool plugins; /* count it, too */
};

static const struct family known[] = {
	{ "authchain_keyset_age_seconds", "Age of the keys.", false },
	{ "authchain_keyset_refresh_total", "Attempts to fetch keys.", true },
	{ "authchain_cache_requests_total",
	    "Looks for a remembered verdict; expired: there and of no use.",
	    false },
	{ "authchain_cache_stored_total", "Verdicts that were remembered.",
	    false },
	{ "authchain_cache_evicted_total",
	    "Remembered verdicts that made room for others.", false },
	{ "authchain_cache_entries", "Verdicts that are remembered.", false },
	{ "authchain_cache_bytes", "Memory that they take.", false },
	{ "authchain_secret_last_used_timestamp_seconds",
	    "When a value of a secret was last used; 0: not since it was read.",
	    false },
	/* those of others */
	{ "authchain_decisions_total", NULL, false },
	{ "authchain_decision_duration_seconds", NULL, false },
	{ "authchain_decisions_under_way", NULL, false },
	{ "authchain_config_last_reload_success_timestamp_seconds", NULL,
	    false },
	{ "authchain_config_last_reload_successful", NULL, false },
	{ "authchain_slow_clients_total", NULL, false },
	{ "authchain_build_info", NULL, false },
};

struct sample {
	const char *family;
	char labels[MAX_LABEL];
};

struct scrape {
	json_t *families; /* {family: {labels: value}} */
	bool failed;
};

static const struct family *
find_known(const char *name)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, name) == 0)
			return &known[i];
	return NULL;
}

static bool
ends(const char *name, const char *end)
{
	size_t len = strlen(name), end_len = strlen(end);

	return len > end_len && strcmp(name + len - end_len, end) == 0;
}

static bool
is_total(const char *name)
{
	return ends(name, "_total");
}

/* ---- gathering --------------------------------------------------------- */

/* Of two with the same labels counters are added. */
static void
add(struct scrape *scrape, const struct sample *sample, int64_t value)
{
	json_t *family = json_object_get(scrape->families, sample->family);
	const json_t *before;

	if (family == NULL &&
	    json_object_set_new(scrape->families, sample->family,
		family = json_object()) != 0) {
		scrape->failed = true;
		return;
	}
	before = json_object_get(family, sample->labels);
	if (is_total(sample->family))
		value += (int64_t)json_integer_value(before);
	if (json_object_set_new(family, sample->labels,
		json_integer((json_int_t)value)) != 0)
		scrape->failed = true;
}

static void
add_of_chain(struct scrape *scrape, const char *family, const char *chain,
    uint64_t value)
{
	struct sample sample = { .family = family };

	(void)snprintf(sample.labels, sizeof(sample.labels), "chain=\"%s\"",
	    chain);
	add(scrape, &sample, (int64_t)value);
}

static void
add_request(struct scrape *scrape, const char *chain, const char *result,
    uint64_t value)
{
	struct sample sample = { .family = "authchain_cache_requests_total" };

	(void)snprintf(sample.labels, sizeof(sample.labels),
	    "chain=\"%s\",result=\"%s\"", chain, result);
	add(scrape, &sample, (int64_t)value);
}

static void
take_cache(void *arg, const char *chain, const struct ac_cache_counts *counts)
{
	add_request(arg, chain, "hit", counts->hits);
	add_request(arg, chain, "miss", counts->misses);
	add_request(arg, chain, "expired", counts->expired);
	add_of_chain(arg, "authchain_cache_stored_total", chain,
	    counts->stored);
	add_of_chain(arg, "authchain_cache_evicted_total", chain,
	    counts->evicted);
	add_of_chain(arg, "authchain_cache_entries", chain, counts->entries);
	add_of_chain(arg, "authchain_cache_bytes", chain, counts->bytes);
}

static void
take_line(void *arg, const struct authchain_entry *entry, const char *name,
    const char *text)
{
	struct sample sample = { .family = "authchain_keyset_age_seconds" };
	int64_t age_s;

	if (strcmp(name, "age-s") != 0 ||
	    !ac_number_parse(ac_span_text(text), &age_s))
		return;
	(void)snprintf(sample.labels, sizeof(sample.labels),
	    "chain=\"%s\",entry=\"%s\"", entry->chain, entry->name);
	add(arg, &sample, age_s);
}

static void
take_secret(void *arg, const char *chain, const struct ac_secret_list *list)
{
	struct sample sample = {
		.family = "authchain_secret_last_used_timestamp_seconds"
	};

	for (size_t i = 0; i < list->value_count; i++) {
		(void)snprintf(sample.labels, sizeof(sample.labels),
		    "chain=\"%s\",name=\"%s\",position=\"%zu\"", chain,
		    list->name, i);
		add(arg, &sample, atomic_load(&list->values[i].last_used_s));
	}
}

struct way {
	const char *end, *label;
};

/* Names that end like this say how it went: with a label instead. */
static const struct way ways[] = {
	{ "_ok_total", ",result=\"ok\"" },
	{ "_failed_total", ",result=\"failed\"" },
};

static const struct way *
way_of(const char *name)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (ends(name, ways[i].end))
			return &ways[i];
	return NULL;
}

static void
take_metric(void *arg, const struct authchain_entry *entry, const char *name,
    int64_t value)
{
	const struct way *way = way_of(name);
	size_t len = strlen(name) - (way == NULL ? 0 : strlen(way->end));
	char family[MAX_NAME];
	struct sample sample = { .family = family };
	const struct family *is;

	(void)snprintf(family, sizeof(family), "authchain_%.*s%s", (int)len,
	    name, way == NULL ? "" : "_total");
	is = find_known(family);
	if (is != NULL && !is->plugins)
		return;
	(void)snprintf(sample.labels, sizeof(sample.labels),
	    "chain=\"%s\",entry=\"%s\"%s", entry->chain, entry->name,
	    way == NULL ? "" : way->label);
	add(arg, &sample, value);
}

/* ---- printing ---------------------------------------------------------- */

static void
print_family(const char *name, json_t *samples, struct ac_buf *out)
{
	const struct family *is = find_known(name);
	const char *labels;
	json_t *value;

	ac_buf_format(out, "# HELP %s %s\n# TYPE %s %s\n", name,
	    is == NULL ? "Kept by the plugins of entries." : is->help, name,
	    is_total(name) ? "counter" : "gauge");
	json_object_foreach(samples, labels, value)
	{
		ac_buf_format(out, "%s{%s} %" PRId64 "\n", name, labels,
		    (int64_t)json_integer_value(value));
	}
}

void
ac_scrape_print(struct authchain *ac, struct ac_buf *out)
{
	struct scrape scrape = { json_object(), false };
	const struct ac_status_reader reader = {
		.line = take_line,
		.metric = take_metric,
		.cache = take_cache,
		.secret = take_secret,
		.arg = &scrape,
	};
	const char *name;
	json_t *samples;

	if (scrape.families != NULL)
		ac_status_read(ac, &reader);
	json_object_foreach(scrape.families, name, samples)
	{
		print_family(name, samples, out);
	}
	out->failed = out->failed || scrape.failed || scrape.families == NULL;
	json_decref(scrape.families);
}
