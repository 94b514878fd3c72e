/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values against a schema: one option of each type and flag, and for each
 * mistake the one finding it makes.
 */
#include "engine/options.h"

#include "findings.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const modes[] = { "fast", "careful", "strict", NULL };
static const char *const algs[] = { "RS256", "ES256", "EdDSA", NULL };

static const struct authchain_option schema[] = {
	{ .name = "text", .type = AUTHCHAIN_OPTION_STRING },
	{ .name = "full",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY },
	{ .name = "env",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags =
		AUTHCHAIN_OPTION_ENVIRONMENT | AUTHCHAIN_OPTION_NOT_EMPTY },
	{ .name = "whole", .type = AUTHCHAIN_OPTION_INTEGER },
	{ .name = "limit",
	    .type = AUTHCHAIN_OPTION_INTEGER,
	    .min = -5,
	    .max = 10 },
	{ .name = "anonymous", .type = AUTHCHAIN_OPTION_BOOL },
	{ .name = "leeway",
	    .type = AUTHCHAIN_OPTION_DURATION,
	    .flags = AUTHCHAIN_OPTION_ENVIRONMENT,
	    .fallback = "60s",
	    .min = 1000,
	    .max = 300000 },
	{ .name = "room",
	    .type = AUTHCHAIN_OPTION_SIZE,
	    .min = 1024,
	    .max = 1 << 20 },
	{ .name = "mode",
	    .type = AUTHCHAIN_OPTION_ENUM,
	    .choices = modes,
	    .fallback = "careful" },
	{ .name = "scopes",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_ENVIRONMENT },
	{ .name = "algs",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .choices = algs,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .fallback = "RS256, ES256" },
	{ .name = "again",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AC_OPTION_REPEATS },
	{ .name = "issuer", .type = AUTHCHAIN_OPTION_URL },
	{ .name = "folder",
	    .type = AUTHCHAIN_OPTION_PATH,
	    .flags = AUTHCHAIN_OPTION_ENVIRONMENT },
	{ .name = "secret",
	    .type = AUTHCHAIN_OPTION_SECRET,
	    .purpose = "internal" },
	{ .name = "any-secret", .type = AUTHCHAIN_OPTION_SECRET },
};

static struct ac_secret_list internal = { .name = (char[]){ "internal" },
	.purpose = (char[]){ "internal" } };
static struct ac_secret_list external = { .name = (char[]){ "external" },
	.purpose = (char[]){ "external" } };
static struct ac_secret_list undeclared = { .name = (char[]){ "undeclared" },
	.purpose = (char[]){ "" } };

static struct ac_secret_list *
find_secret(void *arg, const char *name)
{
	struct ac_secret_list *const all[] = { &internal, &external,
		&undeclared };

	(void)arg;
	for (size_t i = 0; i < COUNT(all); i++) {
		if (strcmp(all[i]->name, name) == 0)
			return all[i];
	}
	return NULL;
}

static const char *const secret_names[] = { "internal", "external",
	"undeclared", "unreadable" };
static const struct ac_secret_lookup lookup = { .find = find_secret,
	.names = secret_names,
	.name_count = COUNT(secret_names) };

struct bound {
	struct ac_diags *diags;
	struct ac_conf_file file;
	struct ac_options *options;
};

/* lines: what stands below "[plugin x]". */
static void
bind_lines(struct bound *b, const struct authchain_option *options,
    size_t count, const char *lines)
{
	struct ac_buf text;

	ac_buf_init(&text, (size_t)1 << 20);
	ac_buf_format(&text, "[plugin x]\n%s", lines);
	b->diags = ac_diags_new(false);
	ac_conf_parse(&b->file, "t", ac_buf_span(&text), b->diags);
	b->options = ac_options_bind(options, count, &b->file.sections[0],
	    &lookup, b->diags);
	ac_buf_clear(&text);
}

static void
unbind(struct bound *b)
{
	ac_options_free(&b->options);
	ac_conf_file_clear(&b->file);
	ac_diags_free(&b->diags);
}

/* ---- what is read ------------------------------------------------------ */

/* What is bound, as ac_options_print has it. */
static const struct {
	const char *name, *lines, *printed;
} good[] = {
	{ "a string with commas", "text = a, b\n", "text = \"a, b\"\n" },
	{ "a string in quotes", "text = \"a # b\"\n", "text = \"a # b\"\n" },
	{ "a string with quotes and backslashes in it",
	    "text = \"a \\\"b\\\" \\\\\"\n", "text = \"a \\\"b\\\" \\\\\"\n" },
	{ "an empty string", "text =\n", "text = \"\"\n" },
	{ "${ itself", "text = a$${b}\n", "text = a$${b}\n" },
	{ "a dollar and ${ itself", "text = $$${b}\n", "text = $$${b}\n" },
	{ "a dollar alone", "text = $b$\n", "text = $b$\n" },
	{ "an environment variable", "env = <${AC_TEST_WORD}>\n",
	    "env = <word>\n" },
	{ "an environment variable in quotes", "env = \"${AC_TEST_WORD} #\"\n",
	    "env = \"word #\"\n" },
	{ "two environment variables", "env = ${AC_TEST_WORD}${AC_TEST_WORD}\n",
	    "env = wordword\n" },
	{ "what a variable holds is not expanded again",
	    "env = ${AC_TEST_DOLLAR}\n", "env = $${AC_TEST_WORD}\n" },
	{ "what a variable holds is not split",
	    "scopes = a, ${AC_TEST_COMMA}\n", "scopes = a, \"b,c\"\n" },
	{ "an empty variable beside text", "env = a${AC_TEST_EMPTY}\n",
	    "env = a\n" },
	{ "a duration from the environment", "leeway = ${AC_TEST_2M}\n",
	    "leeway = 2m\n" },
	{ "the least integer", "whole = -9223372036854775808\n",
	    "whole = -9223372036854775808\n" },
	{ "the greatest integer", "whole = \"9223372036854775807\"\n",
	    "whole = 9223372036854775807\n" },
	{ "integers at their bounds, below", "limit = -5\n", "limit = -5\n" },
	{ "integers at their bounds, above", "limit = 10\n", "limit = 10\n" },
	{ "yes", "anonymous = yes\n", "anonymous = yes\n" },
	{ "no", "anonymous = no\n", "anonymous = no\n" },
	{ "a duration at its least", "leeway = 1000ms\n", "leeway = 1000ms\n" },
	{ "a duration at its greatest", "leeway = 5m\n", "leeway = 5m\n" },
	{ "a size at its least", "room = 1K\n", "room = 1K\n" },
	{ "a size at its greatest", "room = 1M\n", "room = 1M\n" },
	{ "a choice", "mode = strict\n", "mode = strict\n" },
	{ "a fallback written out is no default", "mode = careful\n",
	    "mode = careful\n" },
	{ "a list", "scopes = a, \"b,c\", d e\n",
	    "scopes = a, \"b,c\", \"d e\"\n" },
	{ "an empty list", "scopes =\n", "scopes =\n" },
	{ "a list of choices", "algs = EdDSA, RS256\n",
	    "algs = EdDSA, RS256\n" },
	{ "a list that may repeat", "again = a, a\n", "again = a, a\n" },
	{ "a URL", "issuer = https://a.example\n",
	    "issuer = https://a.example\n" },
	{ "a URL with all there may be",
	    "issuer = http://127.0.0.1:8080/a-b_c/~d;e?g=h&i=%20\n",
	    "issuer = http://127.0.0.1:8080/a-b_c/~d;e?g=h&i=%20\n" },
	{ "a URL with every letter and digit at its end",
	    "issuer = https://azAZ09-_.example:1/%0f%9F%aF%Fa\n",
	    "issuer = https://azAZ09-_.example:1/%0f%9F%aF%Fa\n" },
	{ "a string of plain letters and digits", "text = azAZ09\n",
	    "text = azAZ09\n" },
	{ "a URL with a comma in quotes",
	    "issuer = \"http://a.example:65535/a,b\"\n",
	    "issuer = \"http://a.example:65535/a,b\"\n" },
	{ "a URL with an IPv6 address", "issuer = https://[2001:db8::1]:443/\n",
	    "issuer = https://[2001:db8::1]:443/\n" },
	{ "a URL with a query and no path", "issuer = https://a.example?b\n",
	    "issuer = https://a.example?b\n" },
	{ "a path", "folder = /a b/c\n", "folder = \"/a b/c\"\n" },
	{ "a path from the environment", "folder = /${AC_TEST_WORD}/c\n",
	    "folder = /word/c\n" },
	{ "a secret", "secret = @internal\n", "secret = @internal\n" },
	{ "a secret in quotes", "secret = \"@internal\"\n",
	    "secret = @internal\n" },
	{ "a secret without a declared purpose", "secret = @undeclared\n",
	    "secret = @undeclared\n" },
	{ "any secret where no purpose is asked for",
	    "any-secret = @external\n", "any-secret = @external\n" },
};

static char *
print(const struct ac_options *options)
{
	struct ac_buf out;

	ac_buf_init(&out, (size_t)1 << 20);
	if (options != NULL)
		ac_options_print(options, &out);
	return ac_buf_take(&out);
}

#define MARK " # default"

/* Only what was written. */
static void
drop_defaults(char *text)
{
	char *to = text;

	while (*text != '\0') {
		size_t len = strcspn(text, "\n") + 1;

		if (len < sizeof(MARK) || strncmp(text + len - sizeof(MARK),
					      MARK, sizeof(MARK) - 1) != 0) {
			memmove(to, text, len);
			to += len;
		}
		text += len;
	}
	*to = '\0';
}

static void
drop_marks(char *text)
{
	char *mark;

	while ((mark = strstr(text, MARK "\n")) != NULL)
		memmove(mark, mark + sizeof(MARK) - 1,
		    strlen(mark + sizeof(MARK) - 1) + 1);
}

/* What is printed reads back as the same values. */
static bool
reads_back(const char *printed)
{
	struct bound b;
	char *again, *first = strdup(printed);
	bool same;

	bind_lines(&b, schema, COUNT(schema), printed);
	again = print(b.options);
	drop_marks(first);
	same = b.options != NULL && strcmp(first, again) == 0;
	if (!same)
		printf("# printed <<%s>>\n# again <<%s>>\n", first, again);
	free(first);
	free(again);
	unbind(&b);
	return same;
}

static void
test_good(void)
{
	for (size_t i = 0; i < COUNT(good); i++) {
		struct bound b;
		char *said, *printed;
		bool right;

		bind_lines(&b, schema, COUNT(schema), good[i].lines);
		said = findings(b.diags);
		printed = print(b.options);
		right = said[0] == '\0' && reads_back(printed);
		drop_defaults(printed);
		right = right && strcmp(printed, good[i].printed) == 0;
		ok(right, good[i].name);
		if (!right)
			printf("# said <<%s>>\n# printed <<%s>>\n", said,
			    printed);
		free(said);
		free(printed);
		unbind(&b);
	}
}

static void
test_getters(void)
{
	struct bound b;
	const struct ac_position *at;
	char *printed;

	bind_lines(&b, schema, COUNT(schema),
	    "scopes = a,\n  b\nanonymous = yes\nroom = 2K\nmode = strict\n"
	    "secret = @internal\nissuer = https://x\n");
	ok(b.options != NULL, "the options are bound");
	ok(ac_options_is_set(b.options, "scopes") &&
		!ac_options_is_set(b.options, "leeway") &&
		!ac_options_is_set(b.options, "text") &&
		!ac_options_is_set(b.options, "unheard-of"),
	    "set is what was written, no fallback");
	ok(ac_options_number(b.options, "leeway") == 60000 &&
		ac_options_number(b.options, "room") == 2048 &&
		ac_options_number(b.options, "anonymous") == 1 &&
		ac_options_number(b.options, "mode") == 2 &&
		ac_options_number(b.options, "whole") == 0 &&
		ac_options_number(b.options, "unheard-of") == 0,
	    "numbers in ms, bytes, 0 and 1, indexes");
	ok(ac_span_is_text(ac_options_text(b.options, "mode"), "strict") &&
		ac_span_is_text(ac_options_text(b.options, "issuer"),
		    "https://x") &&
		ac_options_text(b.options, "text").data == NULL &&
		ac_options_text(b.options, "secret").data == NULL &&
		ac_options_text(b.options, "unheard-of").data == NULL,
	    "texts; without a value they have no data");
	ok(ac_options_count(b.options, "scopes") == 2 &&
		ac_options_count(b.options, "algs") == 2 &&
		ac_options_count(b.options, "unheard-of") == 0 &&
		ac_span_is_text(ac_options_item(b.options, "scopes", 1), "b") &&
		ac_span_is_text(ac_options_item(b.options, "algs", 1),
		    "ES256") &&
		ac_options_item(b.options, "scopes", 2).data == NULL,
	    "items, written and of a fallback");
	ok(ac_options_secret(b.options, "secret") == &internal &&
		ac_options_secret(b.options, "any-secret") == NULL &&
		ac_options_secret(b.options, "unheard-of") == NULL,
	    "secrets");
	at = ac_options_at(b.options, "room");
	ok(at->line == 5 && at->column == 8, "where a value stands");
	at = ac_options_at(b.options, "leeway");
	ok(at->line == 1 && at->column == 1,
	    "a fallback stands at the section");
	at = ac_options_item_at(b.options, "scopes", 1);
	ok(at->line == 3 && at->column == 3, "where an item stands");
	at = ac_options_item_at(b.options, "algs", 0);
	ok(at->line == 1, "a fallback's item stands at the section");
	unbind(&b);
	bind_lines(&b, schema, COUNT(schema), "");
	printed = print(b.options);
	ok(strcmp(printed, "leeway = 60s # default\n"
			   "mode = careful # default\n"
			   "algs = RS256, ES256 # default\n") == 0,
	    "fallbacks are printed as such");
	free(printed);
	unbind(&b);
}

/* ---- mistakes ---------------------------------------------------------- */

#define INLINE                                                                 \
	"secret: the value is not @NAME (and is not shown here) | secrets "    \
	"are never inline: write @NAME and a [secret NAME] section\n"
#define SPELT "durations are written 250ms, 30s, 5m, 24h or 7d"
#define FULL  "write it in full: https://HOST/PATH"

static const struct {
	const char *name, *lines, *said;
} bad[] = {
	/* keys */
	{ "an unknown option with a near one", "isuer = https://x\n",
	    "t:2:1: unknown option \"isuer\" in [plugin x] | did you mean "
	    "\"issuer\"?\n" },
	{ "an unknown option in upper case", "Issuer = https://x\n",
	    "t:2:1: unknown option \"Issuer\" in [plugin x] | did you mean "
	    "\"issuer\"?\n" },
	{ "an unknown option with nothing near", "kubernetes = 1\n",
	    "t:2:1: unknown option \"kubernetes\" in [plugin x] | known: text, "
	    "full, env, whole, limit, anonymous, leeway, room, mode, scopes, "
	    "algs, again, issuer, folder, secret, any-secret\n" },
	{ "an unknown option that may be a piece of a secret",
	    "SEKRETwu9fA = =\n",
	    "t:2:1: unknown option (not shown) in [plugin x] | known: text, "
	    "full, env, whole, limit, anonymous, leeway, room, mode, scopes, "
	    "algs, again, issuer, folder, secret, any-secret\n" },
	{ "two unknown options", "txet = 1\nfulll = 2\n",
	    "t:2:1: unknown option \"txet\" in [plugin x] | did you mean "
	    "\"text\"?\n"
	    "t:3:1: unknown option \"fulll\" in [plugin x] | did you mean "
	    "\"full\"?\n" },
	{ "what was refused as text is not refused again",
	    "issuer = \"x\nlimit 5\nkubernetes\n",
	    "t:2:10: the quote that opens here is not closed | close it on the "
	    "same line; a quote inside is written \\\"\n"
	    "t:3:1: no = after \"limit\" | write KEY = VALUE, or # before a "
	    "comment\n"
	    "t:4:1: no = after \"kubernetes\" | write KEY = VALUE, or # before "
	    "a comment\n" },
	{ "all mistakes at once", "limit = x\nanonymous = 1\nleeway = 9\n",
	    "t:2:9: limit: \"x\" is not a whole number\n"
	    "t:3:13: anonymous: \"1\" is neither yes nor no | write yes\n"
	    "t:4:10: leeway: \"9\" is not a duration | a unit is missing: "
	    "write 9s, or 9m for minutes\n" },
	/* strings */
	{ "an empty string where it may not be", "full =\n",
	    "t:2:6: full: the value is empty | write a value, or "
	    "delete the line\n" },
	{ "an empty quoted string where it may not be", "full = \"\"\n",
	    "t:2:8: full: the value is empty | write a value, or "
	    "delete the line\n" },
	{ "a string partly in quotes", "text = a, \"b\"\n",
	    "t:2:11: text: a part of the text is in quotes | put all of it in "
	    "quotes\n" },
	/* environment */
	{ "${ where no environment is taken", "text = a${HOME}\n",
	    "t:2:8: text: ${ has no meaning here | this option takes nothing "
	    "from the environment; for the characters themselves write "
	    "$${\n" },
	{ "${ in quotes where no environment is taken", "text = \"${HOME}\"\n",
	    "t:2:8: text: ${ has no meaning here | this option takes nothing "
	    "from the environment; for the characters themselves write "
	    "$${\n" },
	{ "${ in an integer", "limit = ${AC_TEST_WORD}\n",
	    "t:2:9: limit: ${ has no meaning here | this option takes nothing "
	    "from the environment; for the characters themselves write "
	    "$${\n" },
	{ "a variable that is not set", "env = ${AC_TEST_NONE}\n",
	    "t:2:7: env: environment variable \"AC_TEST_NONE\" is not set | "
	    "set it where the program is started\n" },
	{ "a variable of a list that is not set",
	    "scopes = a,\n  ${AC_TEST_NONE}\n",
	    "t:3:3: scopes: environment variable \"AC_TEST_NONE\" is not set | "
	    "set it where the program is started\n" },
	{ "a reference that is not closed", "env = ${AC_TEST_WORD\n",
	    "t:2:7: env: ${ without a closing } | write ${NAME}, or $${ for ${ "
	    "itself\n" },
	{ "a shell's default value", "env = ${AC_TEST_WORD:-x}\n",
	    "t:2:7: env: \"AC_TEST_WORD:-x\" is not the name of an environment "
	    "variable | only ${NAME} is known, and $${ for ${ itself\n" },
	{ "a reference without a name", "env = ${}\n",
	    "t:2:7: env: \"\" is not the name of an environment variable | "
	    "only ${NAME} is known, and $${ for ${ itself\n" },
	{ "a name with a hyphen", "env = ${A-B}\n",
	    "t:2:7: env: \"A-B\" is not the name of an environment variable | "
	    "only ${NAME} is known, and $${ for ${ itself\n" },
	{ "a name that begins with a digit", "env = ${0A}\n",
	    "t:2:7: env: \"0A\" is not the name of an environment variable | "
	    "only ${NAME} is known, and $${ for ${ itself\n" },
	{ "an empty variable where empty is refused",
	    "env = ${AC_TEST_EMPTY}\n",
	    "t:2:7: env: the value is empty | look at the environment\n" },
	{ "an empty variable in a list", "scopes = a, ${AC_TEST_EMPTY}\n",
	    "t:2:13: scopes: an item of the list is empty | is there a comma "
	    "too many?\n" },
	{ "a variable with a newline", "env = ${AC_TEST_NEWLINE}\n",
	    "t:2:7: env: environment variable \"AC_TEST_NEWLINE\" holds "
	    "the control character U+000A\n" },
	{ "a variable that is not UTF-8", "env = ${AC_TEST_LATIN}\n",
	    "t:2:7: env: environment variable \"AC_TEST_LATIN\" holds a "
	    "byte that is not UTF-8 (0xe9)\n" },
	{ "what a variable holds is not shown", "leeway = ${AC_TEST_WORD}\n",
	    "t:2:10: leeway: \"${AC_TEST_WORD}\" is not a duration | " SPELT
	    "\n" },
	{ "nor a number it holds", "leeway = ${AC_TEST_7}\n",
	    "t:2:10: leeway: \"${AC_TEST_7}\" is not a duration | " SPELT
	    "\n" },
	{ "nor an item of a list that was there",
	    "scopes = word, ${AC_TEST_WORD}\n",
	    "t:2:16: scopes: \"${AC_TEST_WORD}\" is in the list already | "
	    "delete one "
	    "of them\n" },
	{ "a variable makes a value too long",
	    "env = ${AC_TEST_LONG}${AC_TEST_LONG}\n",
	    "t:2:7: env: the value is longer than 16384 bytes, or out of "
	    "memory\n" },
	/* integers */
	{ "no integer", "whole = five\n",
	    "t:2:9: whole: \"five\" is not a whole number\n" },
	{ "a fraction", "whole = 1.5\n",
	    "t:2:9: whole: \"1.5\" is not a whole number\n" },
	{ "a hexadecimal number", "whole = 0x10\n",
	    "t:2:9: whole: \"0x10\" is not a whole number\n" },
	{ "a plus sign", "whole = +1\n",
	    "t:2:9: whole: \"+1\" is not a whole number\n" },
	{ "leading zeros", "whole = 007\n",
	    "t:2:9: whole: \"007\" is not a whole number | write it without "
	    "leading zeros\n" },
	{ "one more than 64 bits hold", "whole = 9223372036854775808\n",
	    "t:2:9: whole: \"9223372036854775808\" is not a whole number | it "
	    "does not fit 64 bits\n" },
	{ "an empty integer", "whole =\n",
	    "t:2:7: whole: the value is empty | write a value, or "
	    "delete the line\n" },
	{ "a list for an integer", "whole = 1, 2\n",
	    "t:2:12: whole: takes one value, not a list | in quotes a comma is "
	    "part of the value\n" },
	{ "one below the least", "limit = -6\n",
	    "t:2:9: limit: \"-6\" is less than the least allowed, -5 | write "
	    "one from -5 to 10\n" },
	{ "one above the most", "limit = 11\n",
	    "t:2:9: limit: \"11\" is more than the most allowed, 10 | write "
	    "one from -5 to 10\n" },
	/* yes and no */
	{ "true", "anonymous = true\n",
	    "t:2:13: anonymous: \"true\" is neither yes nor no | write "
	    "yes\n" },
	{ "on", "anonymous = on\n",
	    "t:2:13: anonymous: \"on\" is neither yes nor no | write yes\n" },
	{ "1", "anonymous = 1\n",
	    "t:2:13: anonymous: \"1\" is neither yes nor no | write yes\n" },
	{ "Yes", "anonymous = Yes\n",
	    "t:2:13: anonymous: \"Yes\" is neither yes nor no | write yes\n" },
	{ "false", "anonymous = false\n",
	    "t:2:13: anonymous: \"false\" is neither yes nor no | write "
	    "no\n" },
	{ "off", "anonymous = off\n",
	    "t:2:13: anonymous: \"off\" is neither yes nor no | write no\n" },
	{ "0", "anonymous = 0\n",
	    "t:2:13: anonymous: \"0\" is neither yes nor no | write no\n" },
	{ "perhaps", "anonymous = perhaps\n",
	    "t:2:13: anonymous: \"perhaps\" is neither yes nor no | write yes "
	    "or no\n" },
	{ "nothing for yes or no", "anonymous =\n",
	    "t:2:11: anonymous: the value is empty | write a value, or "
	    "delete the line\n" },
	/* durations and sizes */
	{ "a duration without a unit", "leeway = 30\n",
	    "t:2:10: leeway: \"30\" is not a duration | a unit is missing: "
	    "write 30s, or 30m for minutes\n" },
	{ "a duration with white space", "leeway = 30 s\n",
	    "t:2:10: leeway: \"30 s\" is not a duration | " SPELT "\n" },
	{ "a duration of two units", "leeway = 1m30s\n",
	    "t:2:10: leeway: \"1m30s\" is not a duration | " SPELT "\n" },
	{ "a negative duration", "leeway = -1s\n",
	    "t:2:10: leeway: \"-1s\" is not a duration | " SPELT "\n" },
	{ "a duration too short", "leeway = 999ms\n",
	    "t:2:10: leeway: \"999ms\" is less than the least allowed, 1s | "
	    "write "
	    "one from 1s to 5m\n" },
	{ "a duration too long", "leeway = 301s\n",
	    "t:2:10: leeway: \"301s\" is more than the most allowed, 5m | "
	    "write "
	    "one from 1s to 5m\n" },
	{ "a size with a lower case unit", "room = 64k\n",
	    "t:2:8: room: \"64k\" is not a size | sizes are written 512, 64K, "
	    "1M or 2G\n" },
	{ "a size in KB", "room = 64KB\n",
	    "t:2:8: room: \"64KB\" is not a size | sizes are written 512, 64K, "
	    "1M or 2G\n" },
	{ "a size too small", "room = 1023\n",
	    "t:2:8: room: \"1023\" is less than the least allowed, 1K | write "
	    "one from 1K to 1M\n" },
	{ "a size too great", "room = 1025K\n",
	    "t:2:8: room: \"1025K\" is more than the most allowed, 1M | write "
	    "one from 1K to 1M\n" },
	/* choices and lists */
	{ "an unknown choice with a near one", "mode = strickt\n",
	    "t:2:8: mode: unknown value \"strickt\" | did you mean "
	    "\"strict\"?\n" },
	{ "an unknown choice", "mode = x\n",
	    "t:2:8: mode: unknown value \"x\" | known: fast, careful, "
	    "strict\n" },
	{ "two choices for one", "mode = fast, strict\n",
	    "t:2:14: mode: takes one value, not a list | in quotes a comma is "
	    "part of the value\n" },
	{ "an empty item in a list", "scopes = a,, b\n",
	    "t:2:12: scopes: an item of the list is empty | is there a comma "
	    "too many?\n" },
	{ "a comma at the end", "scopes = a,\n",
	    "t:2:11: scopes: an item of the list is empty | is there a comma "
	    "too many?\n" },
	{ "a comma at the front", "scopes = , a\n",
	    "t:2:10: scopes: an item of the list is empty | is there a comma "
	    "too many?\n" },
	{ "a comma alone is one mistake", "scopes = ,\n",
	    "t:2:10: scopes: an item of the list is empty | is there a comma "
	    "too many?\n" },
	{ "an empty item in quotes", "scopes = a, \"\"\n",
	    "t:2:13: scopes: an item of the list is empty | delete it\n" },
	{ "an item twice", "scopes = a, b,\n  a\n",
	    "t:3:3: scopes: \"a\" is in the list already | delete one "
	    "of them\n" },
	{ "an empty list where it may not be", "algs =\n",
	    "t:2:6: algs: the list is empty | write a value or more, "
	    "separated by commas\n" },
	{ "unknown items, each told", "algs = RS265, ES256, none\n",
	    "t:2:8: algs: unknown value \"RS265\" | did you mean \"RS256\"?\n"
	    "t:2:22: algs: unknown value \"none\" | known: RS256, ES256, "
	    "EdDSA\n" },
	{ "an item in the wrong case", "algs = rs256\n",
	    "t:2:8: algs: unknown value \"rs256\" | did you mean "
	    "\"RS256\"?\n" },
	/* URLs and paths */
	{ "a URL without a scheme", "issuer = a.example\n",
	    "t:2:10: issuer: \"a.example\" is not a URL: it does not begin "
	    "with https:// or http:// | " FULL "\n" },
	{ "a URL of another scheme", "issuer = ftp://a.example\n",
	    "t:2:10: issuer: \"ftp://a.example\" is not a URL: it does not "
	    "begin with https:// or http:// | " FULL "\n" },
	{ "a scheme in upper case", "issuer = HTTPS://a.example\n",
	    "t:2:10: issuer: \"HTTPS://a.example\" is not a URL: it does not "
	    "begin with https:// or http:// | " FULL "\n" },
	{ "one slash", "issuer = https:/a.example\n",
	    "t:2:10: issuer: \"https:/a.example\" is not a URL: it does not "
	    "begin with https:// or http:// | " FULL "\n" },
	{ "no host", "issuer = https://\n",
	    "t:2:10: issuer: \"https://\" is not a URL: it has no host | " FULL
	    "\n" },
	{ "a port and no host", "issuer = https://:443/\n",
	    "t:2:10: issuer: \"https://:443/\" is not a URL: it has no host "
	    "| " FULL "\n" },
	{ "a path and no host", "issuer = https:///x\n",
	    "t:2:10: issuer: \"https:///x\" is not a URL: it has no host "
	    "| " FULL "\n" },
	{ "a user, whose password is not shown",
	    "issuer = https://u:SEKRET@a.example\n",
	    "t:2:10: issuer: the value (not shown) is not a URL: it names a "
	    "user | " FULL "\n" },
	{ "a token in a query is not shown",
	    "issuer = https://a b/?token=SEKRET\n",
	    "t:2:10: issuer: the value (not shown) is not a URL: it has white "
	    "space | " FULL "\n" },
	{ "a fragment", "issuer = https://a.example/#f\n",
	    "t:2:10: issuer: \"https://a.example/#f\" is not a URL: it has a "
	    "fragment | " FULL "\n" },
	{ "white space", "issuer = https://a.example/a b\n",
	    "t:2:10: issuer: \"https://a.example/a b\" is not a URL: it has "
	    "white space | " FULL "\n" },
	{ "a letter beyond ASCII", "issuer = https://m\xc3\xbc.example\n",
	    "t:2:10: issuer: \"https://m\\xc3\\xbc.example\" is not a URL: "
	    "other characters than ASCII are written as %XX | " FULL "\n" },
	{ "a backslash", "issuer = https://a.example\\b\n",
	    "t:2:10: issuer: \"https://a.example\\\\b\" is not a URL: it has a "
	    "character that URLs don't have | " FULL "\n" },
	{ "a stray percent sign", "issuer = https://a.example/100%\n",
	    "t:2:10: issuer: \"https://a.example/100%\" is not a URL: % stands "
	    "before two hexadecimal digits only | " FULL "\n" },
	{ "a percent sign before one digit", "issuer = https://a/%4\n",
	    "t:2:10: issuer: \"https://a/%4\" is not a URL: % stands before "
	    "two hexadecimal digits only | " FULL "\n" },
	{ "a percent sign before a letter", "issuer = https://a/%4g\n",
	    "t:2:10: issuer: \"https://a/%4g\" is not a URL: % stands before "
	    "two hexadecimal digits only | " FULL "\n" },
	{ "a bracket in the host", "issuer = https://a]b/\n",
	    "t:2:10: issuer: \"https://a]b/\" is not a URL: the host has a "
	    "character that hosts don't have | " FULL "\n" },
	{ "a letter that is no digit in an address",
	    "issuer = https://[::g]/\n",
	    "t:2:10: issuer: \"https://[::g]/\" is not a URL: the host has a "
	    "character that hosts don't have | " FULL "\n" },
	{ "an empty address", "issuer = https://[]/\n",
	    "t:2:10: issuer: \"https://[]/\" is not a URL: it has no host "
	    "| " FULL "\n" },
	{ "a percent sign in the host", "issuer = https://a%20b/\n",
	    "t:2:10: issuer: \"https://a%20b/\" is not a URL: the host has a "
	    "character that hosts don't have | " FULL "\n" },
	{ "port 0", "issuer = https://a:0/\n",
	    "t:2:10: issuer: \"https://a:0/\" is not a URL: the port is not a "
	    "number from 1 to 65535 | " FULL "\n" },
	{ "port 65536", "issuer = https://a:65536\n",
	    "t:2:10: issuer: \"https://a:65536\" is not a URL: the port is not "
	    "a number from 1 to 65535 | " FULL "\n" },
	{ "a port that is 80 in 32 bits", "issuer = https://a:4294967376\n",
	    "t:2:10: issuer: \"https://a:4294967376\" is not a URL: the port "
	    "is not a number from 1 to 65535 | " FULL "\n" },
	{ "a port with a letter", "issuer = https://a:8o/\n",
	    "t:2:10: issuer: \"https://a:8o/\" is not a URL: the port is not "
	    "a number from 1 to 65535 | " FULL "\n" },
	{ "an empty port", "issuer = https://a:/\n",
	    "t:2:10: issuer: \"https://a:/\" is not a URL: the port is not a "
	    "number from 1 to 65535 | " FULL "\n" },
	{ "an open bracket", "issuer = https://[::1/\n",
	    "t:2:10: issuer: \"https://[::1/\" is not a URL: the [ of the "
	    "address is not closed | " FULL "\n" },
	{ "text behind an address", "issuer = https://[::1]x/\n",
	    "t:2:10: issuer: \"https://[::1]x/\" is not a URL: the port is not "
	    "a number from 1 to 65535 | " FULL "\n" },
	{ "a URL with a comma outside quotes", "issuer = https://a/b,c\n",
	    "t:2:22: issuer: takes one value, not a list | in quotes a comma "
	    "is part of the value\n" },
	{ "a relative path", "folder = a/b\n",
	    "t:2:10: folder: \"a/b\" is not an absolute path | begin with "
	    "/\n" },
	{ "a path below a home", "folder = ~/a\n",
	    "t:2:10: folder: \"~/a\" is not an absolute path | ~ is not "
	    "expanded; begin with /\n" },
	{ "a path from an empty variable", "folder = ${AC_TEST_EMPTY}\n",
	    "t:2:10: folder: the value is empty | look at the "
	    "environment\n" },
	/* secrets */
	{ "an inline secret is not shown", "secret = hunter2\n",
	    "t:2:10: " INLINE },
	{ "an inline secret in quotes is not shown", "secret = \"hunter 2\"\n",
	    "t:2:10: " INLINE },
	{ "nor one that begins with @", "secret = @Hunter2!\n",
	    "t:2:10: " INLINE },
	{ "@ alone", "secret = @\n", "t:2:10: " INLINE },
	{ "an environment variable as a secret", "secret = ${AC_TEST_WORD}\n",
	    "t:2:10: " INLINE },
	{ "the @ was forgotten", "secret = internal\n",
	    "t:2:10: secret: the name of a secret begins with @ | write "
	    "@internal\n" },
	{ "an unknown secret with a near one", "secret = @internl\n",
	    "t:2:10: secret: there is no [secret internl] | did you mean "
	    "\"internal\"?\n" },
	{ "an unknown secret", "secret = @x\n",
	    "t:2:10: secret: there is no [secret x] | known: internal, "
	    "external, undeclared, unreadable\n" },
	{ "a secret of another purpose", "secret = @external\n",
	    "t:2:10: secret: secret \"external\" is for \"external\"; this "
	    "option takes \"internal\" | one secret serves one purpose: make "
	    "another\n" },
	{ "two secrets", "secret = @internal, @external\n",
	    "t:2:21: secret: takes one value, not a list | in quotes a comma "
	    "is part of the value\n" },
	{ "a secret that could not be loaded was reported there",
	    "secret = @unreadable\n", "" },
	{ "no secret", "secret =\n",
	    "t:2:8: secret: the value is empty | write a value, or "
	    "delete the line\n" },
};

static void
test_bad(void)
{
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct bound b;

		bind_lines(&b, schema, COUNT(schema), bad[i].lines);
		findings_are(b.diags, bad[i].said, bad[i].name);
		if (b.options != NULL)
			ok(false, "and nothing is bound");
		unbind(&b);
	}
}

static void
check_url(size_t len, const char *said, const char *name)
{
	struct bound b;
	struct ac_buf lines;

	ac_buf_init(&lines, 8192);
	ac_buf_text(&lines, "issuer = https://a/");
	while (lines.len < len + 9)
		ac_buf_byte(&lines, 'x');
	bind_lines(&b, schema, COUNT(schema), lines.data);
	findings_are(b.diags, said, name);
	if ((b.options != NULL) != (said[0] == '\0'))
		ok(false, "and it is bound when nothing was told");
	ac_buf_clear(&lines);
	unbind(&b);
}

#define X45 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static void
test_bounds(void)
{
	check_url(2048, "", "a URL of 2048 bytes");
	check_url(2049,
	    "t:2:10: issuer: \"https://a/" X45 "xxxxxxxxx\"... is not a URL: "
	    "it is longer than 2048 bytes | " FULL "\n",
	    "a URL of 2049 bytes");
}

static const struct authchain_option needy[] = {
	{ .name = "issuer",
	    .help = "who signs",
	    .type = AUTHCHAIN_OPTION_URL,
	    .flags = AUTHCHAIN_OPTION_REQUIRED },
	{ .name = "secret",
	    .type = AUTHCHAIN_OPTION_SECRET,
	    .flags = AUTHCHAIN_OPTION_REQUIRED },
};

static void
test_required(void)
{
	struct bound b;

	bind_lines(&b, needy, COUNT(needy), "");
	findings_are(b.diags,
	    "t:1:1: [plugin x] needs the option \"issuer\" | add issuer = URL: "
	    "who signs\n"
	    "t:1:1: [plugin x] needs the option \"secret\" | add secret = "
	    "@secret\n",
	    "each missing option is told");
	unbind(&b);
	bind_lines(&b, needy, COUNT(needy),
	    "isuer = https://a\nsecret = @internal\n");
	findings_are(b.diags,
	    "t:2:1: unknown option \"isuer\" in [plugin x] | did you mean "
	    "\"issuer\"?\n",
	    "a mistyped option is not missing as well");
	unbind(&b);
	bind_lines(&b, needy, COUNT(needy), "issuer = \"\nsecret\n");
	findings_are(b.diags,
	    "t:2:10: the quote that opens here is not closed | close it on the "
	    "same line; a quote inside is written \\\"\n"
	    "t:3:1: no = after \"secret\" | write KEY = VALUE, or # before a "
	    "comment\n",
	    "an option with a faulty line is not missing as well");
	unbind(&b);
}

static void
test_schema(void)
{
	static const struct authchain_option wrong[] = {
		{ .name = "ttl",
		    .type = AUTHCHAIN_OPTION_DURATION,
		    .fallback = "5 minutes" },
		{ .name = "text",
		    .type = AUTHCHAIN_OPTION_STRING,
		    .fallback = "\"a" },
		{ .name = "list",
		    .type = AUTHCHAIN_OPTION_LIST,
		    .fallback = "a, a, a" },
	};
	static const struct authchain_option newer[] = {
		{ .name = "shape", .type = 99 },
	};
	struct bound b;

	bind_lines(&b, wrong, COUNT(wrong), "");
	findings_are(b.diags,
	    "t:1:1: the plugin's own value for \"ttl\" is wrong: ttl: \"5 "
	    "minutes\" is not a duration | a mistake in the plugin: report it; "
	    "until then set the option\n"
	    "t:1:1: the plugin's own value for \"text\" is wrong: the quote "
	    "that opens here is not closed | a mistake in the plugin: report "
	    "it; until then set the option\n"
	    "t:1:1: the plugin's own value for \"list\" is wrong: list: \"a\" "
	    "is in the list already | a mistake in the plugin: report it; "
	    "until then set the option\n",
	    "a fallback that is wrong is the plugin's mistake");
	ok(b.options == NULL, "and nothing is bound");
	unbind(&b);
	bind_lines(&b, wrong, COUNT(wrong), "ttl = 5m\ntext = a\nlist = a\n");
	ok(b.options != NULL, "and has no effect where the option is set");
	unbind(&b);
	bind_lines(&b, newer, COUNT(newer), "shape = round\n");
	findings_are(b.diags,
	    "t:2:9: shape: options of type 99 are not known | the plugin is "
	    "newer than this version of authchain\n",
	    "a type from the future");
	unbind(&b);
	bind_lines(&b, newer, COUNT(newer), "");
	ok(b.options != NULL, "which nobody uses");
	unbind(&b);
	bind_lines(&b, NULL, 0, "a = b\n");
	findings_are(b.diags, "t:2:1: unknown option \"a\" in [plugin x]\n",
	    "a schema without options");
	unbind(&b);
	ok(strcmp(ac_option_type_name(AUTHCHAIN_OPTION_LIST),
	       "list of strings") == 0 &&
		strcmp(ac_option_type_name(AUTHCHAIN_OPTION_SECRET),
		    "@secret") == 0 &&
		strcmp(ac_option_type_name(0), "unknown type") == 0 &&
		strcmp(ac_option_type_name(11), "unknown type") == 0,
	    "types have names");
}

static void
set_environment(void)
{
	static char long_value[10001];

	memset(long_value, 'x', sizeof(long_value) - 1);
	(void)setenv("AC_TEST_WORD", "word", 1);
	(void)setenv("AC_TEST_DOLLAR", "${AC_TEST_WORD}", 1);
	(void)setenv("AC_TEST_COMMA", "b,c", 1);
	(void)setenv("AC_TEST_EMPTY", "", 1);
	(void)setenv("AC_TEST_2M", "2m", 1);
	(void)setenv("AC_TEST_7", "7", 1);
	(void)setenv("AC_TEST_NEWLINE", "a\nb", 1);
	(void)setenv("AC_TEST_LATIN", "a\xe9", 1);
	(void)setenv("AC_TEST_LONG", long_value, 1);
	(void)unsetenv("AC_TEST_NONE");
}

int
main(void)
{
	set_environment();
	test_good();
	test_getters();
	test_bad();
	test_bounds();
	test_required();
	test_schema();
	return done();
}
