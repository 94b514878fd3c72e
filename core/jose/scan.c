/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scanner: one pass over the text, a small stack of open objects and lists,
 * and of the names in them, to find a name that comes twice.  Nothing of the
 * token is acted on here, so the only harm it could do is to see another
 * object than jansson does; tests/scan-agree.c holds the two together.
 */
#include "jose/scan-parts.h"

#include <stdlib.h>

#include "jose/scan-plain.h"

#define FEW_NAMES 64
/* The shortest member, "":0, with its comma. */
#define LEAST_MEMBER_BYTES 5

/* Names of objects that are still open; the key says whether it is worth
 * comparing two. */
struct name {
	uint64_t key;
	struct authchain_span text;
};

struct level {
	uint64_t seen; /* bit per key: a name with this one was met */
	size_t first_name;
	uint16_t count;
	bool object;
};

struct reader {
	struct ac_scan *scan;
	const char *begin, *end;
	enum ac_scan_result fault;
	size_t depth;
	struct level levels[AC_JSON_MAX_DEPTH];
	struct name *names, *more;
	size_t name_count, name_room;
	struct name few[FEW_NAMES];
};

/* All that reads takes the place to read at and returns the one behind, or NULL
 * where the text is refused. */

/* Tokens seldom have any: one look then. */
static inline const char *
skip_space(const struct reader *reader, const char *at)
{
	while (at < reader->end && (unsigned char)*at <= ' ' &&
	       (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r'))
		at++;
	return at;
}

static inline bool
is_next(const struct reader *reader, const char *at, char byte)
{
	return at < reader->end && *at == byte;
}

static inline uint16_t
place(const struct reader *reader, const char *at)
{
	return (uint16_t)(at - reader->begin);
}

/* The member of the object itself whose value is read. */
static inline struct ac_scan_member *
last_member(const struct reader *reader)
{
	return &reader->scan->members[reader->scan->count - 1];
}

static const char *
open_level(struct reader *reader, const char *at)
{
	if (reader->depth == AC_JSON_MAX_DEPTH)
		return NULL;
	reader->levels[reader->depth++] = (struct level){ .object = *at == '{',
		.first_name = reader->name_count };
	return at + 1;
}

/* Room for one name more. */
static bool
make_room(struct reader *reader)
{
	size_t most =
	    (size_t)(reader->end - reader->begin) / LEAST_MEMBER_BYTES + 1;

	if (reader->name_count < reader->name_room)
		return true;
	if (reader->more == NULL)
		reader->more = malloc((most + FEW_NAMES) * sizeof(struct name));
	if (reader->more == NULL) {
		reader->fault = AC_SCAN_NO_MEMORY;
		return false;
	}
	memcpy(reader->more, reader->few, sizeof(reader->few));
	reader->names = reader->more;
	reader->name_room = most + FEW_NAMES;
	return true;
}

static bool
is_known(const struct reader *reader, const struct level *level,
    const struct name *name)
{
	size_t i;

	for (i = level->first_name; i < reader->name_count; i++) {
		if (reader->names[i].key == name->key &&
		    ac_span_is(reader->names[i].text, name->text))
			return true;
	}
	return false;
}

/* Is it the first of that name in its object?  Then it is noted. */
static inline bool
add_name(struct reader *reader, struct level *level, struct authchain_span text)
{
	struct name name = { ac_scan_key(text), text };
	uint64_t bit = ac_scan_bit(name.key);

	if (((level->seen & bit) != 0 && is_known(reader, level, &name)) ||
	    !make_room(reader))
		return false;
	level->seen |= bit;
	reader->names[reader->name_count++] = name;
	return true;
}

/* What is not plain to its end, from the first byte on. */
static const char *
read_odd_string(const struct reader *reader, const char *from,
    struct authchain_span *text)
{
	const char *at = from;
	bool escaped;

	if (!ac_scan_string(&at, reader->end, &escaped))
		return NULL;
	text->len = (size_t)(at - from) - 1;
	if (escaped)
		text->len = ac_scan_unescape(from, text->len,
		    reader->scan->copy + (from - reader->begin));
	return at;
}

/* A string behind its opening quote, as it stands in the copy afterwards. */
static inline const char *
read_string(const struct reader *reader, const char *from,
    struct authchain_span *text)
{
	char *to = reader->scan->copy + (from - reader->begin);
	const char *at = ac_scan_plain(from, reader->end);

	text->data = to;
	text->len = (size_t)(at - from);
	if (is_next(reader, at, '"'))
		at++;
	else if ((at = read_odd_string(reader, from, text)) == NULL)
		return NULL;
	to[text->len] = '\0';
	return at;
}

/* Up to the value of a member. */
static inline const char *
read_name(struct reader *reader, const char *at, struct level *level)
{
	struct ac_scan *scan = reader->scan;
	struct authchain_span name;

	if (!is_next(reader, at, '"') ||
	    (at = read_string(reader, at + 1, &name)) == NULL ||
	    !add_name(reader, level, name))
		return NULL;
	if (reader->depth == 1)
		scan->members[scan->count++] = (struct ac_scan_member){
			.name_at = (uint16_t)(name.data - scan->copy),
			.name_len = (uint16_t)name.len,
		};
	at = skip_space(reader, at);
	return is_next(reader, at, ':') ? skip_space(reader, at + 1) : NULL;
}

static const char *
read_word(const struct reader *reader, const char *at, uint16_t *type)
{
	static const struct {
		const char *word;
		uint16_t type;
	} words[] = {
		{ "true", AUTHCHAIN_TYPE_BOOL },
		{ "false", AUTHCHAIN_TYPE_BOOL },
		{ "null", AUTHCHAIN_TYPE_NULL },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i].word);

		if ((size_t)(reader->end - at) >= len &&
		    memcmp(at, words[i].word, len) == 0) {
			*type = words[i].type;
			return at + len;
		}
	}
	return NULL;
}

static const char *
read_number(struct reader *reader, const char *at, uint16_t *type)
{
	enum ac_scan_result r = ac_scan_number(&at, reader->end, type);

	if (r == AC_SCAN_NO_MEMORY)
		reader->fault = r;
	return r == AC_SCAN_GOOD ? at : NULL;
}

/* A value that is neither object nor list. */
static inline const char *
read_scalar(struct reader *reader, const char *at)
{
	struct authchain_span text = { NULL, 0 };
	const char *from = at;
	uint16_t type = AUTHCHAIN_TYPE_STRING;

	if (at == reader->end)
		return NULL;
	if (*at == '"')
		at = read_string(reader, ++from, &text);
	else if (*at == '-' || (*at >= '0' && *at <= '9'))
		at = read_number(reader, at, &type);
	else
		at = read_word(reader, at, &type);
	if (at != NULL && reader->depth == 1) {
		struct ac_scan_member *member = last_member(reader);

		member->type = type;
		member->value_at = place(reader, from);
		member->value_len =
		    (uint16_t)(text.data != NULL ? text.len
						 : (size_t)(at - from));
	}
	return at;
}

/* The next item of an open list or object; its value may be one to open. */
static const char *
read_item(struct reader *reader, const char *at, struct level *level)
{
	const uint16_t most =
	    (uint16_t)(level->object ? ac_json_token.max_members
				     : ac_json_token.max_items);

	if (level->count == most)
		return NULL;
	level->count++;
	if (level->object && (at = read_name(reader, at, level)) == NULL)
		return NULL;
	if (!is_next(reader, at, '{') && !is_next(reader, at, '['))
		return read_scalar(reader, at);
	if (reader->depth == 1) {
		last_member(reader)->value_at = place(reader, at);
		last_member(reader)->type =
		    *at == '{' ? AUTHCHAIN_TYPE_OBJECT : AUTHCHAIN_TYPE_LIST;
	}
	return open_level(reader, at);
}

static const char *
close_level(struct reader *reader, const char *at)
{
	const struct level *level = &reader->levels[--reader->depth];
	struct ac_scan_member *member;

	reader->name_count = level->first_name;
	if (reader->depth == 1) {
		member = last_member(reader);
		member->count = level->count;
		member->value_len =
		    (uint16_t)(place(reader, at + 1) - member->value_at);
	}
	return at + 1;
}

/* Of the object or list that was opened last: all that is left of it, or up to
 * the next one to open. */
static const char *
read_items(struct reader *reader, const char *at)
{
	struct level *level = &reader->levels[reader->depth - 1];
	const size_t depth = reader->depth;
	const char closing = level->object ? '}' : ']';

	do {
		at = skip_space(reader, at);
		if (is_next(reader, at, closing))
			return close_level(reader, at);
		/* behind a comma an item must follow: what closes is none */
		if (level->count > 0) {
			if (!is_next(reader, at, ','))
				return NULL;
			at = skip_space(reader, at + 1);
		}
		at = read_item(reader, at, level);
	} while (at != NULL && reader->depth == depth);
	return at;
}

static bool
read_text(struct reader *reader)
{
	const char *at = skip_space(reader, reader->begin);

	if (!is_next(reader, at, '{'))
		return false;
	at = open_level(reader, at);
	while (at != NULL && reader->depth > 0)
		at = read_items(reader, at);
	return at != NULL && skip_space(reader, at) == reader->end;
}

enum ac_scan_result
ac_scan_object(struct ac_scan *scan, struct authchain_span text, char *copy)
{
	struct reader reader;

	scan->text = text;
	scan->copy = copy;
	scan->count = 0;
	scan->seen = 0;
	if (text.len > ac_json_token.max_bytes)
		return AC_SCAN_REFUSED;
	reader.scan = scan;
	reader.begin = text.data;
	reader.end = text.data + text.len;
	reader.fault = AC_SCAN_REFUSED;
	reader.depth = reader.name_count = 0;
	reader.levels[0].seen = 0;
	reader.names = reader.few;
	reader.name_room = FEW_NAMES;
	reader.more = NULL;
	if (read_text(&reader))
		reader.fault = AC_SCAN_GOOD;
	scan->seen = reader.levels[0].seen;
	free(reader.more);
	return reader.fault;
}
