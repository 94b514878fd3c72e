/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mcp: what a token must carry for which MCP method and tool, by the headers
 * that mirror the body.  Where there are rules, only requests whose headers
 * can be believed pass: an older client's body says anything it likes.
 */
#include <authchain/plugin.h>

#include <stdlib.h>

#include "base/error.h"
#include "mcp-name.h"
#include "needs.h"

struct rule {
	struct authchain_span text;
	struct authchain_span method; /* exact, "prefix/" with a star, "*" */
	struct authchain_span name;   /* the same; data NULL: no names */
	struct needs needs;
};

struct mcp {
	struct needs_judge judge;
	struct rule *rules;
	size_t rule_count;
	int64_t max_age_ms;
	bool otherwise_login;
};

/* What a request says of itself. */
struct message {
	struct authchain_span version, method, raw_name;
	struct mcp_name name;
	const char *fault; /* why it can't be believed, or NULL */
};

static const char *const otherwises[] = { "login", "deny", NULL };

/* ---- configuration ---- */

/* "*" at the end is whatever follows; nowhere else. */
static bool
is_pattern(struct authchain_span text)
{
	return text.len > 0 && ac_span_find(text, '*', 0) >= text.len - 1;
}

static bool
matches(struct authchain_span pattern, struct authchain_span text)
{
	if (pattern.data[pattern.len - 1] == '*')
		return ac_span_starts(text,
		    ac_span_cut(pattern, 0, pattern.len - 1));
	return ac_span_is(pattern, text);
}

static bool
is_method_pattern(struct authchain_span text)
{
	struct authchain_span fixed = text;

	if (!is_pattern(text))
		return false;
	if (text.data[text.len - 1] == '*')
		fixed.len--;
	return fixed.len == 0 || mcp_method_is_valid(fixed);
}

static int
complain(const struct mcp *self, const char *option, struct authchain_span text,
    const char *what)
{
	struct ac_quote quote;

	self->judge.host->fail(self->judge.entry, option, "%s %s",
	    ac_quote(&quote, text), what);
	return -1;
}

static int
read_rule(struct mcp *self, struct authchain_span text)
{
	struct rule *rule = &self->rules[self->rule_count++];

	rule->text = text;
	if (!ac_span_word(&text, &rule->method) ||
	    !is_method_pattern(rule->method))
		return complain(self, "rules", rule->text,
		    "does not begin with a method; write tools/call NAME "
		    "SCOPE..., or METHOD SCOPE...");
	if (mcp_method_has_name(rule->method) &&
	    (!ac_span_word(&text, &rule->name) || !is_pattern(rule->name)))
		return complain(self, "rules", rule->text,
		    "has no name behind its method; * is any name");
	return needs_parse(&rule->needs, self->judge.host, self->judge.entry,
	    text);
}

/* Does the earlier rule match all that the later one does? */
static bool
covers(const struct rule *early, const struct rule *late)
{
	struct authchain_span method = late->method, name = late->name;

	/* a pattern is matched as the text that it is: its star needs one */
	if (!matches(early->method, method))
		return false;
	if (early->name.data == NULL)
		return true;
	return name.data != NULL && matches(early->name, name);
}

static int
check_reach(const struct mcp *self, size_t at)
{
	struct ac_quote quote;

	for (size_t i = 0; i < at; i++) {
		if (!covers(&self->rules[i], &self->rules[at]))
			continue;
		self->judge.host->fail(self->judge.entry, "rules",
		    "rule %zu is never reached: %s stands in front of it",
		    at + 1, ac_quote(&quote, self->rules[i].text));
		return -1;
	}
	return 0;
}

static int
read_rules(struct mcp *self)
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

static int
read_anonymous(const struct mcp *self)
{
	const struct authchain_host *host = self->judge.host;
	struct authchain_entry *entry = self->judge.entry;
	size_t count = host->option_count(entry, "anonymous-methods");
	int r = 0;

	for (size_t i = 0; i < count; i++) {
		struct authchain_span method =
		    host->option_item(entry, "anonymous-methods", i);

		if (!mcp_method_is_valid(method))
			r = complain(self, "anonymous-methods", method,
			    "is no method");
		else if (mcp_method_has_name(method))
			r = complain(self, "anonymous-methods", method,
			    "is for who is logged in; write a rule with "
			    "anyone for single names");
	}
	if (count > 0)
		host->warn(entry, "anonymous-methods",
		    "the upstream has to refuse bodies that say another "
		    "method: try authchain doctor --upstream");
	return r;
}

static void
mcp_destroy(void *arg)
{
	struct mcp *self = arg;

	free(self->rules);
	free(self);
}

static int
mcp_create(const struct authchain_host *host, struct authchain_entry *entry,
    void **out)
{
	struct mcp *self = calloc(1, sizeof(*self));
	int r = 0;

	*out = NULL;
	if (self == NULL) {
		host->fail(entry, NULL, "out of memory");
		return -1;
	}
	self->max_age_ms = host->option_number(entry, "max-age");
	self->otherwise_login = host->option_number(entry, "otherwise") == 0;
	r |= needs_judge_read(&self->judge, host, entry);
	r |= read_rules(self);
	r |= read_anonymous(self);
	if (r != 0) {
		mcp_destroy(self);
		return -1;
	}
	*out = self;
	return 0;
}

/* ---- a request ---- */

static bool
is_listed(const struct mcp *self, const char *option,
    struct authchain_span text)
{
	const struct authchain_host *host = self->judge.host;
	size_t count = host->option_count(self->judge.entry, option);

	for (size_t i = 0; i < count; i++)
		if (ac_span_is(host->option_item(self->judge.entry, option, i),
			text))
			return true;
	return false;
}

/* The only value of a header; data NULL when there is none. */
static struct authchain_span
single(const struct mcp *self, const struct authchain_call *call,
    const char *name, const char **fault)
{
	const struct authchain_host *host = self->judge.host;

	if (host->header(call, name, 1).data != NULL)
		*fault = "a header of MCP stands twice";
	return ac_span_trim(host->header(call, name, 0));
}

static const char *
check_message(const struct mcp *self, const struct authchain_call *call,
    struct message *message)
{
	struct authchain_span method =
	    self->judge.host->attribute(call, "method");

	if (!is_listed(self, "versions", message->version))
		return "MCP-Protocol-Version is none of those whose headers "
		       "mirror the body";
	if (method.data == NULL || !ac_span_is_text(method, "POST"))
		return "a message is sent by POST, and the proxy says so";
	if (message->method.data == NULL)
		return "Mcp-Method is missing";
	if (!mcp_method_is_valid(message->method))
		return "Mcp-Method is no method";
	if (!mcp_method_has_name(message->method))
		return NULL;
	return mcp_name_read(message->raw_name, &message->name);
}

static void
read_message(const struct mcp *self, const struct authchain_call *call,
    struct message *message)
{
	const char *twice = NULL;

	message->version = single(self, call, "MCP-Protocol-Version", &twice);
	message->method = single(self, call, "Mcp-Method", &twice);
	message->raw_name = single(self, call, "Mcp-Name", &twice);
	message->name.len = 0;
	message->fault =
	    twice != NULL ? twice : check_message(self, call, message);
}

static uint32_t
refuse(const struct mcp *self, struct authchain_call *call, uint32_t reason,
    const char *why)
{
	const struct authchain_host *host = self->judge.host;

	if (!needs_is_known(host, call))
		return needs_ask_login(host, call, why);
	host->reason(call, reason, "%s", why);
	return AUTHCHAIN_DENY;
}

static const struct rule *
find_rule(const struct mcp *self, const struct message *message)
{
	struct authchain_span name =
	    ac_span(message->name.text, message->name.len);

	for (size_t i = 0; i < self->rule_count; i++) {
		const struct rule *rule = &self->rules[i];

		if (matches(rule->method, message->method) &&
		    (rule->name.data == NULL || matches(rule->name, name)))
			return rule;
	}
	return NULL;
}

static uint32_t
judge_message(const struct mcp *self, struct authchain_call *call,
    const struct message *message)
{
	const struct rule *rule = find_rule(self, message);

	if (is_listed(self, "anonymous-methods", message->method))
		return AUTHCHAIN_ALLOW;
	if (rule != NULL)
		return needs_judge(&rule->needs, &self->judge, call);
	if (!self->otherwise_login)
		return refuse(self, call, AUTHCHAIN_REASON_FORBIDDEN,
		    "no rule is for this method and name");
	return needs_is_known(self->judge.host, call)
		   ? AUTHCHAIN_ALLOW
		   : needs_ask_login(self->judge.host, call,
			 "the method is for who is logged in");
}

/* Without rules there is nothing that a lie would get anybody. */
static uint32_t
judge_legacy(const struct mcp *self, struct authchain_call *call,
    const struct message *message)
{
	if (self->rule_count > 0 || !self->otherwise_login ||
	    is_listed(self, "versions", message->version))
		return refuse(self, call, AUTHCHAIN_REASON_BAD_REQUEST,
		    message->fault);
	return needs_is_known(self->judge.host, call)
		   ? AUTHCHAIN_ALLOW
		   : needs_ask_login(self->judge.host, call,
			 "what an older client sends is not known");
}

static uint32_t
mcp_authorize(void *arg, struct authchain_call *call)
{
	const struct mcp *self = arg;
	const struct authchain_host *host = self->judge.host;
	struct message message;

	if (self->max_age_ms > 0 && needs_is_known(host, call) &&
	    needs_age(host, call, self->max_age_ms) != AUTHCHAIN_ALLOW)
		return AUTHCHAIN_DENY;
	read_message(self, call, &message);
	return message.fault != NULL ? judge_legacy(self, call, &message)
				     : judge_message(self, call, &message);
}

static void
mcp_status(void *arg, struct authchain_report *report)
{
	const struct mcp *self = arg;

	self->judge.host->report(report, "rules", "%zu", self->rule_count);
}

static const struct authchain_option options[] = {
	{ .name = "rules",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .help = "METHOD, for tools, prompts and resources a NAME, and "
		    "scopes, permission=NAME, max-age=TIME, login or anyone; "
		    "the first that matches decides" },
	{ .name = "otherwise",
	    .type = AUTHCHAIN_OPTION_ENUM,
	    .fallback = "login",
	    .choices = otherwises,
	    .help = "what no rule matches: for all who are logged in, or "
		    "refused" },
	{ .name = "anonymous-methods",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .help = "methods that pass without a login, like server/discover, "
		    "ping, tools/list" },
	{ .name = "versions",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .fallback = "2026-07-28",
	    .help = "protocol versions whose headers mirror the body" },
	{ .name = "max-age",
	    .type = AUTHCHAIN_OPTION_DURATION,
	    .fallback = "0",
	    .min = 0,
	    .max = INT64_C(3650) * 24 * 3600 * 1000,
	    .help = "refuse tokens that were issued longer ago; 0: any age" },
	HIERARCHY_OPTION,
	NEEDS_PERMISSIONS_OPTION,
};

static const struct authchain_plugin plugin = {
	.size = sizeof(plugin),
	.name = "mcp",
	.description = "scopes by MCP method and tool",
	.option_count = sizeof(options) / sizeof(options[0]),
	.options = options,
	.option_size = sizeof(options[0]),
	.create = mcp_create,
	.destroy = mcp_destroy,
	.authorize = mcp_authorize,
	.status = mcp_status,
};

AUTHCHAIN_MODULE("mcp", "1.0", "BSD-2-Clause", &plugin);
