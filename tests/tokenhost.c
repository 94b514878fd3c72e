/* SPDX-License-Identifier: BSD-2-Clause */
/* Services of the same meaning as the engine's, as short as they can be. */
#include "tokenhost.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/number.h"
#include "base/reason.h"

int64_t fake_now_ms = FAKE_NOW_S * 1000;

AUTHCHAIN_PRINTF(2, 3)
static void
append(char *text, const char *format, ...)
{
	size_t len = strlen(text);
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text + len, FAKE_TEXT - len, format, ap);
	va_end(ap);
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
option_is_set(const struct authchain_entry *entry, const char *name)
{
	for (size_t i = 0; i < entry->option_count; i++) {
		if (strcmp(entry->options[i].name, name) == 0)
			return 1;
	}
	return 0;
}

static const struct authchain_option *
row_of(const struct authchain_entry *entry, const char *name)
{
	for (size_t i = 0; i < entry->plugin->option_count; i++) {
		if (strcmp(entry->plugin->options[i].name, name) == 0)
			return &entry->plugin->options[i];
	}
	fprintf(stderr, "the plugin has no option %s\n", name);
	abort();
}

static struct authchain_span
option_text(const struct authchain_entry *entry, const char *name)
{
	for (size_t i = 0; i < entry->option_count; i++) {
		if (strcmp(entry->options[i].name, name) == 0)
			return ac_span_text(entry->options[i].value);
	}
	return ac_span_text(row_of(entry, name)->fallback);
}

static int64_t
option_number(const struct authchain_entry *entry, const char *name)
{
	struct authchain_span text = option_text(entry, name);
	int64_t value = 0;

	if (row_of(entry, name)->type == AUTHCHAIN_OPTION_DURATION)
		(void)ac_duration_parse(text, &value);
	else if (text.data != NULL)
		(void)ac_number_parse(text, &value);
	return value;
}

/* The at-th part of a list; data NULL behind the last. */
static struct authchain_span
part_of(struct authchain_span text, size_t at)
{
	size_t from = 0, to;

	for (;; at--) {
		if (text.data == NULL || from > text.len || text.len == 0)
			return ac_span(NULL, 0);
		to = ac_span_find(text, ',', from);
		if (at == 0)
			return ac_span_trim(ac_span_cut(text, from, to));
		from = to + 1;
	}
}

static size_t
option_count(const struct authchain_entry *entry, const char *name)
{
	struct authchain_span text = option_text(entry, name);
	size_t count = 0;

	while (part_of(text, count).data != NULL)
		count++;
	return count;
}

/* With a NUL behind it, living as long as the entry, as a host promises. */
static struct authchain_span
option_item(const struct authchain_entry *entry, const char *name, size_t at)
{
	struct authchain_entry *own =
	    (struct authchain_entry *)(uintptr_t)entry;
	struct authchain_span part = part_of(option_text(entry, name), at);
	char *copy;

	if (part.data == NULL || own->part_count == FAKE_MAX * FAKE_MAX)
		abort();
	for (size_t i = 0; i < own->part_count; i++) {
		if (ac_span_is_text(part, own->parts[i]))
			return ac_span_text(own->parts[i]);
	}
	copy = strndup(part.data, part.len);
	own->parts[own->part_count++] = copy;
	return ac_span_text(copy);
}

static struct fake_secret *
secret_at(const struct authchain_entry *entry, const char *name, size_t at)
{
	struct authchain_entry *own =
	    (struct authchain_entry *)(uintptr_t)entry;

	for (size_t i = 0; i < own->secret_count; i++) {
		if (strcmp(own->secrets[i].option, name) == 0 && at-- == 0)
			return &own->secrets[i];
	}
	return NULL;
}

static size_t
secret_count(const struct authchain_entry *entry, const char *name)
{
	size_t count = 0;

	while (secret_at(entry, name, count) != NULL)
		count++;
	return count;
}

static struct authchain_span
secret_value(const struct authchain_entry *entry, const char *name, size_t at)
{
	return secret_at(entry, name, at)->value;
}

static const char *
secret_label(const struct authchain_entry *entry, const char *name, size_t at)
{
	return secret_at(entry, name, at)->label;
}

static void
secret_used(const struct authchain_entry *entry, const char *name, size_t at)
{
	secret_at(entry, name, at)->uses++;
}

AUTHCHAIN_PRINTF(3, 4)
static void
fail(struct authchain_entry *entry, const char *option, const char *format, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	append(entry->failed, "%s: %s\n", option == NULL ? "-" : option, text);
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
	append(entry->warned, "%s: %s\n", option == NULL ? "-" : option, text);
}

static void
claims_issuer(struct authchain_entry *entry, struct authchain_span issuer)
{
	append(entry->claimed, "issuer=%.*s\n", (int)issuer.len, issuer.data);
}

static void
claims_prefix(struct authchain_entry *entry, struct authchain_span prefix)
{
	append(entry->claimed, "prefix=%.*s\n", (int)prefix.len, prefix.data);
}

AUTHCHAIN_PRINTF(3, 4)
static void
log_line(struct authchain_entry *entry, uint32_t level, const char *format, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	append(entry->logged, "%u %s\n", level, text);
}

/* Reports have no entry: the last one that was asked. */
static struct authchain_entry *reporting;

AUTHCHAIN_PRINTF(3, 4)
static void
report(struct authchain_report *to, const char *name, const char *format, ...)
{
	char text[1024];
	va_list ap;

	(void)to;
	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	append(reporting->reported, "%s: %s\n", name, text);
}

static int64_t
wall_ms(void)
{
	return fake_now_ms;
}

static struct authchain_span
token(const struct authchain_call *call)
{
	return call->token;
}

static const struct authchain_peek *
peek(struct authchain_call *call)
{
	uint32_t reason;

	if (!call->peeked)
		call->jws = ac_jws_parse(call->token, &reason, NULL);
	call->peeked = true;
	return call->jws == NULL ? NULL
				 : ac_jws_claims(call->jws, &reason, NULL);
}

static int
peek_claim(struct authchain_call *call, const char *pointer,
    struct authchain_value *value)
{
	const json_t *found = NULL;

	if (peek(call) != NULL)
		found = ac_json_pointer(ac_jws_tree(call->jws), pointer);
	*value = (struct authchain_value){ .type = AUTHCHAIN_TYPE_ABSENT };
	if (found == NULL)
		return 0;
	ac_json_value(found, value);
	return 1;
}

static int
claim(struct authchain_call *call, const char *pointer,
    struct authchain_value *value)
{
	*value = (struct authchain_value){ .type = AUTHCHAIN_TYPE_ABSENT };
	return call->adopted && call->fault != FAKE_CLAIM
		   ? peek_claim(call, pointer, value)
		   : 0;
}

static int
set_subject(struct authchain_call *call, struct authchain_span subject)
{
	(void)snprintf(call->subject, sizeof(call->subject), "%.*s",
	    (int)subject.len, subject.data);
	return call->fault == FAKE_SET_SUBJECT ? -1 : 0;
}

static int
set_expires(struct authchain_call *call, int64_t at_s)
{
	call->expires_s = at_s;
	return call->fault == FAKE_SET_EXPIRES ? -1 : 0;
}

static int
adopt(struct authchain_call *call)
{
	if (call->fault == FAKE_ADOPT)
		return -1;
	call->adopted = true;
	return 0;
}

static int
add_scope(struct authchain_call *call, struct authchain_span scope)
{
	size_t len = strlen(call->scopes);

	(void)snprintf(call->scopes + len, sizeof(call->scopes) - len, "%s%.*s",
	    len == 0 ? "" : " ", (int)scope.len, scope.data);
	return call->fault == FAKE_ADD_SCOPE ? -1 : 0;
}

static int
need_scope(struct authchain_call *call, struct authchain_span scope)
{
	(void)snprintf(call->needed, sizeof(call->needed), "%.*s",
	    (int)scope.len, scope.data);
	return call->fault == FAKE_NEED_SCOPE ? -1 : 0;
}

static struct authchain_span
attribute(const struct authchain_call *call, const char *name)
{
	return ac_span_text(strcmp(name, "method") == 0 ? call->method : NULL);
}

static void
remember(struct authchain_call *call, uint32_t max_s)
{
	call->remember_s = max_s;
}

AUTHCHAIN_PRINTF(3, 4)
static void
reason(struct authchain_call *call, uint32_t why, const char *format, ...)
{
	va_list ap;

	call->reason = why;
	va_start(ap, format);
	(void)vsnprintf(call->detail, sizeof(call->detail), format, ap);
	va_end(ap);
}

static void
secret_matched(struct authchain_call *call, const char *name, size_t at)
{
	secret_used(call->entry, name, at);
	(void)snprintf(call->detail, sizeof(call->detail), "%s%s",
	    secret_label(call->entry, name, at), at == 0 ? "" : ", previous");
}

const struct authchain_host fake_host = {
	.size = sizeof(fake_host),
	.abi_major = AUTHCHAIN_ABI_MAJOR,
	.abi_minor = AUTHCHAIN_ABI_MINOR,
	.entry_name = entry_name,
	.chain_name = chain_name,
	.resource = resource,
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
	.report = report,
	.wall_ms = wall_ms,
	.token = token,
	.peek = peek,
	.peek_claim = peek_claim,
	.claim = claim,
	.set_subject = set_subject,
	.set_expires = set_expires,
	.adopt = adopt,
	.remember = remember,
	.add_scope = add_scope,
	.reason = reason,
	.need_scope = need_scope,
	.attribute = attribute,
	.secret_matched = secret_matched,
};

void
fake_entry(struct authchain_entry *entry, const struct authchain_plugin *plugin)
{
	memset(entry, 0, sizeof(*entry));
	entry->plugin = plugin;
	entry->name = plugin->name;
	entry->resource = "";
}

void
fake_option(struct authchain_entry *entry, const char *name, const char *value)
{
	(void)row_of(entry, name);
	entry->options[entry->option_count++] =
	    (struct fake_option){ name, value };
}

void
fake_secret(struct authchain_entry *entry, const char *option,
    struct authchain_span value)
{
	struct fake_secret *secret = &entry->secrets[entry->secret_count];

	(void)row_of(entry, option);
	*secret = (struct fake_secret){ .option = option, .value = value };
	(void)snprintf(secret->label, sizeof(secret->label),
	    "%s[%zu], %zu bytes", option, entry->secret_count, value.len);
	entry->secret_count++;
}

int
fake_create(struct authchain_entry *entry)
{
	return entry->plugin->create(&fake_host, entry, &entry->self);
}

void
fake_destroy(struct authchain_entry *entry)
{
	if (entry->self != NULL) {
		reporting = entry;
		if (entry->plugin->status != NULL)
			entry->plugin->status(entry->self, NULL);
		entry->plugin->destroy(entry->self);
	}
	for (size_t i = 0; i < entry->part_count; i++)
		free(entry->parts[i]);
	entry->self = NULL;
	entry->part_count = 0;
}

void
fake_call(struct authchain_call *call, struct authchain_span text)
{
	memset(call, 0, sizeof(*call));
	call->token = text;
}

void
fake_call_end(struct authchain_call *call)
{
	ac_jws_free(&call->jws);
}

uint32_t
fake_judge_with(struct authchain_entry *entry, struct authchain_call *call,
    struct authchain_span text, enum fake_fault fault)
{
	uint32_t outcome;

	fake_call(call, text);
	call->fault = fault;
	call->entry = entry;
	outcome = entry->plugin->claim(entry->self, call);
	if (outcome == AUTHCHAIN_MINE)
		outcome = entry->plugin->verify(entry->self, call);
	fake_call_end(call);
	return outcome;
}

uint32_t
fake_judge(struct authchain_entry *entry, struct authchain_call *call,
    struct authchain_span text)
{
	return fake_judge_with(entry, call, text, FAKE_NO_FAULT);
}

uint32_t
fake_authorize(struct authchain_entry *entry, struct authchain_call *call,
    const char *method, enum fake_fault fault)
{
	memset(call, 0, sizeof(*call));
	call->method = method;
	call->fault = fault;
	return entry->plugin->authorize(entry->self, call);
}

const char *
fake_words(uint32_t outcome, const struct authchain_call *call)
{
	static char words[128];
	const char *name = ac_outcome_name(outcome);

	(void)snprintf(words, sizeof(words), "%s%s%s",
	    name == NULL ? "?" : name,
	    call->reason == AUTHCHAIN_REASON_NONE ? "" : " ",
	    call->reason == AUTHCHAIN_REASON_NONE
		? ""
		: ac_reason_name(call->reason));
	return words;
}
