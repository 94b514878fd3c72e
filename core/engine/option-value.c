/* SPDX-License-Identifier: BSD-2-Clause */
/* One item, or each of a list, on its way through expansion to its type. */
#include "engine/option-value.h"

#include "engine/grow.h"
#include "engine/option-type.h"

#include <stdio.h>
#include <stdlib.h>

static int
out_of_memory(const struct ac_option_reading *r)
{
	return ac_option_complain(r, &r->item->value_at, NULL, "out of memory");
}

/* As messages show it. */
static void
note(struct ac_option_reading *r, const char *written)
{
	if ((r->option->flags & AC_OPTION_HIDDEN) != 0)
		(void)snprintf(r->quote.text, sizeof(r->quote.text),
		    "the value (not shown)");
	else
		(void)ac_quote(&r->quote, ac_span_text(written));
}

/* ---- one value --------------------------------------------------------- */

static int
check_single(struct ac_option_reading *r)
{
	const struct ac_item *item = r->item;

	if (item->part_count > 1 && r->option->type != AUTHCHAIN_OPTION_STRING)
		return ac_option_complain(r, &item->parts[1].at,
		    "in quotes a comma is part of the value",
		    "takes one value, not a list");
	for (size_t i = 0; i < item->part_count; i++) {
		if (item->parts[i].quoted && !item->quoted)
			return ac_option_complain(r, &item->parts[i].at,
			    "put all of it in quotes",
			    "a part of the text is in quotes");
	}
	return 0;
}

static bool
must_not_be_empty(const struct authchain_option *option)
{
	return (option->flags & AUTHCHAIN_OPTION_NOT_EMPTY) != 0;
}

static int
read_single(struct ac_option_reading *r)
{
	const struct ac_item *item = r->item;
	struct authchain_span text = ac_span_text(item->value);

	if (check_single(r) != 0)
		return -1;
	if (r->option->type == AUTHCHAIN_OPTION_SECRET)
		r->value->text = strdup(item->value);
	else
		r->value->text = ac_option_expand(r->option, text,
		    &item->value_at, &r->expanded, r->diags);
	if (r->value->text == NULL)
		return r->option->type == AUTHCHAIN_OPTION_SECRET
			   ? out_of_memory(r)
			   : -1;
	note(r, item->value);
	text = ac_span_text(r->value->text);
	if (text.len == 0 && (r->option->type != AUTHCHAIN_OPTION_STRING ||
				 must_not_be_empty(r->option)))
		return ac_option_complain(r, &item->value_at,
		    r->expanded ? "look at the environment"
				: "write a value, or delete the line",
		    "the value is empty");
	return ac_option_type_read(r, text);
}

/* ---- lists ------------------------------------------------------------- */

static int
check_item(struct ac_option_reading *r, const struct ac_part *part,
    const char *text)
{
	bool repeats = (r->option->flags & AC_OPTION_REPEATS) != 0;
	struct ac_option_value *value = r->value;

	note(r, part->text);
	if (text[0] == '\0')
		return ac_option_complain(r, &part->at,
		    part->quoted ? "delete it" : "is there a comma too many?",
		    "an item of the list is empty");
	for (size_t i = 0; !repeats && i < value->item_count; i++) {
		if (strcmp(value->items[i], text) == 0)
			return ac_option_complain(r, &part->at,
			    "delete one of them", "%s is in the list already",
			    r->quote.text);
	}
	if (r->option->choices != NULL &&
	    ac_option_choose(r, ac_span_text(text), &part->at) < 0)
		return -1;
	return 0;
}

static int
read_item(struct ac_option_reading *r, const struct ac_part *part)
{
	struct ac_option_value *value = r->value;
	char *text = ac_option_expand(r->option, ac_span_text(part->text),
	    &part->at, &r->expanded, r->diags);
	char **grown;

	if (text == NULL)
		return -1;
	if (check_item(r, part, text) != 0) {
		free(text);
		return -1;
	}
	grown = ac_grow(value->items, value->item_count, sizeof(*grown));
	if (grown == NULL) {
		free(text);
		return out_of_memory(r);
	}
	value->items = grown;
	value->items[value->item_count++] = text;
	return 0;
}

/* A comma at the end makes an empty part on either side of it. */
static bool
is_told(const struct ac_item *item, size_t at)
{
	const struct ac_part *part = &item->parts[at];

	return at > 0 && part->text[0] == '\0' && part[-1].text[0] == '\0' &&
	       part->at.line == part[-1].at.line &&
	       part->at.column == part[-1].at.column;
}

static int
read_list(struct ac_option_reading *r)
{
	int result = 0;

	for (size_t i = 0; i < r->item->part_count; i++) {
		if (is_told(r->item, i))
			continue;
		if (read_item(r, &r->item->parts[i]) != 0)
			result = -1;
	}
	if (r->item->part_count == 0 && must_not_be_empty(r->option))
		return ac_option_complain(r, &r->item->value_at,
		    "write a value or more, separated by commas",
		    "the list is empty");
	return result;
}

int
ac_option_value_read(struct ac_option_value *value, const struct ac_item *item,
    const struct ac_secret_lookup *lookup, struct ac_diags *diags)
{
	struct ac_option_reading r = { .value = value,
		.option = value->option,
		.item = item,
		.lookup = lookup,
		.diags = diags };

	value->present = true;
	return value->option->type == AUTHCHAIN_OPTION_LIST ? read_list(&r)
							    : read_single(&r);
}

void
ac_option_value_clear(struct ac_option_value *value)
{
	for (size_t i = 0; i < value->item_count; i++)
		free(value->items[i]);
	free(value->items);
	free(value->text);
	value->items = NULL;
	value->item_count = 0;
	value->text = NULL;
}
