/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configurations after accidents: bytes changed, lines lost, doubled and
 * swapped.  Whatever they say, what comes out keeps its promises.  Nothing is
 * opened or loaded: text, sections and values alone.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/options.h"
#include "engine/text.h"
#include "engine/value.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MAX_TEXT     8192

static const char *const modes[] = { "fast", "strict", NULL };
static const struct authchain_option schema[] = {
	{ .name = "resource", .type = AUTHCHAIN_OPTION_URL },
	{ .name = "identity",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_REQUIRED },
	{ .name = "anonymous",
	    .type = AUTHCHAIN_OPTION_BOOL,
	    .fallback = "no" },
	{ .name = "deadline",
	    .type = AUTHCHAIN_OPTION_DURATION,
	    .min = 1,
	    .max = 10000 },
	{ .name = "room",
	    .type = AUTHCHAIN_OPTION_SIZE,
	    .min = 16,
	    .max = 3 << 20 },
	{ .name = "limit",
	    .type = AUTHCHAIN_OPTION_INTEGER,
	    .min = -5,
	    .max = 100,
	    .fallback = "7" },
	{ .name = "password",
	    .type = AUTHCHAIN_OPTION_SECRET,
	    .purpose = "internal" },
	{ .name = "mode", .type = AUTHCHAIN_OPTION_ENUM, .choices = modes },
	{ .name = "token",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_ENVIRONMENT },
	{ .name = "guard",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY },
	{ .name = "type", .type = AUTHCHAIN_OPTION_STRING },
	{ .name = "file", .type = AUTHCHAIN_OPTION_PATH },
	{ .name = "purpose", .type = AUTHCHAIN_OPTION_STRING },
};

/* ---- promises ---------------------------------------------------------- */

static struct authchain_span source;

static void
check_place(uint32_t line, uint32_t column)
{
	struct authchain_span rest = source;
	size_t end;

	fuzz_promise(line > 0 && column > 0, "places are counted from 1");
	for (uint32_t i = 1; i < line; i++)
		rest = ac_span_cut(rest, ac_span_find(rest, '\n', 0) + 1,
		    rest.len);
	end = ac_span_find(rest, '\n', 0);
	fuzz_promise(rest.data <= source.data + source.len,
	    "a line is one of the text");
	fuzz_promise(column <= end + 1, "a column is one of the line");
}

struct last {
	uint32_t line, column;
	char text[1024];
};

static void
check_finding(void *arg, const struct authchain_diagnostic *d)
{
	struct last *last = arg;
	struct ac_text_fault fault;

	if (d->line > 0)
		check_place(d->line, d->column);
	fuzz_promise(d->text[0] != '\0', "a finding has a text");
	fuzz_promise(ac_text_check(ac_span_text(d->text), &fault) &&
			 ac_text_check(ac_span_text(d->hint), &fault),
	    "findings are plain text");
	fuzz_promise(d->line > last->line ||
			 (d->line == last->line && d->column >= last->column) ||
			 d->line == 0,
	    "findings are sorted");
	fuzz_promise(d->line != last->line || d->column != last->column ||
			 strncmp(d->text, last->text, sizeof(last->text) - 1) !=
			     0,
	    "nothing is said twice");
	last->line = d->line;
	last->column = d->column;
	(void)snprintf(last->text, sizeof(last->text), "%s", d->text);
}

static void
check_item(const struct ac_section *section, const struct ac_item *item)
{
	struct ac_text_fault fault;

	check_place(item->key_at.line, item->key_at.column);
	check_place(item->value_at.line, item->value_at.column);
	fuzz_promise(item->key[0] != '\0' &&
			 strlen(item->key) <= AC_CONF_MAX_NAME &&
			 ac_text_skip_word(ac_span_text(item->key), 0) ==
			     strlen(item->key),
	    "a key is a word");
	fuzz_promise(ac_section_find(section, item->key) == item,
	    "a key is there once");
	fuzz_promise(ac_text_check(ac_span_text(item->value), &fault),
	    "a value is plain text");
	fuzz_promise(!item->quoted || item->part_count == 1,
	    "a quoted value is one part");
	for (size_t i = 0; i < item->part_count; i++)
		check_place(item->parts[i].at.line, item->parts[i].at.column);
}

static void
check_section(const struct ac_conf_file *file, const struct ac_section *s)
{
	bool chain = strcmp(s->kind, "chain") == 0;

	fuzz_promise(chain || strcmp(s->kind, "plugin") == 0 ||
			 strcmp(s->kind, "secret") == 0,
	    "a kind is known");
	fuzz_promise(chain ? s->name[0] == '\0'
			   : ac_conf_is_name(ac_span_text(s->name)),
	    "a name is one, and a chain has none");
	fuzz_promise(ac_conf_find(file, s->kind, ac_span_text(s->name)) == s,
	    "a section is there once");
	check_place(s->at.line, s->at.column);
	for (size_t i = 0; i < s->item_count; i++)
		check_item(s, &s->items[i]);
}

static bool
has_broken(const struct ac_conf_file *file)
{
	for (size_t i = 0; i < file->section_count; i++) {
		const struct ac_section *s = &file->sections[i];

		for (size_t k = 0; k < s->item_count; k++) {
			if (s->items[k].broken)
				return true;
		}
	}
	return false;
}

/* ---- what is read is what is written ----------------------------------- */

static void
write_item(struct ac_buf *out, const struct ac_item *item)
{
	ac_buf_format(out, "%s = ", item->key);
	for (size_t i = 0; i < item->part_count; i++) {
		struct authchain_span part = ac_span_text(item->parts[i].text);

		if (i > 0)
			ac_buf_text(out, ", ");
		if (part.len > 0 || item->parts[i].quoted)
			ac_value_write(out, part);
	}
	ac_buf_byte(out, '\n');
}

/* Parts, whichever way they are quoted. */
static bool
is_same(const struct ac_conf_file *a, const struct ac_conf_file *b)
{
	struct ac_buf text_a, text_b;
	bool same = a->section_count == b->section_count;

	ac_buf_init(&text_a, (size_t)1 << 20);
	ac_buf_init(&text_b, (size_t)1 << 20);
	for (size_t i = 0; same && i < a->section_count; i++) {
		const struct ac_section *s = &a->sections[i];
		const struct ac_section *t = &b->sections[i];

		same = s->item_count == t->item_count;
		for (size_t k = 0; same && k < s->item_count; k++) {
			write_item(&text_a, &s->items[k]);
			write_item(&text_b, &t->items[k]);
		}
	}
	same = same && ac_span_is(ac_buf_span(&text_a), ac_buf_span(&text_b));
	ac_buf_clear(&text_a);
	ac_buf_clear(&text_b);
	return same;
}

static void
check_written(const struct ac_conf_file *file)
{
	struct ac_diags *diags = ac_diags_new(true);
	struct ac_conf_file again;
	struct ac_buf out;

	ac_buf_init(&out, (size_t)1 << 20);
	for (size_t i = 0; i < file->section_count; i++) {
		const struct ac_section *s = &file->sections[i];

		ac_buf_format(&out, "[%s %s]\n", s->kind, s->name);
		for (size_t k = 0; k < s->item_count; k++)
			write_item(&out, &s->items[k]);
	}
	ac_conf_parse(&again, "t", ac_buf_span(&out), diags);
	fuzz_promise(ac_diags_errors(diags) == 0 && is_same(file, &again),
	    "what is written reads back");
	ac_conf_file_clear(&again);
	ac_diags_free(&diags);
	ac_buf_clear(&out);
}

static struct ac_secret_list *
find_secret(void *arg, const char *name)
{
	static char own[] = "own", other[] = "other", internal[] = "internal";
	static struct ac_secret_list lists[] = {
		{ .name = own, .purpose = internal },
		{ .name = other, .purpose = other },
	};

	(void)arg;
	for (size_t i = 0; i < COUNT(lists); i++) {
		if (strcmp(lists[i].name, name) == 0)
			return &lists[i];
	}
	return NULL;
}

/* What was written is there, and what was not is not. */
static void
check_values(const struct ac_options *options, const struct ac_section *section)
{
	struct ac_secret_list *secret = ac_options_secret(options, "password");
	size_t count = ac_options_count(options, "identity");
	int64_t limit = ac_options_number(options, "limit");
	struct ac_buf out;

	for (size_t i = 0; i < section->item_count; i++) {
		const char *key = section->items[i].key;

		fuzz_promise(ac_options_is_set(options, key),
		    "what is written is set");
		fuzz_promise(ac_options_at(options, key)->line ==
				 section->items[i].value_at.line,
		    "and known by its place");
	}
	fuzz_promise(limit >= -5 && limit <= 100, "numbers keep their bounds");
	fuzz_promise(ac_options_is_set(options, "identity"),
	    "what is required is there");
	for (size_t i = 0; i < count; i++)
		fuzz_promise(ac_options_item(options, "identity", i).data !=
				     NULL &&
				 ac_options_item_at(options, "identity", i)
					 ->line > 0,
		    "each item is there");
	fuzz_promise(ac_options_item(options, "identity", count).data == NULL,
	    "and no more of them");
	fuzz_promise(secret == NULL || strcmp(secret->name, "own") == 0,
	    "a secret is of its purpose");
	fuzz_promise(!ac_options_is_set(options, "nobody's") &&
			 ac_options_text(options, "nobody's").data == NULL &&
			 ac_options_count(options, "nobody's") == 0,
	    "what is in no schema is not set");
	ac_buf_init(&out, (size_t)1 << 20);
	ac_options_print(options, &out);
	fuzz_promise(ac_buf_span(&out).len > 0, "it can be printed");
	ac_buf_clear(&out);
}

/* Of a secret that there is and that has no values, its own section was told:
 * nothing is said where it is used. */
static bool
names_failed(const struct ac_section *section)
{
	const struct ac_item *item = ac_section_find(section, "password");

	return item != NULL && strcmp(item->value, "@failed") == 0;
}

static void
check_bound(const struct ac_section *section, struct ac_diags *diags)
{
	static const char *const names[] = { "own", "other", "failed" };
	struct ac_secret_lookup lookup = { .find = find_secret,
		.names = names,
		.name_count = COUNT(names) };
	size_t errors = ac_diags_errors(diags);
	struct ac_options *options =
	    ac_options_bind(schema, COUNT(schema), section, &lookup, diags);
	bool broken = names_failed(section);

	for (size_t i = 0; i < section->item_count; i++)
		broken = broken || section->items[i].broken;
	fuzz_promise((options == NULL) ==
			 (broken || ac_diags_errors(diags) > errors),
	    "options are bound when nothing was wrong, and only then");
	if (options != NULL)
		check_values(options, section);
	ac_options_free(&options);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ac_diags *diags = ac_diags_new(false);
	struct last last = { 0, 0, "" };
	struct ac_conf_file file;

	(void)setenv("AC_TEST_WORD", "word, \"other\" # ${X}", 1);
	(void)unsetenv("AC_TEST_NONE");
	source = ac_span((const char *)data, size);
	ac_conf_parse(&file, "t", source, diags);
	for (size_t i = 0; i < file.section_count; i++)
		check_section(&file, &file.sections[i]);
	fuzz_promise(!has_broken(&file) || ac_diags_errors(diags) > 0,
	    "what is broken was told");
	if (ac_diags_errors(diags) == 0)
		check_written(&file);
	for (size_t i = 0; i < file.section_count; i++)
		check_bound(&file.sections[i], diags);
	ac_diags_deliver(diags, check_finding, &last);
	ac_conf_file_clear(&file);
	ac_diags_free(&diags);
	return 0;
}

/* ---- changes ----------------------------------------------------------- */

static const char *const words[] = { "\"", "\\", "#", " #", "=", ",", "[", "]",
	"\n", "\r\n", "\r", "\n ", "\n\t", " ", "\t", "${", "}", "$${", "@",
	"\xef\xbb\xbf", "\xc2\xa0", "\xe2\x80\x9c", "\xe2\x80\xae", "\xff",
	"\xed\xa0\x80", "[chain]", "[plugin x]\n", "[secret s]\n", "a = b\n",
	", ,", "\"\"", "\x1b", "\x7f", "plugin", "9223372036854775808",
	"https://u@h/", "${AC_TEST_WORD}", "${AC_TEST_NONE}", "\n\n", "yes",
	"x = \"", "a: b\n", "\nlimit = 100", "\nlimit = 101", "\nroom = 4MiB",
	"\nroom = 16", "\npassword = @own", "\npassword = @other",
	"\npassword = @owm", "\npassword = @failed", "\npassword = own",
	"\npassword = x", "\nfile = /a", "\nfile = a", NULL };

/* A piece of the text once more, elsewhere. */
static void
repeat(struct fuzz_text *text, struct fuzz_random *random)
{
	size_t at = fuzz_below(random, text->len + 1);
	size_t len = fuzz_below(random, text->len - at + 1);
	char piece[128];

	if (len > sizeof(piece))
		len = sizeof(piece);
	memcpy(piece, text->bytes + at, len);
	fuzz_splice(text, fuzz_below(random, text->len + 1), 0, piece, len);
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
    unsigned int seed)
{
	static const struct fuzz_words list = { words };
	struct fuzz_text text = { (char *)data, size,
		max_size < MAX_TEXT ? max_size : MAX_TEXT };
	struct fuzz_random random;
	const char *word;

	fuzz_random_seed(&random, seed);
	if (size > text.room)
		return LLVMFuzzerMutate(data, size, max_size);
	switch (fuzz_below(&random, 6)) {
	case 0:
	case 1:
		return LLVMFuzzerMutate(data, size, text.room);
	case 2:
		repeat(&text, &random);
		break;
	default:
		word = fuzz_word(&random, &list);
		fuzz_splice(&text, fuzz_below(&random, size + 1), 0, word,
		    strlen(word));
		break;
	}
	return text.len;
}
