/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configurations after accidents: bytes changed, lines lost, doubled and
 * swapped, at random but the same in every run.  Whatever they say, what comes
 * out keeps its promises.  AUTHCHAIN_FUZZ_RUNS sets how many.
 */
#include "engine/options.h"
#include "engine/text.h"
#include "engine/value.h"

#include "findings.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define RUNS         4000
#define TEXT_BYTES   8192

static const char *const seeds[] = {
	"[chain]\n"
	"resource  = https://mcp.example.com/mcp # audience\n"
	"guard     = ratelimit\n"
	"identity  = internal, hs256,\n"
	"    # then\n"
	"    authkit\n"
	"anonymous = no\n"
	"deadline  = 2s\n"
	"\n"
	"[plugin internal]\n"
	"type   = static\n"
	"token  = @internal\n"
	"[secret internal]\n"
	"file    = /etc/authchain/internal.token\n"
	"purpose = internal\n",
	"[plugin x]\r\n"
	"deadline = 250ms\r\n"
	"identity = \"a, b\", c\r\n"
	"resource = \"https://a.example/x#y\"\r\n"
	"token = \"quoted \\\" and \\\\\" # \xc3\xa9\r\n",
	"[chain]\n[plugin a]\nidentity =\n\ta,\n\tb\n[plugin b]\n"
	"anonymous = yes\nroom = 64K\nlimit = -7\nmode = strict\n"
	"token = $${x} ${AC_TEST_WORD}\n",
};

static const char *const tokens[] = { "\"", "\\", "#", " #", "=", ",", "[", "]",
	"\n", "\r\n", "\r", "\n ", "\n\t", " ", "\t", "${", "}", "$${", "@",
	"\xef\xbb\xbf", "\xc2\xa0", "\xe2\x80\x9c", "\xe2\x80\xae", "\xff",
	"\xed\xa0\x80", "[chain]", "[plugin x]\n", "[secret s]\n", "a = b\n",
	", ,", "\"\"", "\x1b", "\x7f", "plugin", "9223372036854775808",
	"https://u@h/", "${AC_TEST_WORD}", "${AC_TEST_NONE}", "\n\n", "yes",
	"x = \"", "a: b\n" };

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
	{ .name = "room", .type = AUTHCHAIN_OPTION_SIZE },
	{ .name = "limit", .type = AUTHCHAIN_OPTION_INTEGER },
	{ .name = "mode", .type = AUTHCHAIN_OPTION_ENUM, .choices = modes },
	{ .name = "token",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_ENVIRONMENT },
	{ .name = "guard", .type = AUTHCHAIN_OPTION_LIST },
	{ .name = "type", .type = AUTHCHAIN_OPTION_STRING },
	{ .name = "file", .type = AUTHCHAIN_OPTION_PATH },
	{ .name = "purpose", .type = AUTHCHAIN_OPTION_STRING },
};

/* ---- accidents --------------------------------------------------------- */

static uint64_t state;

/* xorshift64 (Marsaglia 2003) */
static size_t
below(size_t bound)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return bound == 0 ? 0 : (size_t)(state % bound);
}

struct text {
	char bytes[TEXT_BYTES];
	size_t len;
};

static void
splice(struct text *t, size_t at, size_t gone, const char *bytes, size_t len)
{
	if (t->len - gone + len > TEXT_BYTES)
		return;
	memmove(t->bytes + at + len, t->bytes + at + gone, t->len - at - gone);
	memmove(t->bytes + at, bytes, len);
	t->len = t->len - gone + len;
}

static void
mutate(struct text *t)
{
	size_t at = below(t->len + 1);
	size_t some = below(t->len - at + 1);
	char piece[128];
	const char *token;

	switch (below(6)) {
	case 0:
		piece[0] = (char)below(256);
		splice(t, at, at < t->len, piece, 1);
		break;
	case 1:
		splice(t, at, some > 40 ? 40 : some, "", 0);
		break;
	case 2:
		if (some > sizeof(piece))
			some = sizeof(piece);
		memcpy(piece, t->bytes + at, some);
		splice(t, below(t->len + 1), 0, piece, some);
		break;
	default:
		token = tokens[below(COUNT(tokens))];
		splice(t, at, 0, token, strlen(token));
		break;
	}
}

/* ---- promises ---------------------------------------------------------- */

static const char *broken_promise;
static struct authchain_span source;

static void
promise(bool kept, const char *which)
{
	if (!kept && broken_promise == NULL)
		broken_promise = which;
}

static void
check_place(uint32_t line, uint32_t column)
{
	struct authchain_span rest = source;
	size_t end;

	promise(line > 0 && column > 0, "places are counted from 1");
	for (uint32_t i = 1; i < line; i++)
		rest = ac_span_cut(rest, ac_span_find(rest, '\n', 0) + 1,
		    rest.len);
	end = ac_span_find(rest, '\n', 0);
	promise(rest.data <= source.data + source.len,
	    "a line is one of the text");
	promise(column <= end + 1, "a column is one of the line");
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
	promise(d->text[0] != '\0', "a finding has a text");
	promise(ac_text_check(ac_span_text(d->text), &fault) &&
		    ac_text_check(ac_span_text(d->hint), &fault),
	    "findings are plain text");
	promise(d->line > last->line ||
		    (d->line == last->line && d->column >= last->column) ||
		    d->line == 0,
	    "findings are sorted");
	promise(d->line != last->line || d->column != last->column ||
		    strncmp(d->text, last->text, sizeof(last->text) - 1) != 0,
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
	promise(item->key[0] != '\0' && strlen(item->key) <= AC_CONF_MAX_NAME &&
		    ac_text_skip_word(ac_span_text(item->key), 0) ==
			strlen(item->key),
	    "a key is a word");
	promise(ac_section_find(section, item->key) == item,
	    "a key is there once");
	promise(ac_text_check(ac_span_text(item->value), &fault),
	    "a value is plain text");
	promise(!item->quoted || item->part_count == 1,
	    "a quoted value is one part");
	for (size_t i = 0; i < item->part_count; i++)
		check_place(item->parts[i].at.line, item->parts[i].at.column);
}

static void
check_section(const struct ac_conf_file *file, const struct ac_section *s)
{
	bool chain = strcmp(s->kind, "chain") == 0;

	promise(chain || strcmp(s->kind, "plugin") == 0 ||
		    strcmp(s->kind, "secret") == 0,
	    "a kind is known");
	promise(chain ? s->name[0] == '\0'
		      : ac_conf_is_name(ac_span_text(s->name)),
	    "a name is one, and a chain has none");
	promise(ac_conf_find(file, s->kind, ac_span_text(s->name)) == s,
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
	promise(ac_diags_errors(diags) == 0 && is_same(file, &again),
	    "what is written reads back");
	ac_conf_file_clear(&again);
	ac_diags_free(&diags);
	ac_buf_clear(&out);
}

static void
check_bound(const struct ac_section *section, struct ac_diags *diags)
{
	size_t errors = ac_diags_errors(diags);
	struct ac_options *options =
	    ac_options_bind(schema, COUNT(schema), section, NULL, diags);
	bool broken = false;

	for (size_t i = 0; i < section->item_count; i++)
		broken = broken || section->items[i].broken;
	promise((options == NULL) ==
		    (broken || ac_diags_errors(diags) > errors),
	    "options are bound when nothing was wrong, and only then");
	ac_options_free(&options);
}

static void
check_text(const struct text *t)
{
	struct ac_diags *diags = ac_diags_new(false);
	struct last last = { 0, 0, "" };
	struct ac_conf_file file;

	source = ac_span(t->bytes, t->len);
	ac_conf_parse(&file, "t", source, diags);
	for (size_t i = 0; i < file.section_count; i++)
		check_section(&file, &file.sections[i]);
	promise(!has_broken(&file) || ac_diags_errors(diags) > 0,
	    "what is broken was told");
	if (ac_diags_errors(diags) == 0)
		check_written(&file);
	for (size_t i = 0; i < file.section_count; i++)
		check_bound(&file.sections[i], diags);
	ac_diags_deliver(diags, check_finding, &last);
	ac_conf_file_clear(&file);
	ac_diags_free(&diags);
}

static void
show(const struct text *t)
{
	printf("# text:");
	for (size_t i = 0; i < t->len; i++)
		printf("%s%02x", i % 32 == 0 ? "\n# " : "",
		    (unsigned int)(unsigned char)t->bytes[i]);
	printf("\n");
}

int
main(void)
{
	const char *wanted = getenv("AUTHCHAIN_FUZZ_RUNS");
	long runs = wanted == NULL ? RUNS : strtol(wanted, NULL, 10);
	size_t mistaken = 0;

	(void)setenv("AC_TEST_WORD", "word, \"other\" # ${X}", 1);
	(void)unsetenv("AC_TEST_NONE");
	for (size_t s = 0; s < COUNT(seeds); s++) {
		state = 0x9e3779b97f4a7c15u + s;
		broken_promise = NULL;
		for (long i = 0; i < runs && broken_promise == NULL; i++) {
			struct text t = { .len = strlen(seeds[s]) };

			memcpy(t.bytes, seeds[s], t.len);
			for (size_t k = below(8); k > 0; k--)
				mutate(&t);
			check_text(&t);
			mistaken += broken_promise != NULL;
			if (broken_promise != NULL)
				show(&t);
		}
		ok(broken_promise == NULL, broken_promise == NULL
					       ? "all promises are kept"
					       : broken_promise);
	}
	return done() != 0 || mistaken > 0;
}
