/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values as they are written.  A fault spoils the rest of its line only, so
 * that faults of later lines are found in the same run.
 */
#include "engine/value.h"

#include "engine/grow.h"
#include "engine/text.h"

#include <stdlib.h>

enum {
	BETWEEN, /* nothing since the beginning or the last comma */
	TEXT,
	QUOTED /* behind a closing quote */
};

static void complain(struct ac_value_reader *reader,
    const struct ac_position *at, const char *hint, const char *format, ...)
    AUTHCHAIN_PRINTF(4, 5);

static void
complain(struct ac_value_reader *reader, const struct ac_position *at,
    const char *hint, const char *format, ...)
{
	va_list ap;

	reader->item->broken = true;
	if (reader->diags == NULL)
		return;
	va_start(ap, format);
	ac_vdiag_error(reader->diags, at, hint, format, ap);
	va_end(ap);
}

static struct ac_position
behind(const struct ac_position *at, size_t bytes)
{
	struct ac_position there = *at;

	there.column += (uint32_t)bytes;
	return there;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

void
ac_value_begin(struct ac_value_reader *reader, struct ac_item *item,
    struct ac_diags *diags, const struct ac_position *equals_at)
{
	memset(reader, 0, sizeof(*reader));
	reader->item = item;
	reader->diags = diags;
	item->value_at = *equals_at;
	/* A file's text and the spaces that join its lines: no real bound. */
	ac_buf_init(&reader->whole, 2 * (size_t)AC_CONF_MAX_BYTES);
	ac_buf_init(&reader->part, 2 * (size_t)AC_CONF_MAX_BYTES);
}

bool
ac_value_wants_more(const struct ac_value_reader *reader)
{
	return reader->state == BETWEEN;
}

static void
add_part(struct ac_value_reader *reader, struct authchain_span text,
    bool quoted, const struct ac_position *at)
{
	struct ac_item *item = reader->item;
	struct ac_part *grown;

	if (item->part_count == AC_CONF_MAX_PARTS) {
		if (!item->broken)
			complain(reader, at, NULL,
			    "the list has more than %u values",
			    AC_CONF_MAX_PARTS);
		return;
	}
	grown = ac_grow(item->parts, item->part_count, sizeof(*grown));
	if (grown != NULL) {
		item->parts = grown;
		grown += item->part_count;
		grown->text = strndup(text.len == 0 ? "" : text.data, text.len);
		grown->quoted = quoted;
		grown->at = *at;
	}
	if (grown == NULL || grown->text == NULL || reader->part.failed)
		complain(reader, at, NULL, "out of memory");
	if (grown != NULL && grown->text != NULL)
		item->part_count++;
}

static void
end_part(struct ac_value_reader *reader)
{
	struct authchain_span text = ac_buf_span(&reader->part);

	if (reader->state == TEXT)
		add_part(reader, ac_span_trim(text), false, &reader->part_at);
	else if (reader->state == BETWEEN)
		add_part(reader, ac_span_text(""), false, &reader->comma_at);
	reader->state = BETWEEN;
	ac_buf_clear(&reader->part);
}

static void
begin_part(struct ac_value_reader *reader, const struct ac_position *at)
{
	if (!reader->started)
		reader->item->value_at = *at;
	reader->started = true;
	reader->part_at = *at;
}

/* The inside of a quoted string from `from'; the index behind its closing
 * quote, or line.len + 1 when there is none. */
static size_t
unquote(struct ac_value_reader *reader, struct authchain_span line, size_t from,
    const struct ac_position *at)
{
	for (size_t i = from; i < line.len; i++) {
		struct ac_position here = behind(at, i);
		char c = line.data[i];

		if (c == '"')
			return i + 1;
		if (c == '\\') {
			char next = i + 1 < line.len ? line.data[i + 1] : '\0';

			if (next == '"' || next == '\\')
				c = line.data[++i];
			else
				complain(reader, &here,
				    "write \\\\ for a backslash, \\\" for a "
				    "quote",
				    "a backslash in quotes stands before a "
				    "quote or a backslash only");
		}
		ac_buf_byte(&reader->part, c);
	}
	return line.len + 1;
}

static size_t
read_quoted(struct ac_value_reader *reader, struct authchain_span line,
    size_t at_quote, const struct ac_position *at)
{
	struct ac_position here = behind(at, at_quote);
	size_t end;

	begin_part(reader, &here);
	end = unquote(reader, line, at_quote + 1, at);
	if (end > line.len) {
		complain(reader, &here,
		    "close it on the same line; a quote inside is written \\\"",
		    "the quote that opens here is not closed");
		return line.len;
	}
	add_part(reader, ac_buf_span(&reader->part), true, &here);
	ac_buf_clear(&reader->part);
	reader->state = QUOTED;
	return end;
}

static bool
has_at(struct authchain_span line, size_t at, const char *bytes)
{
	return ac_span_starts(ac_span_cut(line, at, line.len),
	    ac_span_text(bytes));
}

/* Is what stands here no text of a value?  Says why. */
static bool
refuse_text(struct ac_value_reader *reader, struct authchain_span line,
    size_t i, const struct ac_position *here)
{
	if (reader->state == QUOTED)
		complain(reader, here,
		    "put all of the value in quotes, or a comma between two",
		    "text after a closing quote");
	else if (line.data[i] == '"')
		complain(reader, here,
		    "put all of the value in quotes and write \\\" for those "
		    "inside",
		    "a quote inside a value that does not begin with one");
	else if (has_at(line, i, "\xc2\xa0"))
		complain(reader, here, "type a plain space in its place",
		    "a no-break space (U+00A0) outside quotes");
	else if (reader->state == BETWEEN &&
		 (has_at(line, i, "\xe2\x80\x9c") ||
		     has_at(line, i, "\xe2\x80\x9d") ||
		     has_at(line, i, "\xe2\x80\x9e")))
		complain(reader, here, "type \" in its place",
		    "a typographic quote, which does not quote");
	else
		return false;
	return true;
}

/* Read on from line.data[i], which is not white space; the index behind what
 * was read. */
static size_t
read_token(struct ac_value_reader *reader, struct authchain_span line, size_t i,
    const struct ac_position *at)
{
	struct ac_position here = behind(at, i);

	if (line.data[i] == ',') {
		reader->comma_at = here;
		if (!reader->started)
			begin_part(reader, &here);
		end_part(reader);
		return i + 1;
	}
	if (line.data[i] == '"' && reader->state == BETWEEN)
		return read_quoted(reader, line, i, at);
	if (refuse_text(reader, line, i, &here)) {
		reader->state = BETWEEN;
		reader->started = true;
		ac_buf_clear(&reader->part);
		return line.len;
	}
	if (reader->state == BETWEEN)
		begin_part(reader, &here);
	reader->state = TEXT;
	ac_buf_byte(&reader->part, line.data[i]);
	return i + 1;
}

/* One space between the unquoted text of two lines. */
static void
join(struct ac_value_reader *reader)
{
	struct ac_buf *part = &reader->part;

	if (reader->state != TEXT)
		return;
	while (part->len > 0 && is_blank(part->data[part->len - 1]))
		part->data[--part->len] = '\0';
	ac_buf_byte(part, ' ');
}

void
ac_value_line(struct ac_value_reader *reader, struct authchain_span line,
    const struct ac_position *at)
{
	size_t i = ac_text_skip_blanks(line, 0), from = line.len;

	join(reader);
	while (i < line.len) {
		if (line.data[i] == '#' &&
		    (i == 0 || is_blank(line.data[i - 1])))
			break;
		if (is_blank(line.data[i])) {
			if (reader->state == TEXT)
				ac_buf_byte(&reader->part, line.data[i]);
			i++;
			continue;
		}
		if (from == line.len)
			from = i;
		i = read_token(reader, line, i, at);
	}
	if (from >= i)
		return;
	if (reader->whole.len > 0)
		ac_buf_byte(&reader->whole, ' ');
	ac_buf_add(&reader->whole, ac_span_trim(ac_span_cut(line, from, i)));
}

void
ac_value_end(struct ac_value_reader *reader)
{
	struct ac_item *item = reader->item;

	if (reader->started && !item->broken && reader->state != QUOTED)
		end_part(reader);
	if (!item->broken && (reader->whole.failed || reader->part.failed))
		complain(reader, &item->value_at, NULL, "out of memory");
	item->quoted = item->part_count == 1 && item->parts[0].quoted;
	if (item->quoted)
		item->value = strdup(item->parts[0].text);
	else
		item->value = ac_buf_take(&reader->whole);
	if (item->value == NULL)
		item->value = strdup("");
	if (item->value == NULL && !item->broken)
		complain(reader, &item->value_at, NULL, "out of memory");
	if (item->value != NULL && strlen(item->value) > AC_CONF_MAX_VALUE)
		complain(reader, &item->value_at, NULL,
		    "the value has %zu bytes; at most %u are allowed",
		    strlen(item->value), AC_CONF_MAX_VALUE);
	ac_buf_clear(&reader->whole);
	ac_buf_clear(&reader->part);
}

void
ac_value_clear(struct ac_item *item)
{
	for (size_t i = 0; i < item->part_count; i++)
		free(item->parts[i].text);
	free(item->parts);
	free(item->value);
	item->parts = NULL;
	item->part_count = 0;
	item->value = NULL;
}

static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("-._~:/?&=+@%*()!'|^;<>[]{}$", c) != NULL);
}

void
ac_value_write(struct ac_buf *out, struct authchain_span text)
{
	bool plain = text.len > 0;

	for (size_t i = 0; i < text.len; i++)
		plain = plain && is_plain(text.data[i]);
	if (plain) {
		ac_buf_add(out, text);
		return;
	}
	ac_buf_byte(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '"' || text.data[i] == '\\')
			ac_buf_byte(out, '\\');
		ac_buf_byte(out, text.data[i]);
	}
	ac_buf_byte(out, '"');
}
