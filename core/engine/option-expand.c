/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ${NAME}.  What a variable holds is data: it is not split, not expanded
 * again, and not shown in a message, since people do keep secrets there.
 */
#include "engine/option-value.h"

#include "engine/text.h"

#include <stdlib.h>

struct expansion {
	const struct authchain_option *option;
	const struct ac_position *at;
	struct ac_diags *diags;
	struct ac_buf out;
	bool expanded;
};

static void complain(const struct expansion *e, const char *hint,
    const char *format, ...) AUTHCHAIN_PRINTF(3, 4);

static void
complain(const struct expansion *e, const char *hint, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	ac_vdiag_error(e->diags, e->at, hint, format, ap);
	va_end(ap);
}

static bool
is_variable(struct authchain_span name)
{
	return name.len > 0 && (name.data[0] < '0' || name.data[0] > '9') &&
	       ac_text_skip_word(name, 0) == name.len &&
	       ac_span_find(name, '-', 0) == name.len;
}

static int
add_variable(struct expansion *e, struct authchain_span name)
{
	const char *key = e->option->name;
	struct ac_text_fault fault;
	struct ac_quote quote;
	char *variable;
	const char *value;

	if (!is_variable(name)) {
		complain(e, "only ${NAME} is known, and $${ for ${ itself",
		    "%s: %s is not the name of an environment variable", key,
		    ac_quote(&quote, name));
		return -1;
	}
	variable = strndup(name.data, name.len);
	if (variable == NULL) {
		complain(e, NULL, "out of memory");
		return -1;
	}
	value = getenv(variable);
	free(variable);
	if (value == NULL) {
		complain(e, "set it where the program is started",
		    "%s: environment variable %s is not set", key,
		    ac_quote(&quote, name));
		return -1;
	}
	if (!ac_text_check(ac_span_text(value), &fault)) {
		complain(e, NULL, "%s: environment variable %s holds %s", key,
		    ac_quote(&quote, name), fault.what);
		return -1;
	}
	ac_buf_text(&e->out, value);
	return 0;
}

/* The reference at text.data[at], which is "${"; the index behind it, or 0
 * after an error. */
static size_t
add_reference(struct expansion *e, struct authchain_span text, size_t at)
{
	size_t end = ac_span_find(text, '}', at);

	if ((e->option->flags & AUTHCHAIN_OPTION_ENVIRONMENT) == 0) {
		complain(e,
		    "this option takes nothing from the environment; for the "
		    "characters themselves write $${",
		    "%s: ${ has no meaning here", e->option->name);
		return 0;
	}
	if (end == text.len) {
		complain(e, "write ${NAME}, or $${ for ${ itself",
		    "%s: ${ without a closing }", e->option->name);
		return 0;
	}
	e->expanded = true;
	if (add_variable(e, ac_span_cut(text, at + 2, end)) != 0)
		return 0;
	return end + 1;
}

char *
ac_option_expand(const struct authchain_option *option,
    struct authchain_span text, const struct ac_position *at, bool *expanded,
    struct ac_diags *diags)
{
	struct expansion e = { .option = option, .at = at, .diags = diags };
	size_t i = 0;
	char *out;

	ac_buf_init(&e.out, AC_CONF_MAX_VALUE);
	while (i < text.len) {
		struct authchain_span rest = ac_span_cut(text, i, text.len);

		if (ac_span_starts(rest, ac_span_text("$${"))) {
			ac_buf_text(&e.out, "${");
			i += 3;
		} else if (ac_span_starts(rest, ac_span_text("${"))) {
			i = add_reference(&e, text, i);
			if (i == 0)
				goto fail;
		} else {
			ac_buf_byte(&e.out, text.data[i++]);
		}
	}
	*expanded = *expanded || e.expanded;
	out = ac_buf_take(&e.out);
	if (out != NULL)
		return out;
	complain(&e, NULL,
	    "%s: the value is longer than %u bytes, or out of memory",
	    option->name, AC_CONF_MAX_VALUE);
fail:
	ac_buf_clear(&e.out);
	return NULL;
}

void
ac_option_escape(struct ac_buf *out, struct authchain_span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '$' && i + 1 < text.len &&
		    text.data[i + 1] == '{')
			ac_buf_byte(out, '$');
		ac_buf_byte(out, text.data[i]);
	}
}
