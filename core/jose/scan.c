/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scanner: one pass over the text, a small stack of open objects and lists,
 * and of the names in them, to find a name that comes twice.  Nothing of the
 * token is acted on here, so the only harm it could do is to see another
 * object than jansson does; tests/scan-agree.c holds the two together.
 */
#include "jose/scan-parts.h"

#include <stdlib.h>

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
	const char *begin, *at, *end;
	struct ac_scan_member *member; /* whose value is read; NULL: none */
	enum ac_scan_result fault;
	size_t depth;
	struct level levels[AC_JSON_MAX_DEPTH];
	struct name *names, *more;
	size_t name_count, name_room;
	struct name few[FEW_NAMES];
};

/* Tokens seldom have any: one look then. */
static inline void
skip_space(struct reader *reader)
{
	while (reader->at < reader->end && (unsigned char)*reader->at <= ' ' &&
	       (*reader->at == ' ' || *reader->at == '\n' ||
		   *reader->at == '\t' || *reader->at == '\r'))
		reader->at++;
}

static bool
is_next(const struct reader *reader, char byte)
{
	return reader->at < reader->end && *reader->at == byte;
}

static uint16_t
place(const struct reader *reader, const char *at)
{
	return (uint16_t)(at - reader->begin);
}

static char *
in_copy(const struct reader *reader, const char *at)
{
	return reader->scan->copy + (at - reader->begin);
}

static bool
open_level(struct reader *reader, bool object)
{
	if (reader->depth == AC_JSON_MAX_DEPTH)
		return false;
	reader->levels[reader->depth++] = (struct level){ .object = object,
		.first_name = reader->name_count };
	reader->at++;
	return true;
}

static uint64_t
mix(uint64_t key, uint64_t part)
{
	key = (key ^ part) * UINT64_C(0x9e3779b97f4a7c15);
	return key ^ key >> 32;
}

/* The last 1 to 8 bytes, some of them twice. */
static uint64_t
last_part(const char *at, size_t len)
{
	uint32_t first, last;

	if (len < 4)
		return (uint64_t)(unsigned char)at[0] << 16 |
		       (uint64_t)(unsigned char)at[len / 2] << 8 |
		       (unsigned char)at[len - 1];
	memcpy(&first, at, 4);
	memcpy(&last, at + len - 4, 4);
	return (uint64_t)first << 32 | last;
}

uint64_t
ac_scan_key(struct authchain_span name)
{
	uint64_t key = name.len, part;
	size_t i;

	for (i = 0; i + 8 < name.len; i += 8) {
		memcpy(&part, name.data + i, 8);
		key = mix(key, part);
	}
	return i == name.len ? key
			     : mix(key, last_part(name.data + i, name.len - i));
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

/* Is it the first of that name in its object?  Then it is noted. */
static bool
add_name(struct reader *reader, struct level *level, struct authchain_span text)
{
	struct name name = { ac_scan_key(text), text };
	uint64_t bit = ac_scan_bit(name.key);
	size_t i;

	if ((level->seen & bit) != 0) {
		for (i = level->first_name; i < reader->name_count; i++) {
			if (reader->names[i].key == name.key &&
			    ac_span_is(reader->names[i].text, text))
				return false;
		}
	}
	if (!make_room(reader))
		return false;
	level->seen |= bit;
	reader->names[reader->name_count++] = name;
	return true;
}

/* A string from its opening quote on, as it stands in the copy afterwards. */
static bool
read_string(struct reader *reader, struct authchain_span *text)
{
	const char *from = reader->at + 1;
	bool escaped;
	size_t len;
	char *to;

	reader->at = from;
	if (!ac_scan_string(&reader->at, reader->end, &escaped))
		return false;
	len = (size_t)(reader->at - from) - 1;
	to = in_copy(reader, from);
	if (escaped)
		len = ac_scan_unescape(from, len, to);
	to[len] = '\0';
	*text = ac_span(to, len);
	return true;
}

static void
remember(struct reader *reader, struct authchain_span name)
{
	struct ac_scan *scan = reader->scan;

	reader->member = &scan->members[scan->count++];
	*reader->member = (struct ac_scan_member){
		.name_at = (uint16_t)(name.data - scan->copy),
		.name_len = (uint16_t)name.len,
	};
}

/* Up to the value of a member. */
static bool
read_name(struct reader *reader, struct level *level)
{
	struct authchain_span name;

	if (!is_next(reader, '"') || !read_string(reader, &name) ||
	    !add_name(reader, level, name))
		return false;
	if (reader->depth == 1)
		remember(reader, name);
	skip_space(reader);
	if (!is_next(reader, ':'))
		return false;
	reader->at++;
	skip_space(reader);
	return true;
}

static bool
read_word(struct reader *reader, uint16_t *type)
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

		if ((size_t)(reader->end - reader->at) >= len &&
		    memcmp(reader->at, words[i].word, len) == 0) {
			reader->at += len;
			*type = words[i].type;
			return true;
		}
	}
	return false;
}

/* A value that is neither object nor list. */
static bool
read_scalar(struct reader *reader)
{
	struct ac_scan_member *member = reader->member;
	const char *from = reader->at;
	struct authchain_span text = { NULL, 0 };
	uint16_t type = AUTHCHAIN_TYPE_STRING;
	bool good;

	if (reader->at == reader->end)
		return false;
	if (*reader->at == '"') {
		good = read_string(reader, &text);
		from++;
	} else if (*reader->at == '-' ||
		   (*reader->at >= '0' && *reader->at <= '9')) {
		enum ac_scan_result r =
		    ac_scan_number(&reader->at, reader->end, &type);

		if (r == AC_SCAN_NO_MEMORY)
			reader->fault = r;
		good = r == AC_SCAN_GOOD;
	} else {
		good = read_word(reader, &type);
	}
	if (good && member != NULL && reader->depth == 1) {
		member->type = type;
		member->value_at = place(reader, from);
		member->value_len =
		    (uint16_t)(text.data != NULL ? text.len
						 : (size_t)(reader->at - from));
		reader->member = NULL;
	}
	return good;
}

/* The next item of an open list or object; its value may be one to open. */
static bool
read_item(struct reader *reader, struct level *level)
{
	const uint16_t most =
	    (uint16_t)(level->object ? ac_json_token.max_members
				     : ac_json_token.max_items);

	if (level->count == most)
		return false;
	level->count++;
	if (level->object && !read_name(reader, level))
		return false;
	if (!is_next(reader, '{') && !is_next(reader, '['))
		return read_scalar(reader);
	if (reader->depth == 1 && reader->member != NULL) {
		reader->member->value_at = place(reader, reader->at);
		reader->member->type = *reader->at == '{'
					   ? AUTHCHAIN_TYPE_OBJECT
					   : AUTHCHAIN_TYPE_LIST;
	}
	return open_level(reader, *reader->at == '{');
}

static void
close_level(struct reader *reader)
{
	const struct level *level = &reader->levels[--reader->depth];
	struct ac_scan_member *member = reader->member;

	reader->at++;
	reader->name_count = level->first_name;
	if (reader->depth != 1 || member == NULL)
		return;
	member->count = level->count;
	member->value_len =
	    (uint16_t)(place(reader, reader->at) - member->value_at);
	reader->member = NULL;
}

/* From one item's beginning, or the end of its list, to the next. */
static bool
step(struct reader *reader)
{
	struct level *level = &reader->levels[reader->depth - 1];
	const size_t depth = reader->depth;
	const char closing = level->object ? '}' : ']';

	skip_space(reader);
	if (is_next(reader, closing) && level->count == 0) {
		close_level(reader);
	} else {
		if (!read_item(reader, level))
			return false;
		if (reader->depth > depth)
			return true;
	}
	while (reader->depth > 0) {
		level = &reader->levels[reader->depth - 1];
		skip_space(reader);
		if (is_next(reader, ',')) {
			reader->at++;
			skip_space(reader);
			/* an item must follow: what could close is none */
			return true;
		}
		if (!is_next(reader, level->object ? '}' : ']'))
			return false;
		close_level(reader);
	}
	return true;
}

static bool
read_text(struct reader *reader)
{
	skip_space(reader);
	if (!is_next(reader, '{') || !open_level(reader, true))
		return false;
	while (reader->depth > 0) {
		if (!step(reader))
			return false;
	}
	skip_space(reader);
	return reader->at == reader->end;
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
	reader.begin = reader.at = text.data;
	reader.end = text.data + text.len;
	reader.member = NULL;
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
