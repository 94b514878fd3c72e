/* SPDX-License-Identifier: BSD-2-Clause */
/* All that follows is worked out once, so that a request looks at a list. */
#include "hierarchy.h"

#include "base/error.h"

static bool
has_pair(const struct hierarchy *h, struct hierarchy_pair pair)
{
	for (size_t i = 0; i < h->count; i++)
		if (ac_span_is(h->pairs[i].over, pair.over) &&
		    ac_span_is(h->pairs[i].under, pair.under))
			return true;
	return false;
}

/* false when there is no room. */
static bool
add_pair(struct hierarchy *h, struct hierarchy_pair pair)
{
	if (has_pair(h, pair))
		return true;
	if (h->count == HIERARCHY_MAX)
		return false;
	h->pairs[h->count++] = pair;
	return true;
}

/* A word that is a scope and may be asked for. */
static bool
is_known_scope(struct authchain_span word)
{
	return ac_span_is_scope(word) && !ac_span_is_text(word, ">") &&
	       !ac_span_is_text(word, "offline_access");
}

/* false: not "SCOPE > SCOPE...". */
static bool
read_line(struct hierarchy *h, struct authchain_span line, bool *full)
{
	struct hierarchy_pair pair;
	struct authchain_span arrow;
	size_t read = 0;

	if (!ac_span_word(&line, &pair.over) || !is_known_scope(pair.over) ||
	    !ac_span_word(&line, &arrow) || !ac_span_is_text(arrow, ">"))
		return false;
	for (; ac_span_word(&line, &pair.under); read++) {
		if (!is_known_scope(pair.under))
			return false;
		*full = !add_pair(h, pair) || *full;
	}
	return read > 0;
}

/* a > b and b > c: a > c.  The list grows while it is walked, to its end. */
static bool
follow(struct hierarchy *h)
{
	for (size_t i = 0; i < h->count; i++)
		for (size_t j = 0; j < h->count; j++) {
			struct hierarchy_pair first = h->pairs[i],
					      second = h->pairs[j];

			if (ac_span_is(first.under, second.over) &&
			    !add_pair(h, (struct hierarchy_pair){ first.over,
					     second.under }))
				return false;
			if (ac_span_is(second.under, first.over) &&
			    !add_pair(h, (struct hierarchy_pair){ second.over,
					     first.under }))
				return false;
		}
	return true;
}

static const struct hierarchy_pair *
find_circle(const struct hierarchy *h)
{
	for (size_t i = 0; i < h->count; i++)
		if (ac_span_is(h->pairs[i].over, h->pairs[i].under))
			return &h->pairs[i];
	return NULL;
}

static int
complete(struct hierarchy *h, const struct authchain_host *host,
    struct authchain_entry *entry, bool full)
{
	const struct hierarchy_pair *circle;
	struct ac_quote quote;

	if (full || !follow(h)) {
		host->fail(entry, "hierarchy",
		    "more than %d pairs of scopes follow from it",
		    HIERARCHY_MAX);
		return -1;
	}
	circle = find_circle(h);
	if (circle == NULL)
		return 0;
	host->fail(entry, "hierarchy", "%s would imply itself",
	    ac_quote(&quote, circle->over));
	return -1;
}

int
hierarchy_read(struct hierarchy *h, const struct authchain_host *host,
    struct authchain_entry *entry)
{
	size_t lines = host->option_count(entry, "hierarchy");
	bool full = false;
	int r = 0;

	h->count = 0;
	for (size_t i = 0; i < lines; i++) {
		struct authchain_span line =
		    host->option_item(entry, "hierarchy", i);
		struct ac_quote quote;

		if (read_line(h, line, &full))
			continue;
		host->fail(entry, "hierarchy",
		    "%s is not like mcp:admin > mcp:write mcp:read",
		    ac_quote(&quote, line));
		r = -1;
	}
	return r == 0 ? complete(h, host, entry, full) : r;
}

/* The scope itself, or one that is held and implies it; data NULL: neither. */
static struct authchain_span
held_for(const struct hierarchy *h, const struct authchain_host *host,
    const struct authchain_call *call, struct authchain_span scope)
{
	if (host->has_scope(call, scope))
		return scope;
	for (size_t i = 0; i < h->count; i++)
		if (ac_span_is(h->pairs[i].under, scope) &&
		    host->has_scope(call, h->pairs[i].over))
			return h->pairs[i].over;
	return ac_span(NULL, 0);
}

bool
hierarchy_holds(const struct hierarchy *h, const struct authchain_host *host,
    const struct authchain_call *call, struct authchain_span scope)
{
	return held_for(h, host, call, scope).data != NULL;
}

int
hierarchy_need(const struct hierarchy *h, const struct authchain_host *host,
    struct authchain_call *call, struct authchain_span scope)
{
	struct authchain_span held = held_for(h, host, call, scope);

	return host->need_scope(call, held.data == NULL ? scope : held);
}
