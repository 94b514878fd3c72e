/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scopes: what a token must carry for which method and path.  The first rule
 * that matches decides; what none matches is refused.
 */
#include <authchain/plugin.h>

#include <stdlib.h>

#include "base/error.h"
#include "needs.h"
#include "path.h"

struct rule {
	struct authchain_span text;    /* as it was written */
	struct authchain_span methods; /* "GET|POST", or "*" */
	struct authchain_span pattern;
	struct needs needs;
};

struct scopes {
	struct needs_judge judge;
	struct rule *rules;
	size_t rule_count;
	bool otherwise_login;
};

static const char *const otherwises[] = { "deny", "login", NULL };

/* Take the next method off "GET|POST". */
static bool
next_method(struct authchain_span *rest, struct authchain_span *method)
{
	size_t end = ac_span_find(*rest, '|', 0);

	if (rest->data == NULL)
		return false;
	*method = ac_span_cut(*rest, 0, end);
	*rest = end < rest->len ? ac_span_cut(*rest, end + 1, rest->len)
				: ac_span(NULL, 0);
	return true;
}

/* HEAD is a GET that says less (RFC 9110 9.3.2); servers route it so. */
static bool
has_method(struct authchain_span methods, struct authchain_span method)
{
	struct authchain_span one;

	if (ac_span_is_text(methods, "*"))
		return true;
	while (next_method(&methods, &one))
		if (ac_span_is(one, method) ||
		    (ac_span_is_text(one, "GET") &&
			ac_span_is_text(method, "HEAD")))
			return true;
	return false;
}

static bool
has_methods(struct authchain_span methods, struct authchain_span others)
{
	struct authchain_span one;

	if (ac_span_is_text(others, "*"))
		return ac_span_is_text(methods, "*");
	while (next_method(&others, &one))
		if (!has_method(methods, one))
			return false;
	return true;
}

static bool
is_methods(struct authchain_span methods)
{
	struct authchain_span one;

	if (ac_span_is_text(methods, "*"))
		return true;
	while (next_method(&methods, &one)) {
		if (one.len == 0)
			return false;
		for (size_t i = 0; i < one.len; i++)
			if (one.data[i] != '-' &&
			    (one.data[i] < 'A' || one.data[i] > 'Z'))
				return false;
	}
	return true;
}

static int
read_rule(struct scopes *self, struct authchain_span text)
{
	const struct authchain_host *host = self->judge.host;
	struct authchain_entry *entry = self->judge.entry;
	struct rule *rule = &self->rules[self->rule_count++];
	struct ac_quote quote;
	const char *fault = NULL;

	rule->text = text;
	if (!ac_span_word(&text, &rule->methods) ||
	    !is_methods(rule->methods) || !ac_span_word(&text, &rule->pattern))
		fault = "write METHODS PATH SCOPE..., like GET|POST /files/** "
			"files:read";
	else
		fault = path_pattern_fault(rule->pattern);
	if (fault == NULL)
		return needs_parse(&rule->needs, &self->judge, text);
	host->fail(entry, "rules", "%s: %s", ac_quote(&quote, rule->text),
	    fault);
	return -1;
}

/* Who writes a rule that nobody gets to has meant another order. */
static int
check_reach(const struct scopes *self, size_t at)
{
	const struct rule *rule = &self->rules[at];
	struct ac_quote late, early;

	for (size_t i = 0; i < at; i++) {
		if (!path_covers(self->rules[i].pattern, rule->pattern) ||
		    !has_methods(self->rules[i].methods, rule->methods))
			continue;
		self->judge.host->fail(self->judge.entry, "rules",
		    "%s is never reached: %s stands in front of it",
		    ac_quote(&late, rule->text),
		    ac_quote(&early, self->rules[i].text));
		return -1;
	}
	return 0;
}

static int
read_rules(struct scopes *self)
{
	const struct authchain_host *host = self->judge.host;
	size_t count = host->option_count(self->judge.entry, "rules");
	int r = 0;

	self->rules = calloc(count + 1, sizeof(*self->rules));
	if (self->rules == NULL) {
		host->fail(self->judge.entry, NULL, "out of memory");
		return -1;
	}
	for (size_t i = 0; i < count; i++)
		r |= read_rule(self,
		    host->option_item(self->judge.entry, "rules", i));
	for (size_t i = 1; r == 0 && i < count; i++)
		r |= check_reach(self, i);
	return r;
}

static void
scopes_destroy(void *arg)
{
	struct scopes *self = arg;

	free(self->rules);
	free(self);
}

static int
scopes_create(const struct authchain_host *host, struct authchain_entry *entry,
    void **out)
{
	struct scopes *self = calloc(1, sizeof(*self));
	int r = 0;

	*out = NULL;
	if (self == NULL) {
		host->fail(entry, NULL, "out of memory");
		return -1;
	}
	self->otherwise_login = host->option_number(entry, "otherwise") == 1;
	r |= needs_judge_read(&self->judge, host, entry);
	r |= read_rules(self);
	if (r != 0) {
		scopes_destroy(self);
		return -1;
	}
	*out = self;
	return 0;
}

static const struct rule *
find_rule(const struct scopes *self, struct authchain_span method,
    struct authchain_span path)
{
	for (size_t i = 0; i < self->rule_count; i++)
		if (has_method(self->rules[i].methods, method) &&
		    path_matches(self->rules[i].pattern, path))
			return &self->rules[i];
	return NULL;
}

/* Who is not known is told to log in, whatever else is wrong with it. */
static uint32_t
refuse(const struct scopes *self, struct authchain_call *call, uint32_t reason,
    const char *what, const char *why)
{
	const struct authchain_host *host = self->judge.host;

	if (!needs_is_known(host, call))
		reason = AUTHCHAIN_REASON_NO_CREDENTIALS;
	host->reason(call, reason, "%s: %s", what, why);
	return AUTHCHAIN_DENY;
}

static uint32_t
judge_unmatched(const struct scopes *self, struct authchain_call *call)
{
	if (self->otherwise_login && needs_is_known(self->judge.host, call))
		return AUTHCHAIN_ALLOW;
	return refuse(self, call, AUTHCHAIN_REASON_FORBIDDEN, "rules",
	    "none is for this method and path");
}

static uint32_t
scopes_authorize(void *arg, struct authchain_call *call)
{
	const struct scopes *self = arg;
	const struct authchain_host *host = self->judge.host;
	struct authchain_span method = host->attribute(call, "method");
	struct authchain_span uri = host->attribute(call, "uri");
	const struct rule *rule;
	struct path path;
	const char *fault;

	if (method.len == 0 || uri.len == 0)
		return refuse(self, call, AUTHCHAIN_REASON_BAD_REQUEST,
		    "method and path",
		    "not known; the proxy has to tell them, and to be trusted");
	fault = path_read(uri, &path);
	if (fault != NULL)
		return refuse(self, call, AUTHCHAIN_REASON_BAD_REQUEST,
		    "the path", fault);
	rule = find_rule(self, method, ac_span(path.text, path.len));
	if (rule == NULL)
		return judge_unmatched(self, call);
	return needs_judge(&rule->needs, &self->judge, call);
}

static void
scopes_status(void *arg, struct authchain_report *report)
{
	const struct scopes *self = arg;

	self->judge.host->report(report, "rules", "%zu", self->rule_count);
}

static const struct authchain_option options[] = {
	{ .name = "rules",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_REQUIRED | AUTHCHAIN_OPTION_NOT_EMPTY,
	    .help = "METHODS PATH and scopes, permission=NAME, max-age=TIME, "
		    "login or anyone; the first that matches decides" },
	{ .name = "otherwise",
	    .type = AUTHCHAIN_OPTION_ENUM,
	    .fallback = "deny",
	    .choices = otherwises,
	    .help = "what no rule matches: refused, or for all who are "
		    "logged in" },
	HIERARCHY_OPTION,
	NEEDS_PERMISSIONS_OPTION,
};

static const struct authchain_plugin plugin = {
	.size = sizeof(plugin),
	.name = "scopes",
	.description = "scopes and permissions by method and path",
	.option_count = sizeof(options) / sizeof(options[0]),
	.options = options,
	.option_size = sizeof(options[0]),
	.create = scopes_create,
	.destroy = scopes_destroy,
	.authorize = scopes_authorize,
	.status = scopes_status,
};

AUTHCHAIN_MODULE("scopes", "1.0", "BSD-2-Clause", &plugin);
