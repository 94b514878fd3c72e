/* SPDX-License-Identifier: BSD-2-Clause */
/* Promises, chance, and changes of text that keep most of its shape. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMBER_BYTES 8192

void
fuzz_promise(bool kept, const char *words)
{
	if (kept)
		return;
	fprintf(stderr, "broken promise: %s\n", words);
	abort();
}

void
fuzz_random_seed(struct fuzz_random *random, unsigned int seed)
{
	random->state = 0x9e3779b97f4a7c15u ^ ((uint64_t)seed << 20);
	(void)fuzz_below(random, 1);
}

size_t
fuzz_below(struct fuzz_random *random, size_t bound)
{
	random->state ^= random->state << 13;
	random->state ^= random->state >> 7;
	random->state ^= random->state << 17;
	return bound == 0 ? 0 : (size_t)((random->state >> 11) % bound);
}

void
fuzz_splice(struct fuzz_text *text, size_t at, size_t gone, const char *bytes,
    size_t len)
{
	if (text->len - gone + len > text->room)
		return;
	memmove(text->bytes + at + len, text->bytes + at + gone,
	    text->len - at - gone);
	if (len > 0)
		memcpy(text->bytes + at, bytes, len);
	text->len = text->len - gone + len;
}

const char *
fuzz_word(struct fuzz_random *random, const struct fuzz_words *of)
{
	size_t count = 0;

	while (of->list[count] != NULL)
		count++;
	return of->list[fuzz_below(random, count)];
}

static void
change_bytes(struct fuzz_text *text)
{
	text->len =
	    LLVMFuzzerMutate((uint8_t *)text->bytes, text->len, text->room);
}

static void
add_word(struct fuzz_text *text, struct fuzz_random *random,
    const struct fuzz_words *of)
{
	const char *word = fuzz_word(random, of);

	fuzz_splice(text, fuzz_below(random, text->len + 1), 0, word,
	    strlen(word));
}

size_t
fuzz_change(struct fuzz_text *text, unsigned int seed,
    const struct fuzz_words *words)
{
	struct fuzz_random random;

	fuzz_random_seed(&random, seed);
	if (fuzz_below(&random, 2) == 0)
		change_bytes(text);
	else
		add_word(text, &random, words);
	return text->len;
}

/* Some place of that byte, or the text's end. */
static size_t
some(const struct fuzz_text *text, char byte, struct fuzz_random *random)
{
	size_t start = fuzz_below(random, text->len + 1);

	for (size_t i = 0; i < text->len; i++) {
		size_t at = (start + i) % text->len;

		if (text->bytes[at] == byte)
			return at;
	}
	return text->len;
}

/* Where the value ends that begins at `at': behind its last byte. */
static size_t
value_end(const struct fuzz_text *text, size_t at)
{
	size_t depth = 0;
	bool quoted = false;

	for (; at < text->len; at++) {
		char byte = text->bytes[at];

		if (byte == '\\' && quoted)
			at++;
		else if (byte == '"')
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (byte == '{' || byte == '[')
			depth++;
		else if ((byte == '}' || byte == ']') && depth > 0)
			depth--;
		else if (depth == 0 && strchr(",}]", byte) != NULL)
			return at;
	}
	return text->len;
}

static void
change_value(struct fuzz_text *text, struct fuzz_random *random,
    const struct fuzz_words *values)
{
	size_t at = some(text, ':', random);
	const char *word = fuzz_word(random, values);

	if (at < text->len)
		fuzz_splice(text, at + 1, value_end(text, at + 1) - at - 1,
		    word, strlen(word));
}

static void
add_member(struct fuzz_text *text, struct fuzz_random *random,
    const struct fuzz_words *names, const struct fuzz_words *values)
{
	char member[MEMBER_BYTES];
	size_t at = some(text, '{', random);

	(void)snprintf(member, sizeof(member), "\"%s\":%s%s",
	    fuzz_word(random, names), fuzz_word(random, values),
	    at + 1 < text->len && text->bytes[at + 1] == '}' ? "" : ",");
	if (at < text->len)
		fuzz_splice(text, at + 1, 0, member, strlen(member));
}

static void
drop_member(struct fuzz_text *text, struct fuzz_random *random)
{
	size_t at = some(text, ',', random), end;

	if (at == text->len)
		return;
	end = value_end(text, at + 1);
	fuzz_splice(text, at, end - at, "", 0);
}

/* A piece of the text once more, elsewhere. */
static void
repeat(struct fuzz_text *text, struct fuzz_random *random)
{
	char piece[256];
	size_t at = some(text, ',', random), len;

	if (at == text->len)
		return;
	len = value_end(text, at + 1) - at;
	if (len > sizeof(piece))
		return;
	memcpy(piece, text->bytes + at, len);
	fuzz_splice(text, at, 0, piece, len);
}

void
fuzz_json(struct fuzz_text *text, struct fuzz_random *random,
    const struct fuzz_words *names, const struct fuzz_words *values)
{
	switch (fuzz_below(random, 10)) {
	case 0:
	case 1:
	case 2:
		change_value(text, random, values);
		break;
	case 3:
	case 4:
		add_member(text, random, names, values);
		break;
	case 5:
		drop_member(text, random);
		break;
	case 6:
		repeat(text, random);
		break;
	case 7:
		add_word(text, random,
		    fuzz_below(random, 2) == 0 ? names : values);
		break;
	default:
		change_bytes(text);
		break;
	}
}
