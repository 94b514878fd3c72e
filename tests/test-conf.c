/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The language of configuration files: what is read, and for each mistake the
 * one finding it makes.  Every refused text is also the proof that nothing
 * else is said about it.
 */
#include "engine/conf.h"

#include "findings.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- what is read ------------------------------------------------------ */

static void
dump_item(struct ac_buf *out, const struct ac_item *item)
{
	ac_buf_format(out, "%u:%u %s=", (unsigned int)item->key_at.line,
	    (unsigned int)item->value_at.column, item->key);
	ac_buf_format(out, item->quoted ? "\"%s\"" : "%s", item->value);
	for (size_t i = 0; i < item->part_count; i++)
		ac_buf_format(out, "|%s%s", item->parts[i].text,
		    item->parts[i].quoted ? "\"" : "");
	ac_buf_text(out, item->broken ? " broken\n" : "\n");
}

/* The caller's to free. */
static char *
dump(const struct ac_conf_file *file)
{
	struct ac_buf out;

	ac_buf_init(&out, (size_t)16 << 20);
	for (size_t i = 0; i < file->section_count; i++) {
		const struct ac_section *s = &file->sections[i];

		ac_buf_format(&out, "%u:%u [%s%s%s]\n",
		    (unsigned int)s->at.line, (unsigned int)s->at.column,
		    s->kind, s->name[0] == '\0' ? "" : " ", s->name);
		for (size_t k = 0; k < s->item_count; k++)
			dump_item(&out, &s->items[k]);
	}
	return ac_buf_take(&out);
}

static const struct {
	const char *name, *text, *read;
} good[] = {
	{ "an empty file", "", "" },
	{ "comments and blank lines alone", "# a\n\n  # b\n \t\n", "" },
	{ "a chain and a plugin", "[chain]\na = b\n[plugin x]\nc = d\n",
	    "1:1 [chain]\n2:5 a=b|b\n3:1 [plugin x]\n4:5 c=d|d\n" },
	{ "the last line needs no newline", "[chain]\na = b",
	    "1:1 [chain]\n2:5 a=b|b\n" },
	{ "lines may end in CR LF", "[chain]\r\na = b\r\n\r\n[plugin x]\r\n",
	    "1:1 [chain]\n2:5 a=b|b\n4:1 [plugin x]\n" },
	{ "white space around everything",
	    "[ \tplugin \t x ]  # c\na\t =\tb c \t# d\n",
	    "1:1 [plugin x]\n2:6 a=b c|b c\n" },
	{ "no white space around =", "[chain]\na=b\n",
	    "1:1 [chain]\n2:3 a=b|b\n" },
	{ "the value may hold =", "[chain]\na = b=c==\n",
	    "1:1 [chain]\n2:5 a=b=c==|b=c==\n" },
	{ "an empty value", "[chain]\na =\nb = # c\n",
	    "1:1 [chain]\n2:3 a=\n3:3 b=\n" },
	{ "a quoted empty value", "[chain]\na = \"\"\n",
	    "1:1 [chain]\n2:5 a=\"\"|\"\n" },
	{ "# without white space before it is text", "[chain]\na = b#c\n",
	    "1:1 [chain]\n2:5 a=b#c|b#c\n" },
	{ "# in quotes is text", "[chain]\na = \"b # c\" # d\n",
	    "1:1 [chain]\n2:5 a=\"b # c\"|b # c\"\n" },
	{ "escapes in quotes", "[chain]\na = \"\\\"\\\\\"\n",
	    "1:1 [chain]\n2:5 a=\"\"\\\"|\"\\\"\n" },
	{ "white space in quotes stays", "[chain]\na = \" b\t\"\n",
	    "1:1 [chain]\n2:5 a=\" b\t\"| b\t\"\n" },
	{ "a backslash outside quotes is text", "[chain]\na = \\n\n",
	    "1:1 [chain]\n2:5 a=\\n|\\n\n" },
	{ "a list", "[chain]\na = b, c ,d\n",
	    "1:1 [chain]\n2:5 a=b, c ,d|b|c|d\n" },
	{ "a comma in quotes does not split", "[chain]\na = \"b,c\", d\n",
	    "1:1 [chain]\n2:5 a=\"b,c\", d|b,c\"|d\n" },
	{ "empty parts are kept for who knows the type", "[chain]\na = ,b,,\n",
	    "1:1 [chain]\n2:5 a=,b,,||b||\n" },
	{ "a list continues on indented lines", "[chain]\na = b,\n  c,\n\td\n",
	    "1:1 [chain]\n2:5 a=b, c, d|b|c|d\n" },
	{ "a list begins on an indented line", "[chain]\na =\n  b,\n  c\n",
	    "1:1 [chain]\n2:3 a=b, c|b|c\n" },
	{ "comments between continuation lines",
	    "[chain]\na = b, # first\n# second\n  # third\n  c\n",
	    "1:1 [chain]\n2:5 a=b, c|b|c\n" },
	{ "text goes on with one space", "[chain]\na = b  # c\n   d\n",
	    "1:1 [chain]\n2:5 a=b d|b d\n" },
	{ "KEY = VALUE goes on with a list after a comma",
	    "[chain]\na = b=c,\n  d=e\n",
	    "1:1 [chain]\n2:5 a=b=c, d=e|b=c|d=e\n" },
	{ "an address in brackets goes on with a value",
	    "[chain]\na = x\n  [::1]:80\n",
	    "1:1 [chain]\n2:5 a=x [::1]:80|x [::1]:80\n" },
	{ "UTF-8 of every length",
	    "[chain]\na = \xc3\xa9\xe2\x82\xac\xf0\x9f\x94\x91\n",
	    "1:1 [chain]\n2:5 "
	    "a=\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\x91|"
	    "\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\x91\n" },
	{ "the last code point, and the last before the surrogates",
	    "# \xf4\x8f\xbf\xbf \xed\x9f\xbf \xee\x80\x80 \xc2\xa0\n", "" },
	{ "neighbours of what is not seen",
	    "# \xc2\xac \xc2\xae \xe2\x80\x8a \xe2\x80\x90 \xe2\x80\xa7 "
	    "\xe2\x80\xaf \xe2\x81\x9f \xe2\x81\xb0 \xef\xbb\xbe\n",
	    "" },
	{ "a no-break space in a comment and in quotes",
	    "[chain]\na = \"\xc2\xa0\" # \xc2\xa0\n",
	    "1:1 [chain]\n2:5 a=\"\xc2\xa0\"|\xc2\xa0\"\n" },
	{ "one name in two kinds", "[plugin x]\n[secret x]\n",
	    "1:1 [plugin x]\n2:1 [secret x]\n" },
	{ "one key in two sections", "[plugin x]\na=1\n[plugin y]\na=2\n",
	    "1:1 [plugin x]\n2:3 a=1|1\n3:1 [plugin y]\n4:3 a=2|2\n" },
	{ "names with digits, - and _", "[plugin 09az-_]\n",
	    "1:1 [plugin 09az-_]\n" },
	{ "keys with upper case are for the schema to judge",
	    "[chain]\nA_b-9 = x\n", "1:1 [chain]\n2:9 A_b-9=x|x\n" },
};

static void
test_good(void)
{
	for (size_t i = 0; i < COUNT(good); i++) {
		struct ac_diags *diags = ac_diags_new(true);
		struct ac_conf_file file;
		char *said, *read;

		ac_conf_parse(&file, "t", ac_span_text(good[i].text), diags);
		said = findings(diags);
		read = dump(&file);
		ok(said[0] == '\0' && strcmp(read, good[i].read) == 0,
		    good[i].name);
		if (said[0] != '\0' || strcmp(read, good[i].read) != 0)
			printf("# said <<%s>>\n# read <<%s>>\n", said, read);
		free(said);
		free(read);
		ac_conf_file_clear(&file);
		ac_diags_free(&diags);
	}
}

/* ---- mistakes ---------------------------------------------------------- */

#define KINDS     "write [chain], [plugin NAME] or [secret NAME]"
#define KEY_VALUE "write KEY = VALUE, or # before a comment"
#define NAMES                                                                  \
	"names are made of a-z, 0-9, - and _, and begin with a letter or "     \
	"digit"

struct bad {
	const char *name, *text, *said;
	const char *read; /* NULL: not looked at */
};

static const struct bad bad_bytes[] = {
	{ "a byte that is not UTF-8", "[chain]\na = b\xe9\n",
	    "t:2:6: a byte that is not UTF-8 (0xe9) | save the file as UTF-8\n",
	    "1:1 [chain]\n2:3 a= broken\n" },
	{ "the second byte of a sequence is wrong", "# \xc3(\n",
	    "t:1:3: a byte that is not UTF-8 (0xc3) | save the file as UTF-8\n",
	    "" },
	{ "a sequence is cut off by the line's end", "# \xe2\x82\n",
	    "t:1:3: a byte that is not UTF-8 (0xe2) | save the file as UTF-8\n",
	    "" },
	{ "an overlong slash", "# \xc0\xaf\n",
	    "t:1:3: a byte that is not UTF-8 (0xc0) | save the file as UTF-8\n",
	    "" },
	{ "an overlong sequence of three", "# \xe0\x80\xaf\n",
	    "t:1:3: a byte that is not UTF-8 (0xe0) | save the file as UTF-8\n",
	    "" },
	{ "a surrogate", "# \xed\xa0\x80\n",
	    "t:1:3: a byte that is not UTF-8 (0xed) | save the file as UTF-8\n",
	    "" },
	{ "a code point above U+10FFFF", "# \xf4\x90\x80\x80\n",
	    "t:1:3: a byte that is not UTF-8 (0xf4) | save the file as UTF-8\n",
	    "" },
	{ "only the first bad byte of a line is told", "# \xe9\xe9\n# \xe8\n",
	    "t:1:3: a byte that is not UTF-8 (0xe9) | save the file as UTF-8\n"
	    "t:2:3: a byte that is not UTF-8 (0xe8) | save the file as UTF-8\n",
	    "" },
	{ "a bad byte in a name does not orphan the keys below",
	    "[plugin \xe9]\na = b\n",
	    "t:1:9: a byte that is not UTF-8 (0xe9) | save the file as UTF-8\n",
	    "" },
	{ "a bad byte in a header's comment loses nothing",
	    "[plugin x] # \xe9\na = b\n",
	    "t:1:14: a byte that is not UTF-8 (0xe9) | save the file as "
	    "UTF-8\n",
	    "1:1 [plugin x]\n2:5 a=b|b\n" },
	{ "a bad byte in a continuation breaks the value alone",
	    "[chain]\na = b,\n  \xe9\nc = d\n",
	    "t:3:3: a byte that is not UTF-8 (0xe9) | save the file as UTF-8\n",
	    "1:1 [chain]\n2:5 a=b,|b broken\n4:5 c=d|d\n" },
	{ "ESC", "[chain]\na = \x1b[31m\n",
	    "t:2:5: the control character U+001B | delete it\n", NULL },
	{ "DEL", "# \x7f\n",
	    "t:1:3: the control character U+007F | delete it\n", NULL },
	{ "a control character of two bytes", "# \xc2\x85\n",
	    "t:1:3: the control character U+0085 | delete it\n", NULL },
	{ "CR alone ends no line", "[chain]\ra = b\n",
	    "t:1:8: the control character U+000D | end lines with LF or CR "
	    "LF\n",
	    "1:1 [chain]\n" },
	{ "a vertical tab is no white space", "[chain]\na =\vb\n",
	    "t:2:4: the control character U+000B | delete it\n", NULL },
	{ "a byte order mark", "\xef\xbb\xbf[chain]\na = b\n",
	    "t:1:1: the file begins with a byte order mark | save the file as "
	    "UTF-8 without a byte order mark\n",
	    "1:1 [chain]\n2:5 a=b|b\n" },
	{ "a byte order mark on a later line", "[chain]\n\xef\xbb\xbf\n",
	    "t:2:1: the character U+FEFF, which is not seen | delete it\n",
	    NULL },
	{ "UTF-16, little endian", "\xff\xfe[",
	    "t:1:1: the file is UTF-16 | save the file as UTF-8\n", "" },
	{ "UTF-16, big endian", "\xfe\xff",
	    "t:1:1: the file is UTF-16 | save the file as UTF-8\n", "" },
	{ "text that turns direction, even in a comment", "# \xe2\x80\xae\n",
	    "t:1:3: the character U+202E, which is not seen | delete it\n",
	    NULL },
	{ "an isolate", "# \xe2\x81\xa6\n",
	    "t:1:3: the character U+2066, which is not seen | delete it\n",
	    NULL },
	{ "a zero width space", "[chain]\na\xe2\x80\x8b = b\n",
	    "t:2:2: the character U+200B, which is not seen | delete it\n",
	    NULL },
	{ "a mark from right to left", "# \xe2\x80\x8f\n",
	    "t:1:3: the character U+200F, which is not seen | delete it\n",
	    NULL },
	{ "a word joiner", "# \xe2\x81\xa0\n",
	    "t:1:3: the character U+2060, which is not seen | delete it\n",
	    NULL },
	{ "the last of the format characters", "# \xe2\x81\xaf\n",
	    "t:1:3: the character U+206F, which is not seen | delete it\n",
	    NULL },
	{ "the first and last of the second controls",
	    "# \xc2\x80\n# \xc2\x9f\n",
	    "t:1:3: the control character U+0080 | delete it\n"
	    "t:2:3: the control character U+009F | delete it\n",
	    NULL },
	{ "the last control before the space", "# \x1f\n",
	    "t:1:3: the control character U+001F | delete it\n", NULL },
	{ "a soft hyphen", "[chain]\na = \"\xc2\xad\"\n",
	    "t:2:6: the character U+00AD, which is not seen | delete it\n",
	    NULL },
	{ "a line separator", "# \xe2\x80\xa8\n",
	    "t:1:3: the character U+2028, which is not seen | delete it\n",
	    NULL },
};

static const struct bad bad_headers[] = {
	{ "no closing bracket", "[plugin x\na = b\n",
	    "t:1:1: the bracket that opens here is not closed | " KINDS "\n",
	    "1:1 [plugin x]\n2:5 a=b|b\n" },
	{ "the closing bracket is in a comment", "[plugin x # ]\n",
	    "t:1:1: the bracket that opens here is not closed | " KINDS "\n",
	    "1:1 [plugin x]\n" },
	{ "text behind the bracket", "[plugin x] y\na = b\n",
	    "t:1:12: text behind a section's closing bracket | begin a new "
	    "line\n",
	    "1:1 [plugin x]\n2:5 a=b|b\n" },
	{ "a key behind the bracket", "[chain] a = b\n",
	    "t:1:9: text behind a section's closing bracket | begin a new "
	    "line\n",
	    "1:1 [chain]\n" },
	{ "a comment without white space before it", "[chain]# c\n",
	    "t:1:8: text behind a section's closing bracket | begin a new "
	    "line\n",
	    "1:1 [chain]\n" },
	{ "two brackets", "[[chain]]\n",
	    "t:1:9: text behind a section's closing bracket | begin a new "
	    "line\n",
	    NULL },
	{ "an empty header", "[]\n",
	    "t:1:2: the section has no kind | " KINDS "\n", "" },
	{ "a mistyped kind is taken for what it meant", "[plugn x]\na = b\n",
	    "t:1:2: unknown kind of section \"plugn\" | did you mean "
	    "\"plugin\"?\n",
	    "1:1 [plugin x]\n2:5 a=b|b\n" },
	{ "a kind in upper case", "[Chain]\n",
	    "t:1:2: unknown kind of section \"Chain\" | did you mean "
	    "\"chain\"?\n",
	    "1:1 [chain]\n" },
	{ "a kind in the plural", "[plugins x]\n",
	    "t:1:2: unknown kind of section \"plugins\" | did you mean "
	    "\"plugin\"?\n",
	    "1:1 [plugin x]\n" },
	{ "an unknown kind, whose keys say nothing", "[hs256]\na = b\n",
	    "t:1:2: unknown kind of section \"hs256\" | known: chain, plugin, "
	    "secret\n",
	    "" },
	{ "keys below an unknown kind are still judged", "[hs256]\na = \"b\n",
	    "t:1:2: unknown kind of section \"hs256\" | known: chain, plugin, "
	    "secret\n"
	    "t:2:5: the quote that opens here is not closed | close it on the "
	    "same line; a quote inside is written \\\"\n",
	    "" },
	{ "a chain with a name", "[chain atoms]\na = b\n",
	    "t:1:8: [chain] takes no name | a chain is named after its file\n",
	    "1:1 [chain]\n2:5 a=b|b\n" },
	{ "a plugin without a name", "[plugin]\na = b\n",
	    "t:1:8: the section has no name | write [plugin NAME]\n", "" },
	{ "a secret without a name", "[ secret ]\n",
	    "t:1:10: the section has no name | write [secret NAME]\n", "" },
	{ "a name in quotes", "[plugin \"x\"]\na = b\n",
	    "t:1:9: the name \"\\\"x\\\"\" is in quotes | write it without "
	    "quotes\n",
	    "1:1 [plugin x]\n2:5 a=b|b\n" },
	{ "a name in upper case", "[plugin HS256]\n",
	    "t:1:9: \"HS256\" is not a name | " NAMES "\n", "" },
	{ "two names", "[plugin x y]\n",
	    "t:1:9: \"x y\" is not a name | " NAMES "\n", "" },
	{ "a name that begins with a hyphen", "[plugin -x]\n",
	    "t:1:9: \"-x\" is not a name | " NAMES "\n", "" },
	{ "a name that begins with an underscore", "[plugin _x]\n",
	    "t:1:9: \"_x\" is not a name | " NAMES "\n", "" },
	{ "a name with a slash", "[plugin ../x]\n",
	    "t:1:9: \"../x\" is not a name | " NAMES "\n", "" },
	{ "a name with a letter beyond ASCII", "[secret gr\xc3\xbcn]\n",
	    "t:1:9: \"gr\\xc3\\xbcn\" is not a name | " NAMES "\n", "" },
	{ "a colon between kind and name", "[plugin:x]\na = b\n",
	    "t:1:8: \":\" between a section's kind and its name | write a "
	    "space in its place\n",
	    "1:1 [plugin x]\n2:5 a=b|b\n" },
	{ "a dot between kind and name", "[secret.x]\n",
	    "t:1:8: \".\" between a section's kind and its name | write a "
	    "space in its place\n",
	    "1:1 [secret x]\n" },
	{ "a section twice", "[plugin x]\na = b\n[plugin x]\na = c\n",
	    "t:3:1: [plugin x] is there twice; the first is on line 1 | keep "
	    "one, or give it a name of its own\n",
	    "1:1 [plugin x]\n2:5 a=b|b\n" },
	{ "a chain twice", "[chain]\n\n[chain]\n[chain]\n",
	    "t:3:1: [chain] is there twice; the first is on line 1 | keep one, "
	    "or give it a name of its own\n"
	    "t:4:1: [chain] is there twice; the first is on line 1 | keep one, "
	    "or give it a name of its own\n",
	    "1:1 [chain]\n" },
	{ "an indented section", "[chain]\n\n [plugin x]\na = b\n",
	    "t:3:2: an indented line continues the value above it, and there "
	    "is none | begin it at the start of the line\n",
	    "1:1 [chain]\n3:2 [plugin x]\n4:5 a=b|b\n" },
	{ "an indented section below a value", "[chain]\na = b\n  [plugin x]\n",
	    "t:3:3: an indented line would continue the value of \"a\" | begin "
	    "it at the start of the line; in quotes it may go on with a "
	    "value\n",
	    "1:1 [chain]\n2:5 a=b|b\n3:3 [plugin x]\n" },
};

static const struct bad bad_keys[] = {
	{ "a key before any section", "a = b\n[chain]\n",
	    "t:1:1: a key before any section | begin with [chain], [plugin "
	    "NAME] or [secret NAME]\n",
	    "2:1 [chain]\n" },
	{ "ten keys before any section are one mistake",
	    "a = b\nb = c\nc = d\n",
	    "t:1:1: a key before any section | begin with [chain], [plugin "
	    "NAME] or [secret NAME]\n",
	    "" },
	{ "no =", "[chain]\nissuer\n",
	    "t:2:1: no = after \"issuer\" | " KEY_VALUE "\n",
	    "1:1 [chain]\n2:1 issuer= broken\n" },
	{ "no = before a value", "[chain]\nissuer atoms\n",
	    "t:2:1: no = after \"issuer\" | " KEY_VALUE "\n",
	    "1:1 [chain]\n2:1 issuer= broken\n" },
	{ "the = is in a comment", "[chain]\nissuer # = x\n",
	    "t:2:1: no = after \"issuer\" | " KEY_VALUE "\n", NULL },
	{ "a colon for =", "[chain]\nissuer: atoms\n",
	    "t:2:1: no = after \"issuer\" | write = in place of the colon\n",
	    "1:1 [chain]\n2:1 issuer= broken\n" },
	{ "a line of another language", "[chain]\n; comment\n",
	    "t:2:1: the line is neither a key nor a section | " KEY_VALUE "\n",
	    "1:1 [chain]\n" },
	{ "a closing bracket alone", "[chain]\n]\n",
	    "t:2:1: the line is neither a key nor a section | " KEY_VALUE "\n",
	    "1:1 [chain]\n" },
	{ "no key", "[chain]\n= b\n",
	    "t:2:1: there is no key | write KEY = VALUE\n", "1:1 [chain]\n" },
	{ "a key of two words", "[chain]\na b = c\n",
	    "t:2:1: no = after \"a\" | " KEY_VALUE "\n",
	    "1:1 [chain]\n2:1 a= broken\n" },
	{ "a key in quotes", "[chain]\n\"a\" = c\n",
	    "t:2:1: a key in quotes | write it without quotes\n",
	    "1:1 [chain]\n" },
	{ "a key with a dot", "[chain]\na.b = c\n",
	    "t:2:2: \".\" may not stand in a key | a key is made of letters, "
	    "digits, - and _\n",
	    "1:1 [chain]\n" },
	{ "a shell's +=", "[chain]\na += c\n",
	    "t:2:1: no = after \"a\" | " KEY_VALUE "\n",
	    "1:1 [chain]\n2:1 a= broken\n" },
	{ "a no-break space behind the key", "[chain]\na\xc2\xa0= c\n",
	    "t:2:2: \"\\xc2\\xa0\" may not stand in a key | a key is made of "
	    "letters, digits, - and _\n",
	    "1:1 [chain]\n" },
	{ "a key twice", "[chain]\na = b\n\na = c\n",
	    "t:4:1: \"a\" is given twice; the first is on line 2 | keep one; a "
	    "list is one key, its values separated by commas\n",
	    "1:1 [chain]\n2:5 a=b|b\n" },
	{ "a key thrice", "[chain]\na = b\na = c\na = d\n",
	    "t:3:1: \"a\" is given twice; the first is on line 2 | keep one; a "
	    "list is one key, its values separated by commas\n"
	    "t:4:1: \"a\" is given twice; the first is on line 2 | keep one; a "
	    "list is one key, its values separated by commas\n",
	    "1:1 [chain]\n2:5 a=b|b\n" },
	{ "an indented key below the header", "[chain]\n  a = b\n",
	    "t:2:3: an indented line continues the value above it, and there "
	    "is none | begin it at the start of the line\n",
	    "1:1 [chain]\n2:7 a=b|b\n" },
	{ "an indented section body is one mistake",
	    "[chain]\n  a = b\n  c = d\n\n  e = f\n",
	    "t:2:3: an indented line continues the value above it, and there "
	    "is none | begin it at the start of the line\n",
	    "1:1 [chain]\n2:7 a=b|b\n3:7 c=d|d\n5:7 e=f|f\n" },
	{ "and one in each section", "[chain]\n  a = b\n[plugin x]\n  c = d\n",
	    "t:2:3: an indented line continues the value above it, and there "
	    "is none | begin it at the start of the line\n"
	    "t:4:3: an indented line continues the value above it, and there "
	    "is none | begin it at the start of the line\n",
	    "1:1 [chain]\n2:7 a=b|b\n3:1 [plugin x]\n4:7 c=d|d\n" },
	{ "an indented key below a value is not part of it",
	    "[chain]\na = b\n  c = d\n",
	    "t:3:3: an indented line would continue the value of \"a\" | begin "
	    "it at the start of the line; in quotes it may go on with a "
	    "value\n",
	    "1:1 [chain]\n2:5 a=b|b\n3:7 c=d|d\n" },
	{ "a continuation behind a blank line", "[chain]\na = b,\n\n  c\n",
	    "t:4:3: an indented line continues the value above it, and there "
	    "is none\n",
	    "1:1 [chain]\n2:5 a=b,|b|\n" },
	{ "a continuation of a header", "[plugin x]\n  y\n",
	    "t:2:3: an indented line continues the value above it, and there "
	    "is none\n",
	    "1:1 [plugin x]\n" },
};

#define NOT_A_LINE "the line is neither a key nor a section | " KEY_VALUE "\n"
#define NO_EQUALS  "the line has no = after its first word | " KEY_VALUE "\n"

/* Secrets where they don't belong; no finding shows SEKRET. */
static const struct bad bad_secrets[] = {
	{ "a pasted PEM key",
	    "[secret s]\n-----BEGIN SEKRET KEY-----\n"
	    "SEKRETBAMCAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEeTB3AgEBBCBv\n"
	    "SEKRETwu==\n-----END SEKRET KEY-----\n",
	    "t:2:1: " NO_EQUALS "t:3:1: " NO_EQUALS "t:5:1: " NO_EQUALS, NULL },
	{ "a pasted JWK",
	    "[secret s]\n{ \"kty\": \"oct\",\n\"k\": \"SEKRET\" }\n",
	    "t:2:1: " NOT_A_LINE
	    "t:3:1: a key in quotes | write it without quotes\n",
	    NULL },
	{ "a bare secret", "[secret s]\nSEKRET\n", "t:2:1: " NO_EQUALS, NULL },
	{ "a bare secret in lower case", "[secret s]\nsekret\n",
	    "t:2:1: " NO_EQUALS, NULL },
	{ "a bare secret of two words", "[secret s]\nsekret sekret = x\n",
	    "t:2:1: " NO_EQUALS, NULL },
	{ "base64 without =", "[plugin x]\nsecret U0VLUkVUU0VLUkVU==\n",
	    "t:2:1: no = after \"secret\" | " KEY_VALUE "\n", NULL },
	{ "a colon before a secret", "[plugin x]\nsecret:SEKRET=\n",
	    "t:2:1: no = after \"secret\" | write = in place of the colon\n",
	    NULL },
	{ "a hexadecimal secret on its own line",
	    "[plugin x]\n9f86d081884c7d659a2feaa0c55ad015\n",
	    "t:2:1: " NO_EQUALS, NULL },
	{ "a secret in a quote that is not closed",
	    "[plugin x]\nsecret = \"SEKRET\n",
	    "t:2:10: the quote that opens here is not closed | close it on the "
	    "same line; a quote inside is written \\\"\n",
	    NULL },
	{ "a secret with a quote in it", "[plugin x]\nsecret = SEK\"RET\n",
	    "t:2:13: a quote inside a value that does not begin with one | put "
	    "all of the value in quotes and write \\\" for those inside\n",
	    NULL },
	{ "a secret in brackets", "[SEKRETSEKRET]\n",
	    "t:1:2: unknown kind of section (not shown) | known: chain, "
	    "plugin, secret\n",
	    NULL },
};

#define CLOSE_QUOTE "close it on the same line; a quote inside is written \\\""
#define IN_QUOTES                                                              \
	"put all of the value in quotes and write \\\" for those inside"

static const struct bad bad_values[] = {
	{ "a quote is not closed", "[chain]\na = \"b\nc = d\n",
	    "t:2:5: the quote that opens here is not closed | " CLOSE_QUOTE
	    "\n",
	    "1:1 [chain]\n2:5 a=\"b broken\n3:5 c=d|d\n" },
	{ "a quote is closed on the next line", "[chain]\na = \"b\n  c\"\n",
	    "t:2:5: the quote that opens here is not closed | " CLOSE_QUOTE "\n"
	    "t:3:4: a quote inside a value that does not begin with one "
	    "| " IN_QUOTES "\n",
	    NULL },
	{ "the closing quote is escaped", "[chain]\na = \"b\\\"\n",
	    "t:2:5: the quote that opens here is not closed | " CLOSE_QUOTE
	    "\n",
	    NULL },
	{ "a quote alone", "[chain]\na = \"\n",
	    "t:2:5: the quote that opens here is not closed | " CLOSE_QUOTE
	    "\n",
	    NULL },
	{ "text after a closing quote", "[chain]\na = \"b\" c\n",
	    "t:2:9: text after a closing quote | put all of the value in "
	    "quotes, or a comma between two\n",
	    NULL },
	{ "a comment right after a closing quote", "[chain]\na = \"b\"#c\n",
	    "t:2:8: text after a closing quote | put all of the value in "
	    "quotes, or a comma between two\n",
	    NULL },
	{ "two strings without a comma", "[chain]\na = \"b\"\n    \"c\"\n",
	    "t:3:5: text after a closing quote | put all of the value in "
	    "quotes, or a comma between two\n",
	    NULL },
	{ "a quote inside text", "[chain]\na = b \"c\"\n",
	    "t:2:7: a quote inside a value that does not begin with one "
	    "| " IN_QUOTES "\n",
	    NULL },
	{ "an escape that is none", "[chain]\na = \"\\n\"\n",
	    "t:2:6: a backslash in quotes stands before a quote or a backslash "
	    "only | write \\\\ for a backslash, \\\" for a quote\n",
	    "1:1 [chain]\n2:5 a=\"\\n\"|\\n\" broken\n" },
	{ "two bad escapes are two mistakes", "[chain]\na = \"\\d\\w\"\n",
	    "t:2:6: a backslash in quotes stands before a quote or a backslash "
	    "only | write \\\\ for a backslash, \\\" for a quote\n"
	    "t:2:8: a backslash in quotes stands before a quote or a backslash "
	    "only | write \\\\ for a backslash, \\\" for a quote\n",
	    NULL },
	{ "a no-break space in text",
	    "[chain]\na = b\xc2\xa0"
	    "c\n",
	    "t:2:6: a no-break space (U+00A0) outside quotes | type a plain "
	    "space in its place\n",
	    NULL },
	{ "typographic quotes",
	    "[chain]\na = \xe2\x80\x9c"
	    "b\xe2\x80\x9d\n",
	    "t:2:5: a typographic quote, which does not quote | type \" in its "
	    "place\n",
	    NULL },
	{ "low typographic quotes",
	    "[chain]\na = b, \xe2\x80\x9e"
	    "c\n",
	    "t:2:8: a typographic quote, which does not quote | type \" in its "
	    "place\n",
	    NULL },
	{ "faults on each line of a list",
	    "[chain]\na = \"b,\n  c d\",\n  e,\n  f \"\n",
	    "t:2:5: the quote that opens here is not closed | " CLOSE_QUOTE "\n"
	    "t:3:6: a quote inside a value that does not begin with one "
	    "| " IN_QUOTES "\n"
	    "t:5:5: a quote inside a value that does not begin with one "
	    "| " IN_QUOTES "\n",
	    NULL },
	{ "many mistakes, each told once",
	    "x = y\n[plugn a]\nissuer atoms\n key = \"v\nother = w\n[plugin "
	    "a]\n"
	    "[secret]\nfile = /x\n",
	    "t:1:1: a key before any section | begin with [chain], [plugin "
	    "NAME] or [secret NAME]\n"
	    "t:2:2: unknown kind of section \"plugn\" | did you mean "
	    "\"plugin\"?\n"
	    "t:3:1: no = after \"issuer\" | " KEY_VALUE "\n"
	    "t:4:2: an indented line would continue the value of "
	    "\"issuer\" | begin it at the start of the line; in quotes it "
	    "may go on with a value\n"
	    "t:4:8: the quote that opens here is not closed | " CLOSE_QUOTE "\n"
	    "t:6:1: [plugin a] is there twice; the first is on line 2 | keep "
	    "one, or give it a name of its own\n"
	    "t:7:8: the section has no name | write [secret NAME]\n",
	    NULL },
};

static void
test_bad(const struct bad *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct ac_diags *diags = ac_diags_new(false);
		struct ac_conf_file file;
		char *read;

		ac_conf_parse(&file, "t", ac_span_text(rows[i].text), diags);
		findings_are(diags, rows[i].said, rows[i].name);
		read = dump(&file);
		if (rows[i].read != NULL && strcmp(read, rows[i].read) != 0) {
			ok(false, rows[i].name);
			printf("# read <<%s>>\n", read);
		}
		free(read);
		ac_conf_file_clear(&file);
		ac_diags_free(&diags);
	}
}

int
main(void)
{
	test_good();
	test_bad(bad_bytes, COUNT(bad_bytes));
	test_bad(bad_headers, COUNT(bad_headers));
	test_bad(bad_keys, COUNT(bad_keys));
	test_bad(bad_secrets, COUNT(bad_secrets));
	test_bad(bad_values, COUNT(bad_values));
	return done();
}
