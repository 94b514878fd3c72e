/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys.  A line that is none may be a piece of a secret that was pasted here,
 * so messages show of it what looks like a key and nothing else.
 */
#include "engine/key.h"

#include "engine/text.h"

#define KEY_VALUE "write KEY = VALUE, or # before a comment"

struct reader {
	struct ac_line_diags diags;
	struct ac_quote quote;
};

/* The line does not begin with a key. */
static void
read_nothing(struct reader *r, struct ac_key *key, struct authchain_span line,
    size_t at)
{
	if (line.data[at] == '=') {
		ac_line_error(&r->diags, at, "write KEY = VALUE",
		    "there is no key");
		key->value = at + 1;
	} else if (line.data[at] == '"') {
		ac_line_error(&r->diags, at, "write it without quotes",
		    "a key in quotes");
	} else {
		ac_line_error(&r->diags, at, KEY_VALUE,
		    "the line is neither a key nor a section");
	}
}

static void
report_no_equals(struct reader *r, const struct ac_key *key, size_t at,
    const char *hint)
{
	if (!key->secret && ac_text_is_harmless(key->text))
		ac_line_error(&r->diags, at, hint, "no = after %s",
		    ac_quote(&r->quote, key->text));
	else
		ac_line_error(&r->diags, at, hint,
		    "the line has no = after its first word");
}

/* Behind the key there is something else than "=", or nothing. */
static void
read_no_equals(struct reader *r, struct ac_key *key, struct authchain_span line,
    size_t at)
{
	size_t end = at + key->text.len;
	size_t next = ac_text_skip_blanks(line, end);
	size_t stop = end + 1;

	if (next < line.len && line.data[next] == ':') {
		report_no_equals(r, key, at, "write = in place of the colon");
		return;
	}
	if (next > end || next == line.len) {
		report_no_equals(r, key, at, KEY_VALUE);
		return;
	}
	while (
	    stop < line.len && ((unsigned char)line.data[stop] & 0xc0) == 0x80)
		stop++;
	ac_line_error(&r->diags, end,
	    "a key is made of letters, digits, - and _",
	    "%s may not stand in a key",
	    ac_quote(&r->quote, ac_span_cut(line, end, stop)));
	key->text.len = 0;
}

void
ac_key_read(struct ac_key *key, struct authchain_span line, size_t at,
    const struct ac_position *line_at, struct ac_diags *diags)
{
	struct reader r = { .diags = { line_at, diags, false } };
	size_t end = ac_text_skip_word(line, at);
	size_t equals = ac_text_skip_blanks(line, end);

	key->text = ac_span_cut(line, at, end);
	key->value = 0;
	if (end == at) {
		read_nothing(&r, key, line, at);
		return;
	}
	if (equals == line.len || line.data[equals] != '=') {
		read_no_equals(&r, key, line, at);
		return;
	}
	key->value = equals + 1;
	if (key->text.len > AC_CONF_MAX_NAME) {
		ac_line_error(&r.diags, at, NULL,
		    "the key has %zu bytes; at most %d are allowed",
		    key->text.len, AC_CONF_MAX_NAME);
		key->text.len = 0;
	}
}
