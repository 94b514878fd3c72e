/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Freshness of an answer.  What the sender says is only a wish: callers put it
 * between bounds of their own.
 */
#include "keys/freshness.h"

#include "base/number.h"

struct authchain_span
ac_freshness_header(const struct authchain_answer *answer, const char *name)
{
	for (size_t i = 0; i < answer->header_count; i++) {
		if (ac_span_is_text(answer->headers[i].name, name))
			return answer->headers[i].value;
	}
	return ac_span(NULL, 0);
}

static struct authchain_span
unquoted(struct authchain_span text)
{
	if (text.len >= 2 && text.data[0] == '"' &&
	    text.data[text.len - 1] == '"')
		return ac_span_cut(text, 1, text.len - 1);
	return text;
}

/* One directive of Cache-Control; *age_s is lowered by what it says. */
static void
apply(struct authchain_span directive, int64_t *age_s)
{
	size_t equals = ac_span_find(directive, '=', 0);
	struct authchain_span name =
	    ac_span_trim(ac_span_cut(directive, 0, equals));
	struct authchain_span value = unquoted(
	    ac_span_trim(ac_span_cut(directive, equals + 1, directive.len)));
	int64_t said = 0;

	if (ac_span_is_nocase(name, ac_span_text("no-store")) ||
	    ac_span_is_nocase(name, ac_span_text("no-cache"))) {
		*age_s = 0;
		return;
	}
	if (!ac_span_is_nocase(name, ac_span_text("max-age")) ||
	    !ac_number_parse(value, &said) || said < 0)
		return;
	if (*age_s < 0 || said < *age_s)
		*age_s = said;
}

int64_t
ac_freshness_s(const struct authchain_answer *answer)
{
	struct authchain_span control =
	    ac_freshness_header(answer, "cache-control");
	struct authchain_span age = ac_freshness_header(answer, "age");
	int64_t fresh_s = -1, spent_s = 0;
	size_t at = 0;

	while (at < control.len) {
		size_t comma = ac_span_find(control, ',', at);

		apply(ac_span_cut(control, at, comma), &fresh_s);
		at = comma + 1;
	}
	if (fresh_s > 0 && ac_number_parse(ac_span_trim(age), &spent_s) &&
	    spent_s > 0)
		fresh_s = spent_s < fresh_s ? fresh_s - spent_s : 0;
	return fresh_s;
}
