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
#include "mcp-rules.h"

struct mcp {
	struct needs_judge judge;
	struct mcp_rules rules;
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

/* A pattern that matches more is left with an exception; one method alone is
 * left with nothing to judge. */
static int
check_reach(const struct mcp *self, struct authchain_span anonymous)
{
	struct ac_quote quote;

	for (size_t i = 0; i < self->rules.count; i++) {
		if (!ac_span_is(self->rules.list[i].method, anonymous))
			continue;
		self->judge.host->fail(self->judge.entry, "rules",
		    "rule %zu is never reached: anonymous-methods lists %s; "
		    "take it out of there, or leave the rule away",
		    i + 1, ac_quote(&quote, anonymous));
		return -1;
	}
	return 0;
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
			r = needs_complain(&self->judge, "anonymous-methods",
			    method, "is no method");
		else if (mcp_method_has_name(method))
			r = needs_complain(&self->judge, "anonymous-methods",
			    method,
			    "is for who is logged in; write a rule with "
			    "anyone for single names");
		else
			r |= check_reach(self, method);
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

	mcp_rules_clear(&self->rules);
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
	r |= mcp_rules_read(&self->rules, &self->judge);
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

static uint32_t
judge_message(const struct mcp *self, struct authchain_call *call,
    const struct message *message)
{
	const struct mcp_rule *rule = mcp_rules_find(&self->rules,
	    message->method, ac_span(message->name.text, message->name.len));

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
	if (self->rules.count > 0 || !self->otherwise_login ||
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

	self->judge.host->report(report, "rules", "%zu", self->rules.count);
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
