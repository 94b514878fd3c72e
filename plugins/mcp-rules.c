/* SPDX-License-Identifier: BSD-2-Clause */
/* The first rule that matches decides, so one that no request gets to is a
 * mistake. */
#include "mcp-rules.h"

#include <stdlib.h>

#include "base/error.h"
#include "mcp-name.h"

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
read_rule(struct mcp_rules *self, struct authchain_span text)
{
	struct mcp_rule *rule = &self->list[self->count++];

	rule->text = text;
	if (!ac_span_word(&text, &rule->method) ||
	    !is_method_pattern(rule->method))
		return needs_complain(self->judge, "rules", rule->text,
		    "does not begin with a method; write tools/call NAME "
		    "SCOPE..., or METHOD SCOPE...");
	if (mcp_method_has_name(rule->method) &&
	    (!ac_span_word(&text, &rule->name) || !is_pattern(rule->name)))
		return needs_complain(self->judge, "rules", rule->text,
		    "has no name behind its method; * is any name");
	return needs_parse(&rule->needs, self->judge, text);
}

/* Does the earlier rule match all that the later one does? */
static bool
covers(const struct mcp_rule *early, const struct mcp_rule *late)
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
check_reach(const struct mcp_rules *self, size_t at)
{
	struct ac_quote quote;

	for (size_t i = 0; i < at; i++) {
		if (!covers(&self->list[i], &self->list[at]))
			continue;
		self->judge->host->fail(self->judge->entry, "rules",
		    "rule %zu is never reached: %s stands in front of it",
		    at + 1, ac_quote(&quote, self->list[i].text));
		return -1;
	}
	return 0;
}

int
mcp_rules_read(struct mcp_rules *self, const struct needs_judge *judge)
{
	const struct authchain_host *host = judge->host;
	size_t count = host->option_count(judge->entry, "rules");
	int r = 0;

	*self = (struct mcp_rules){ .judge = judge };
	self->list = calloc(count + 1, sizeof(*self->list));
	if (self->list == NULL) {
		host->fail(judge->entry, NULL, "out of memory");
		return -1;
	}
	for (size_t i = 0; i < count; i++)
		r |= read_rule(self,
		    host->option_item(judge->entry, "rules", i));
	for (size_t i = 1; r == 0 && i < count; i++)
		r |= check_reach(self, i);
	return r;
}

void
mcp_rules_clear(struct mcp_rules *self)
{
	free(self->list);
	self->list = NULL;
}

const struct mcp_rule *
mcp_rules_find(const struct mcp_rules *self, struct authchain_span method,
    struct authchain_span name)
{
	for (size_t i = 0; i < self->count; i++) {
		const struct mcp_rule *rule = &self->list[i];

		if (matches(rule->method, method) &&
		    (rule->name.data == NULL || matches(rule->name, name)))
			return rule;
	}
	return NULL;
}
