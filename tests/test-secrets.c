/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * [secret NAME] sections: each source, each encoding, and for each mistake the
 * one finding it makes, which never shows a secret.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "engine/secrets.h"

#include "findings.h"
#include "scratch.h"

#include <fcntl.h>
#include <signal.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Load "[secret s]" with these lines, in which DIR is the folder.  A program has
 * a minute, unless they say how long. */
static struct ac_secret_list *
load(const char *lines, struct ac_diags *diags)
{
	char *there = scratch_replace(lines, "DIR", scratch);
	struct ac_secret_list *list;
	struct ac_conf_file file;
	struct ac_buf text;

	ac_buf_init(&text, (size_t)1 << 20);
	ac_buf_format(&text, "[secret s]\n%s%s", there,
	    strstr(lines, "exec =") != NULL && strstr(lines, "timeout") == NULL
		? "timeout = 60s\n"
		: "");
	ac_conf_parse(&file, "t", ac_buf_span(&text), diags);
	list = ac_secret_load(&file.sections[0], diags);
	ac_conf_file_clear(&file);
	ac_buf_clear(&text);
	free(there);
	return list;
}

/* Exactly these findings, in which DIR is the folder? */
static void
said_is(const struct ac_diags *diags, const char *expected, const char *name)
{
	char *got = findings(diags);
	char *there = scratch_replace(got, scratch, "DIR");
	bool same = strcmp(there, expected) == 0;

	ok(same, name);
	if (!same)
		printf("# expected <<%s>>\n# got <<%s>>\n", expected, there);
	free(got);
	free(there);
}

/* ---- what is read ------------------------------------------------------ */

#define PEM_TEXT(inside) "-----BEGIN K-----\n" inside "\n-----END K-----"

static const struct {
	const char *name, *text, *lines;
	size_t count;
	struct authchain_span values[3];
} good[] = {
	{ "one line", "hunter2hunter2\n", "", 1, { { "hunter2hunter2", 14 } } },
	{ "one line without an end", "abc", "", 1, { { "abc", 3 } } },
	{ "one line that ends in CR LF", "abc\r\n", "", 1, { { "abc", 3 } } },
	{ "one line that ends in CR", "abc\r", "", 1, { { "abc", 3 } } },
	{ "current and previous", "new\nold\n", "", 2,
	    { { "new", 3 }, { "old", 3 } } },
	{ "three without an end", "a\nb\nc", "encoding = raw\n", 3,
	    { { "a", 1 }, { "b", 1 }, { "c", 1 } } },
	{ "# begins no comment", "#a\n", "", 1, { { "#a", 2 } } },
	{ "white space inside a value", "a b\tc\n", "", 1,
	    { { "a b\tc", 5 } } },
	{ "bytes that are not UTF-8", "\xff\xfe\n", "", 1,
	    { { "\xff\xfe", 2 } } },
	{ "hexadecimal in either case", "00fF\n7f\n", "encoding = hex\n", 2,
	    { { "\0\xff", 2 }, { "\x7f", 1 } } },
	{ "base64", "+/8=\nAAAA\n", "encoding = base64\n", 2,
	    { { "\xfb\xff", 2 }, { "\0\0\0", 3 } } },
	{ "base64url", "-_8\r\n", "encoding = base64url\n", 1,
	    { { "\xfb\xff", 2 } } },
	{ "PEM of two lines, twice", PEM_TEXT("A") "\n" PEM_TEXT("B") "\r\n",
	    "encoding = pem\n", 2,
	    { { PEM_TEXT("A"), sizeof(PEM_TEXT("A")) - 1 },
		{ PEM_TEXT("B"), sizeof(PEM_TEXT("B")) - 1 } } },
	{ "PEM without a last end of line", PEM_TEXT("A\nAA"),
	    "encoding = pem\n", 1,
	    { { PEM_TEXT("A\nAA"), sizeof(PEM_TEXT("A\nAA")) - 1 } } },
};

static void
test_good(void)
{
	for (size_t i = 0; i < COUNT(good); i++) {
		struct ac_diags *diags = ac_diags_new(true);
		struct ac_secret_list *list;
		struct ac_buf lines;
		bool right;

		scratch_write("secret", ac_span_text(good[i].text), 0600);
		ac_buf_init(&lines, 4096);
		ac_buf_format(&lines, "file = DIR/secret\n%s", good[i].lines);
		list = load(lines.data, diags);
		right = list != NULL && list->value_count == good[i].count;
		for (size_t k = 0; right && k < good[i].count; k++)
			right =
			    ac_span_is(ac_secret_span(&list->values[k].bytes),
				good[i].values[k]);
		ok(right, good[i].name);
		if (list == NULL)
			said_is(diags, "", "and nothing is said");
		ac_secret_list_free(&list);
		ac_diags_free(&diags);
		ac_buf_clear(&lines);
	}
}

static void
test_list(void)
{
	struct ac_diags *diags = ac_diags_new(true);
	struct ac_secret_list *list;
	char expected[400], fingerprint[9];

	scratch_write("secret", ac_span_text("abc\nd\n"), 0400);
	list = load("file = DIR/secret\npurpose = internal-1\n", diags);
	ok(list != NULL && strcmp(list->name, "s") == 0 &&
		strcmp(list->purpose, "internal-1") == 0,
	    "the list has a name and a purpose");
	ok(list->at.line == 1 && list->at.column == 1, "and a place");
	(void)snprintf(expected, sizeof(expected), "file %s/secret", scratch);
	ok(strcmp(list->source, expected) == 0, "and says where it is from");
	(void)ac_secret_fingerprint(ac_span_text("abc"), fingerprint);
	(void)snprintf(expected, sizeof(expected), "s[0], 3 bytes, sha256:%s",
	    fingerprint);
	ok(strcmp(list->values[0].label, expected) == 0,
	    "a label has name, position, length and fingerprint");
	ok(strncmp(list->values[1].label, "s[1], 1 byte, sha256:", 21) == 0,
	    "one byte is a byte");
	ok(list->values[0].last_used_s == 0, "nothing was used yet");
	ac_secret_list_free(&list);
	ok(list == NULL, "free leaves NULL");
	ac_secret_list_free(&list);
	list = load("file = DIR/secret\n", diags);
	ok(list != NULL && list->purpose[0] == '\0',
	    "without a purpose it is empty");
	ac_secret_list_free(&list);
	ac_diags_free(&diags);
}

/* ---- mistakes in the text ---------------------------------------------- */

#define ONE_A_LINE "one value a line; delete empty ones"
#define EMPTY      " | it has to hold the secret, one value a line\n"
#define BY_HAND                                                                \
	" | run it by hand as this user: it has to print the secret in time "  \
	"and end with status 0\n"
#define RANGE " | write one from 100ms to 1m\n"
#define MISSING                                                                \
	" | put the secret there, one value a line, and chmod 600 it; "        \
	"or mend the path\n"

static const struct {
	const char *name;
	struct authchain_span text;
	const char *lines, *said;
} bad_texts[] = {
	{ "an empty file", { "", 0 }, "",
	    "t:2:8: file DIR/secret is empty" EMPTY },
	{ "a line's end alone", { "\n", 1 }, "",
	    "t:2:8: line 1 of file DIR/secret is empty | " ONE_A_LINE "\n" },
	{ "CR LF alone", { "\r\n", 2 }, "",
	    "t:2:8: line 1 of file DIR/secret is empty | " ONE_A_LINE "\n" },
	{ "white space alone", { " \t\n", 3 }, "",
	    "t:2:8: line 1 of file DIR/secret holds white space alone "
	    "| " ONE_A_LINE "\n" },
	{ "an empty line in the middle", { "SEKRET1\n\nSEKRET2\n", 17 }, "",
	    "t:2:8: line 2 of file DIR/secret is empty | " ONE_A_LINE "\n" },
	{ "an empty line at the end", { "SEKRET1\n\n", 9 }, "",
	    "t:2:8: line 2 of file DIR/secret is empty | " ONE_A_LINE "\n" },
	{ "an empty line at the front", { "\nSEKRET1", 8 }, "",
	    "t:2:8: line 1 of file DIR/secret is empty | " ONE_A_LINE "\n" },
	{ "two faulty lines", { "\nSEKRET1\n  \n", 12 }, "",
	    "t:2:8: line 1 of file DIR/secret is empty | " ONE_A_LINE "\n"
	    "t:2:8: line 3 of file DIR/secret holds white space alone "
	    "| " ONE_A_LINE "\n" },
	{ "a byte order mark", { "\xef\xbb\xbfSEKRET1\n", 11 }, "",
	    "t:2:8: file DIR/secret begins with a byte order mark | save it "
	    "without one\n" },
	{ "one value twice", { "SEKRET1\nSEKRET2\nSEKRET1", 23 }, "",
	    "t:2:8: lines 1 and 3 of file DIR/secret hold the same value | "
	    "keep one of them\n" },
	{ "one value twice, spelt differently", { "ff\nFF", 5 },
	    "encoding = hex\n",
	    "t:2:8: lines 1 and 2 of file DIR/secret hold the same value | "
	    "keep one of them\n" },
	{ "seventeen values",
	    { "1\n2\n3\n4\n5\n6\n7\n8\n9\n0\na\nb\nc\nd\ne\nf\ng\n", 34 }, "",
	    "t:2:8: file DIR/secret has more than 16 lines | one value a "
	    "line\n" },
	{ "PEM that does not end", { "-----BEGIN K-----\nSEKRET\n", 25 },
	    "encoding = pem\n",
	    "t:2:8: line 1 of file DIR/secret is not the beginning of PEM | a "
	    "line that begins with -----BEGIN must stand there, and one that "
	    "begins with -----END further down\n" },
	{ "something before PEM", { "SEKRET\n" PEM_TEXT("A"), 42 },
	    "encoding = pem\n",
	    "t:2:8: line 1 of file DIR/secret is not the beginning of PEM | a "
	    "line that begins with -----BEGIN must stand there, and one that "
	    "begins with -----END further down\n" },
	{ "an empty line behind PEM", { PEM_TEXT("A") "\n\n", 37 },
	    "encoding = pem\n",
	    "t:2:8: line 4 of file DIR/secret is not the beginning of PEM | a "
	    "line that begins with -----BEGIN must stand there, and one that "
	    "begins with -----END further down\n" },
	{ "one PEM twice", { PEM_TEXT("A") "\n" PEM_TEXT("A"), 71 },
	    "encoding = pem\n",
	    "t:2:8: lines 1 and 4 of file DIR/secret hold the same value | "
	    "keep one of them\n" },
	{ "an odd number of digits", { "abc\n", 4 }, "encoding = hex\n",
	    "t:2:8: line 1 of file DIR/secret is not hexadecimal | an even "
	    "number of the digits 0-9 a-f\n" },
	{ "a letter that is no digit", { "ab\nSEKRET\n", 10 },
	    "encoding = hex\n",
	    "t:2:8: line 2 of file DIR/secret is not hexadecimal | an even "
	    "number of the digits 0-9 a-f\n" },
	{ "base64 without padding", { "SEKRETT\n", 8 }, "encoding = base64\n",
	    "t:2:8: line 1 of file DIR/secret is not base64 | A-Z a-z 0-9 + / "
	    "and = at the end; with - and _ it would be base64url\n" },
	{ "base64url read as base64", { "-_8=\n", 5 }, "encoding = base64\n",
	    "t:2:8: line 1 of file DIR/secret is not base64 | A-Z a-z 0-9 + / "
	    "and = at the end; with - and _ it would be base64url\n" },
	{ "base64 read as base64url", { "+/8\n", 4 }, "encoding = base64url\n",
	    "t:2:8: line 1 of file DIR/secret is not base64url | A-Z a-z 0-9 - "
	    "and _, without = at the end; with + and / it would be base64\n" },
	{ "base64url with padding", { "-_8=\n", 5 }, "encoding = base64url\n",
	    "t:2:8: line 1 of file DIR/secret is not base64url | A-Z a-z 0-9 - "
	    "and _, without = at the end; with + and / it would be base64\n" },
	{ "white space around base64", { " AAAA\n", 6 }, "encoding = base64\n",
	    "t:2:8: line 1 of file DIR/secret is not base64 | A-Z a-z 0-9 + / "
	    "and = at the end; with - and _ it would be base64url\n" },
};

static void
test_bad_texts(void)
{
	for (size_t i = 0; i < COUNT(bad_texts); i++) {
		struct ac_diags *diags = ac_diags_new(false);
		struct ac_secret_list *list;
		struct ac_buf lines;

		scratch_write("secret", bad_texts[i].text, 0600);
		ac_buf_init(&lines, 4096);
		ac_buf_format(&lines, "file = DIR/secret\n%s",
		    bad_texts[i].lines);
		list = load(lines.data, diags);
		said_is(diags, bad_texts[i].said, bad_texts[i].name);
		if (list != NULL)
			ok(false, "and nothing is loaded");
		ac_secret_list_free(&list);
		ac_diags_free(&diags);
		ac_buf_clear(&lines);
	}
}

static void
test_lints(void)
{
	struct ac_diags *diags = ac_diags_new(false);
	struct ac_secret_list *list;

	scratch_write("secret", ac_span_text(" a\nb\t\nc d\n"), 0600);
	list = load("file = DIR/secret\n", diags);
	said_is(diags,
	    "t:2:8: lint: line 1 of file DIR/secret begins or ends with white "
	    "space | it is part of the secret; delete it if it is not meant\n"
	    "t:2:8: lint: line 2 of file DIR/secret begins or ends with white "
	    "space | it is part of the secret; delete it if it is not meant\n",
	    "white space at either end is a lint");
	ok(list != NULL && list->value_count == 3 &&
		list->values[0].bytes.len == 2,
	    "and part of the secret");
	ac_secret_list_free(&list);
	ac_diags_free(&diags);
	diags = ac_diags_new(false);
	list = load("file = DIR/secret\ntimeout = 1s\nencoding = raw\n", diags);
	said_is(diags,
	    "t:2:8: lint: line 1 of file DIR/secret begins or ends with white "
	    "space | it is part of the secret; delete it if it is not meant\n"
	    "t:2:8: lint: line 2 of file DIR/secret begins or ends with white "
	    "space | it is part of the secret; delete it if it is not meant\n"
	    "t:3:11: warning: \"timeout\" has no effect without \"exec\" | "
	    "delete it\n",
	    "a time limit for a file is a warning");
	ac_secret_list_free(&list);
	ac_diags_free(&diags);
}

/* ---- bounds ------------------------------------------------------------ */

static void
check_size(size_t len, bool fits)
{
	struct ac_diags *diags = ac_diags_new(false);
	struct ac_secret_list *list;
	char *text = malloc(len);
	char name[64];

	memset(text, 'x', len);
	scratch_write("secret", ac_span(text, len), 0600);
	list = load("file = DIR/secret\n", diags);
	(void)snprintf(name, sizeof(name), "a file of %zu bytes", len);
	if (fits)
		ok(list != NULL && list->values[0].bytes.len == len, name);
	else
		said_is(diags,
		    "t:2:8: DIR/secret has 65537 bytes, at most 65536 are "
		    "allowed: is it the right file?\n",
		    name);
	ac_secret_list_free(&list);
	ac_diags_free(&diags);
	diags = ac_diags_new(false);
	text = realloc(text, len + 1);
	text[len] = '\0';
	(void)setenv("AC_TEST_LONG", text, 1);
	list = load("env = AC_TEST_LONG\n", diags);
	(void)snprintf(name, sizeof(name), "a variable of %zu bytes", len);
	if (fits)
		ok(list != NULL && list->values[0].bytes.len == len, name);
	else
		said_is(diags,
		    "t:2:7: environment variable \"AC_TEST_LONG\" has 65537 "
		    "bytes, at most 65536 are allowed | set it where the "
		    "program is started\n",
		    name);
	ac_secret_list_free(&list);
	ac_diags_free(&diags);
	(void)unsetenv("AC_TEST_LONG");
	free(text);
}

/* ---- mistakes in the section ------------------------------------------- */

static const struct {
	const char *name, *lines, *said;
} bad_sections[] = {
	{ "no source", "purpose = x\n",
	    "t:1:1: [secret s] has no source | add one of file, env, "
	    "credential or exec\n" },
	{ "a mistyped source is not missing as well", "fil = DIR/secret\n",
	    "t:2:1: unknown option \"fil\" in [secret s] | did you mean "
	    "\"file\"?\n" },
	{ "an inline secret has no key", "value = SEKRET1\n",
	    "t:1:1: [secret s] has no source | add one of file, env, "
	    "credential or exec\n"
	    "t:2:1: unknown option \"value\" in [secret s] | known: file, env, "
	    "credential, exec, timeout, encoding, purpose\n" },
	{ "two sources", "file = DIR/good\nenv = X\n",
	    "t:3:1: \"env\" is a second source; \"file\" stands on line 2 | a "
	    "secret has one source: keep one\n" },
	{ "no source and an unknown encoding", "encoding = utf8\n",
	    "t:1:1: [secret s] has no source | add one of file, env, "
	    "credential or exec\n"
	    "t:2:12: encoding: unknown value \"utf8\" | known: raw, hex, "
	    "base64, base64url, pem\n" },
	{ "base64 by a longer name", "file = DIR/good\nencoding = base-64\n",
	    "t:3:12: encoding: unknown value \"base-64\" | did you mean "
	    "\"base64\"?\n" },
	{ "a purpose of two words", "file = DIR/good\npurpose = a b\n",
	    "t:3:11: the purpose is not a word | a purpose is a word of a-z, "
	    "0-9 and -\n" },
	{ "a purpose with an underscore", "file = DIR/good\npurpose = a_b\n",
	    "t:3:11: the purpose is not a word | a purpose is a word of a-z, "
	    "0-9 and -\n" },
	{ "an empty purpose", "file = DIR/good\npurpose =\n",
	    "t:3:9: purpose: the value is empty | write a value, or delete the "
	    "line\n" },
	{ "a time limit too short", "exec = DIR/x\ntimeout = 99ms\n",
	    "t:3:11: timeout: \"99ms\" is less than the least allowed, "
	    "100ms" RANGE },
	{ "a time limit too long", "exec = DIR/x\ntimeout = 61s\n",
	    "t:3:11: timeout: \"61s\" is more than the most allowed, "
	    "1m" RANGE },
	/* file */
	{ "a relative path", "file = secret\n",
	    "t:2:8: file: the value (not shown) is not an absolute path | "
	    "begin with /\n" },
	{ "no such file", "file = DIR/none\n",
	    "t:2:8: can't open DIR/none: No such file or directory" MISSING },
	{ "a folder", "file = DIR\n",
	    "t:2:8: DIR is a folder, not a regular file: name a file\n" },
	{ "a file that the group may read", "file = DIR/open\n",
	    "t:2:8: DIR/open holds a secret and is open to other users (mode "
	    "0640): chmod 600 DIR/open\n" },
	{ "a fault in the file beside a bad purpose",
	    "file = DIR/none\npurpose = A\n",
	    "t:2:8: can't open DIR/none: No such file or directory" MISSING
	    "t:3:11: the purpose is not a word | a purpose is a word of a-z, "
	    "0-9 and -\n" },
	/* env */
	{ "a variable that is not set", "env = AC_TEST_NONE\n",
	    "t:2:7: environment variable \"AC_TEST_NONE\" is not set | set it "
	    "where the program is started\n" },
	{ "a variable that is empty", "env = AC_TEST_EMPTY\n",
	    "t:2:7: environment variable AC_TEST_EMPTY is empty" EMPTY },
	{ "a reference where a name belongs", "env = ${AC_TEST_NONE}\n",
	    "t:2:7: env: ${ has no meaning here | this option takes nothing "
	    "from the environment; for the characters themselves write "
	    "$${\n" },
	{ "a faulty line of a variable", "env = AC_TEST_LINES\n",
	    "t:2:7: line 2 of environment variable AC_TEST_LINES is empty "
	    "| " ONE_A_LINE "\n" },
	/* exec */
	{ "a program that is not absolute", "exec = cat, /x\n",
	    "t:2:8: the program (not shown) is not an absolute path: write "
	    "exec = /PROGRAM, ARGUMENT, ...\n" },
	{ "no program", "exec =\n",
	    "t:2:6: exec: the list is empty | write a value or more, separated "
	    "by commas\n" },
	{ "no such program", "exec = DIR/none\n",
	    "t:2:8: can't open DIR/none: No such file or directory | write the "
	    "program's whole path\n" },
	{ "a program that may not be executed", "exec = DIR/good\n",
	    "t:2:8: can't run DIR/good: Permission denied" BY_HAND },
	{ "a program that others may change", "exec = DIR/loose\n",
	    "t:2:8: DIR/loose can be changed by other users (mode 0777): chmod "
	    "go-w DIR/loose\n" },
	{ "a program that fails, whose output is not shown",
	    "exec = DIR/fails\n",
	    "t:2:8: DIR/fails ended with status 3" BY_HAND },
	{ "a program that is killed", "exec = DIR/dies\n",
	    "t:2:8: DIR/dies was ended by signal 15" BY_HAND },
	{ "a program that says nothing", "exec = DIR/silent\n",
	    "t:2:8: the output of DIR/silent is empty" EMPTY },
	{ "a program that says too much", "exec = DIR/endless\n",
	    "t:2:8: DIR/endless writes more than 65536 bytes: it has to print "
	    "the secret alone\n" },
	{ "a program that does not end", "exec = DIR/slow\ntimeout = 200ms\n",
	    "t:2:8: DIR/slow did not end in time" BY_HAND },
	{ "a program that closes its output and does not end",
	    "exec = DIR/closed\ntimeout = 200ms\n",
	    "t:2:8: DIR/closed did not end in time" BY_HAND },
	{ "a program whose child keeps the output open",
	    "exec = DIR/child\ntimeout = 200ms\n",
	    "t:2:8: DIR/child did not end in time" BY_HAND },
	{ "a faulty line of output", "exec = DIR/lines\n",
	    "t:2:8: line 2 of the output of DIR/lines is empty | " ONE_A_LINE
	    "\n" },
};

static void
test_bad_sections(void)
{
	for (size_t i = 0; i < COUNT(bad_sections); i++) {
		struct ac_diags *diags = ac_diags_new(false);
		struct ac_secret_list *list =
		    load(bad_sections[i].lines, diags);

		said_is(diags, bad_sections[i].said, bad_sections[i].name);
		if (list != NULL)
			ok(false, "and nothing is loaded");
		ac_secret_list_free(&list);
		ac_diags_free(&diags);
	}
}

/* ---- the other sources ------------------------------------------------- */

static void
loads(const char *lines, const char *first, const char *source,
    const char *name)
{
	struct ac_diags *diags = ac_diags_new(true);
	struct ac_secret_list *list = load(lines, diags);
	char *there =
	    list == NULL ? NULL : scratch_replace(list->source, scratch, "DIR");
	bool right =
	    list != NULL &&
	    ac_span_is_text(ac_secret_span(&list->values[0].bytes), first) &&
	    strcmp(there, source) == 0;

	ok(right, name);
	if (!right) {
		said_is(diags, "", "and nothing is said");
		printf("# <<%s>> from <<%s>>\n",
		    list == NULL ? "" : list->values[0].bytes.data,
		    there == NULL ? "" : there);
	}
	free(there);
	ac_secret_list_free(&list);
	ac_diags_free(&diags);
}

static void
fails(const char *lines, const char *said, const char *name)
{
	struct ac_diags *diags = ac_diags_new(false);
	struct ac_secret_list *list = load(lines, diags);

	said_is(diags, said, name);
	ok(list == NULL, "and nothing is loaded");
	ac_secret_list_free(&list);
	ac_diags_free(&diags);
}

static void
test_env(void)
{
	(void)setenv("AC_TEST_SECRET", "abc\ndef", 1);
	loads("env = AC_TEST_SECRET\n", "abc",
	    "environment variable AC_TEST_SECRET", "a variable");
	ok(strcmp(getenv("AC_TEST_SECRET"), "abc\ndef") == 0,
	    "stays where it is");
	(void)setenv("AC_TEST_FOLDER", scratch, 1);
	loads("file = ${AC_TEST_FOLDER}/good\n", "good", "file DIR/good",
	    "a file's path may come from the environment");
}

#define LOAD " | LoadCredential=NAME:PATH in the service's unit makes it\n"

static void
test_credential(void)
{
	static char big[AC_SECRET_MAX_BYTES + 2];

	memset(big, 'x', AC_SECRET_MAX_BYTES);
	(void)unsetenv("CREDENTIALS_DIRECTORY");
	fails("credential = c\n",
	    "t:2:14: there are no credentials: CREDENTIALS_DIRECTORY is not "
	    "set" LOAD,
	    "a credential without a folder");
	(void)setenv("CREDENTIALS_DIRECTORY", "relative", 1);
	fails("credential = c\n",
	    "t:2:14: there are no credentials: CREDENTIALS_DIRECTORY is not "
	    "set" LOAD,
	    "a relative folder is none");
	(void)setenv("CREDENTIALS_DIRECTORY", scratch, 1);
	loads("credential = good\n", "good", "credential good", "a credential");
	loads("credential = open\n", "open", "credential open",
	    "a credential of mode 0640, as access lists show");
	fails("credential = none\n",
	    "t:2:14: can't open DIR/none: No such file or directory" LOAD,
	    "a credential that is not there");
	fails("credential = world\n",
	    "t:2:14: DIR/world holds a secret and is open to other users "
	    "(mode 0644)" LOAD,
	    "a credential that all may read");
	scratch_write("big", ac_span(big, AC_SECRET_MAX_BYTES), 0400);
	loads("credential = big\n", big, "credential big",
	    "a credential of 65536 bytes");
	big[AC_SECRET_MAX_BYTES] = 'x';
	scratch_write("big", ac_span(big, AC_SECRET_MAX_BYTES + 1), 0400);
	fails("credential = big\n",
	    "t:2:14: DIR/big has 65537 bytes, at most 65536 are allowed" LOAD,
	    "a credential of 65537 bytes");
	fails("credential = ../good\n",
	    "t:2:14: the value (not shown) is not the name of a "
	    "credential" LOAD,
	    "a credential outside the folder");
	fails("credential = ..\n",
	    "t:2:14: the value (not shown) is not the name of a "
	    "credential" LOAD,
	    "the folder's parent");
	fails("credential = /etc/passwd\n",
	    "t:2:14: the value (not shown) is not the name of a "
	    "credential" LOAD,
	    "a path for a credential");
}

static int
count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	while (dir != NULL && readdir(dir) != NULL)
		count++;
	if (dir != NULL)
		(void)closedir(dir);
	return count;
}

static void
test_exec(void)
{
	int before = count_descriptors();

	loads("exec = DIR/says, abc\n", "abc", "the output of DIR/says",
	    "the output of a program");
	loads("exec = DIR/says, \"a  $(b) * ; 'c'\"\n", "a  $(b) * ; 'c'",
	    "the output of DIR/says", "no shell sees its arguments");
	loads("exec = DIR/args, a, a\n", "2", "the output of DIR/args",
	    "an argument may be there twice");
	(void)setenv("AC_TEST_SECRET", "abc", 1);
	loads("exec = DIR/environment\n",
	    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	    "the output of DIR/environment", "PATH is all of its environment");
	loads("exec = DIR/input\n", "0", "the output of DIR/input",
	    "it has no input");
	loads("exec = DIR/noisy\n", "abc", "the output of DIR/noisy",
	    "its messages are thrown away");
	loads("exec = DIR/group\n", "own", "the output of DIR/group",
	    "it has a process group of its own");
	ok(count_descriptors() == before, "no descriptor is left open");
}

/* Not even those that were opened without O_CLOEXEC. */
static void
test_descriptors(void)
{
#ifdef HAVE_POSIX_SPAWN_FILE_ACTIONS_ADDCLOSEFROM_NP
	struct ac_diags *diags = ac_diags_new(true);
	int fd = open("/dev/null", O_RDONLY);
	struct ac_secret_list *list;

	list = load("exec = /bin/ls, /proc/self/fd\n", diags);
	ok(fd > 0 && list != NULL && list->value_count == 4,
	    "it has three descriptors, and the one it opened");
	ac_secret_list_free(&list);
	ac_diags_free(&diags);
	(void)close(fd);
#else
	ok(true, "it has three descriptors # SKIP closefrom is not there");
#endif
}

/* A host that ignores SIGCHLD never learns how its children end. */
static void
test_ignored(void)
{
	void (*old)(int) = signal(SIGCHLD, SIG_IGN);

	fails("exec = DIR/says, abc\n",
	    "t:2:8: can't learn how DIR/says ended: No child processes" BY_HAND,
	    "a program whose end is not told");
	(void)signal(SIGCHLD, old);
}

static off_t
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_size : 0;
}

/* A child writes as long as it lives. */
static void
test_killed(void)
{
	char *path = scratch_path("alive");
	off_t before = 0, now = 0;
	int looks = 0;

	fails("exec = DIR/tree\ntimeout = 300ms\n",
	    "t:2:8: DIR/tree did not end in time" BY_HAND,
	    "a program with children that does not end");
	do {
		before = now;
		(void)usleep(1000 * 1000);
		now = size_of(path);
	} while (now != before && ++looks < 30);
	ok(now == before, "its children are killed as well");
}

static void
test_owner(void)
{
	const char *name = "a file of another user";

	scratch_write("foreign", ac_span_text("abc\n"), 0600);
	if (geteuid() != 0 ||
	    chown(scratch_path("foreign"), 12345, 12345) != 0) {
		ok(true, "a file of another user # SKIP not root");
		return;
	}
	fails("file = DIR/foreign\n",
	    "t:2:8: DIR/foreign belongs to user 12345, who could change it: "
	    "chown root DIR/foreign\n",
	    name);
}

static const struct {
	const char *name, *text;
} programs[] = {
	{ "says", "printf '%s\\n' \"$1\"" },
	{ "args", "echo $#" },
	{ "environment", "/usr/bin/env | grep -v -e ^PWD= -e ^_= -e ^SHLVL= -e "
			 "^OLDPWD=" },
	{ "input", "cat | wc -c" },
	{ "noisy", "echo SEKRET1 >&2; echo abc" },
	{ "group", "test \"$(cut -d' ' -f5 /proc/$$/stat)\" = $$ && echo own" },
	{ "fails", "echo SEKRET1; echo SEKRET2 >&2; exit 3" },
	{ "dies", "kill -TERM $$" },
	{ "silent", "exit 0" },
	{ "endless", "while :; do echo "
		     "SEKRET1SEKRET1SEKRET1SEKRET1SEKRET1SEKRET1SEKRET1; "
		     "done" },
	{ "slow", "sleep 60" },
	{ "closed", "echo abc; exec >&-; sleep 60" },
	{ "child", "echo abc; sleep 60 & exit 0" },
	{ "lines", "printf 'a\\n\\nb\\n'" },
};

static void
write_programs(void)
{
	struct ac_buf text;

	ac_buf_init(&text, 4096);
	for (size_t i = 0; i < COUNT(programs); i++) {
		ac_buf_clear(&text);
		ac_buf_format(&text, "#!/bin/sh\n%s\n", programs[i].text);
		scratch_write(programs[i].name, ac_buf_span(&text), 0700);
	}
	ac_buf_clear(&text);
	ac_buf_format(&text,
	    "#!/bin/sh\nfor n in $(seq 200); do\n"
	    "echo $n >>%s/alive; sleep 0.3; done & sleep 60",
	    scratch);
	scratch_write("tree", ac_buf_span(&text), 0700);
	ac_buf_clear(&text);
	scratch_write("loose", ac_span_text("#!/bin/sh\necho abc\n"), 0777);
	scratch_write("good", ac_span_text("good\n"), 0600);
	scratch_write("open", ac_span_text("open\n"), 0640);
	scratch_write("world", ac_span_text("world\n"), 0644);
}

int
main(void)
{
	scratch_make();
	write_programs();
	(void)setenv("AC_TEST_EMPTY", "", 1);
	(void)setenv("AC_TEST_LINES", "SEKRET1\n\nSEKRET2", 1);
	test_good();
	test_list();
	test_bad_texts();
	test_lints();
	check_size(AC_SECRET_MAX_BYTES, true);
	check_size(AC_SECRET_MAX_BYTES + 1, false);
	test_bad_sections();
	test_env();
	test_credential();
	test_exec();
	test_descriptors();
	test_ignored();
	test_killed();
	test_owner();
	scratch_remove();
	return done();
}
