/* SPDX-License-Identifier: BSD-2-Clause */
/* What a plugin asks and says about its entry. */
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "engine/metric.h"
#include "engine/report.h"
#include "engine/service.h"
#include "engine/share.h"
#include "engine/state.h"

#define REPORT_BYTES 1024

const char *
ac_service_entry_name(const struct authchain_entry *entry)
{
	return entry->name;
}

const char *
ac_service_chain_name(const struct authchain_entry *entry)
{
	return entry->chain;
}

const char *
ac_service_resource(const struct authchain_entry *entry)
{
	return entry->resource;
}

int
ac_service_enrolled(const struct authchain_entry *entry, uint32_t stage)
{
	return stage <= AUTHCHAIN_STAGE_AUDIT &&
	       (entry->stages & UINT32_C(1) << stage) != 0;
}

int
ac_service_option_is_set(const struct authchain_entry *entry, const char *name)
{
	return entry->options != NULL &&
	       ac_options_is_set(entry->options, name);
}

struct authchain_span
ac_service_option_text(const struct authchain_entry *entry, const char *name)
{
	return entry->options == NULL ? ac_span(NULL, 0)
				      : ac_options_text(entry->options, name);
}

int64_t
ac_service_option_number(const struct authchain_entry *entry, const char *name)
{
	return entry->options == NULL ? 0
				      : ac_options_number(entry->options, name);
}

size_t
ac_service_option_count(const struct authchain_entry *entry, const char *name)
{
	return entry->options == NULL ? 0
				      : ac_options_count(entry->options, name);
}

struct authchain_span
ac_service_option_item(const struct authchain_entry *entry, const char *name,
    size_t at)
{
	return entry->options == NULL
		   ? ac_span(NULL, 0)
		   : ac_options_item(entry->options, name, at);
}

static struct ac_secret_value *
secret_at(const struct authchain_entry *entry, const char *name, size_t at)
{
	struct ac_secret_list *list =
	    entry->options == NULL ? NULL
				   : ac_options_secret(entry->options, name);

	return list == NULL || at >= list->value_count ? NULL
						       : &list->values[at];
}

size_t
ac_service_secret_count(const struct authchain_entry *entry, const char *name)
{
	const struct ac_secret_list *list =
	    entry->options == NULL ? NULL
				   : ac_options_secret(entry->options, name);

	return list == NULL ? 0 : list->value_count;
}

struct authchain_span
ac_service_secret_value(const struct authchain_entry *entry, const char *name,
    size_t at)
{
	const struct ac_secret_value *value = secret_at(entry, name, at);

	return value == NULL ? ac_span(NULL, 0) : ac_secret_span(&value->bytes);
}

const char *
ac_service_secret_label(const struct authchain_entry *entry, const char *name,
    size_t at)
{
	const struct ac_secret_value *value = secret_at(entry, name, at);

	return value == NULL ? "" : value->label;
}

/* Written once a second at most: between two writes all threads read it from
 * caches of their own. */
static void
note_use(struct ac_secret_value *value)
{
	int64_t now_s;

	if (value == NULL)
		return;
	now_s = ac_clock_wall_about_s();
	if (atomic_load_explicit(&value->last_used_s, memory_order_relaxed) !=
	    now_s)
		atomic_store_explicit(&value->last_used_s, now_s,
		    memory_order_relaxed);
}

void
ac_service_secret_used(const struct authchain_entry *entry, const char *name,
    size_t at)
{
	note_use(secret_at(entry, name, at));
}

void
ac_service_secret_matched(struct authchain_call *call, const char *name,
    size_t at)
{
	struct ac_secret_value *value = secret_at(call->entry, name, at);

	if (value == NULL)
		return;
	note_use(value);
	ac_call_say_own(call,
	    (struct authchain_span[]){ ac_span_text(value->label),
		ac_span_text(", previous") },
	    at == 0 ? 1 : 2);
}

static void diagnose(struct authchain_entry *entry,
    enum authchain_severity severity, const char *option, const char *format,
    va_list ap) AUTHCHAIN_PRINTF(4, 0);

static void
diagnose(struct authchain_entry *entry, enum authchain_severity severity,
    const char *option, const char *format, va_list ap)
{
	char text[AC_CALL_MAX_DETAIL];

	if (entry->diags == NULL)
		return;
	vsnprintf(text, sizeof(text), format, ap);
	ac_diag(entry->diags, severity,
	    ac_options_at(entry->options, option == NULL ? "" : option), NULL,
	    "[plugin %s] %s", entry->name, text);
}

void
ac_service_fail(struct authchain_entry *entry, const char *option,
    const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	diagnose(entry, AUTHCHAIN_SEVERITY_ERROR, option, format, ap);
	va_end(ap);
}

void
ac_service_warn(struct authchain_entry *entry, const char *option,
    const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	diagnose(entry, AUTHCHAIN_SEVERITY_WARNING, option, format, ap);
	va_end(ap);
}

static void
add_claim(struct authchain_entry *entry, struct authchain_span text,
    bool is_prefix)
{
	struct ac_claimed *grown;

	if (entry->created || entry->claim_count == AC_ENTRY_MAX_CLAIMS)
		return;
	grown =
	    realloc(entry->claims, (entry->claim_count + 1) * sizeof(*grown));
	if (grown != NULL) {
		entry->claims = grown;
		grown += entry->claim_count;
		grown->text =
		    strndup(text.data == NULL ? "" : text.data, text.len);
		grown->len = text.len;
		grown->is_prefix = is_prefix;
	}
	if (grown == NULL || grown->text == NULL) {
		/* without it its tokens would be nobody's */
		ac_service_fail(entry, NULL, "out of memory");
		return;
	}
	entry->claim_count++;
}

void
ac_service_claims_issuer(struct authchain_entry *entry,
    struct authchain_span issuer)
{
	add_claim(entry, issuer, false);
}

void
ac_service_claims_prefix(struct authchain_entry *entry,
    struct authchain_span prefix)
{
	add_claim(entry, prefix, true);
}

void
ac_service_log(struct authchain_entry *entry, uint32_t level,
    const char *format, ...)
{
	char text[AC_LOG_BYTES];
	va_list ap;

	if (entry->quiet)
		return; /* what ends because we end is no news */
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	ac_call_blank(ac_call_current(), text);
	ac_log(&entry->ac->log, level, entry->name, "%s", text);
}

int
ac_service_publish(struct authchain_entry *entry, const char *path,
    const char *content_type, struct authchain_span body)
{
	if (entry->documents == NULL)
		return -1;
	return ac_document_publish(entry->documents, entry, path, content_type,
	    body);
}

void
ac_service_forget(struct authchain_entry *entry)
{
	atomic_fetch_add(&entry->epoch, 1);
}

void
ac_service_metric_add(struct authchain_entry *entry, const char *name,
    uint64_t amount)
{
	ac_metric_add(entry->metrics, name, amount);
}

void
ac_service_metric_set(struct authchain_entry *entry, const char *name,
    int64_t value)
{
	ac_metric_set(entry->metrics, name, value);
}

void
ac_service_report(struct authchain_report *report, const char *name,
    const char *format, ...)
{
	char text[REPORT_BYTES];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	report->line(report->arg, name, text);
}

int
ac_service_random(void *buffer, size_t len)
{
	if (len <= INT32_MAX && RAND_bytes(buffer, (int)len) == 1)
		return 0;
	OPENSSL_cleanse(buffer, len);
	return -1;
}
