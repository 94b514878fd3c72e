/* SPDX-License-Identifier: BSD-2-Clause */
/* Each bound of the configuration's language, at it and one over it. */
#include "engine/conf.h"

#include "findings.h"

struct parsed {
	struct ac_diags *diags;
	struct ac_conf_file file;
	struct ac_buf text;
};

static void
begin(struct parsed *p, const char *text)
{
	p->diags = ac_diags_new(false);
	ac_buf_init(&p->text, (size_t)4 << 20);
	ac_buf_text(&p->text, text);
}

static void
repeat(struct parsed *p, char byte, size_t count)
{
	while (count-- > 0)
		ac_buf_byte(&p->text, byte);
}

static void
parse(struct parsed *p)
{
	ac_conf_parse(&p->file, "t", ac_buf_span(&p->text), p->diags);
}

static void
end(struct parsed *p)
{
	ac_conf_file_clear(&p->file);
	ac_diags_free(&p->diags);
	ac_buf_clear(&p->text);
}

/* A value of len bytes between before and behind. */
static void
check_value(const char *before, size_t len, const char *behind,
    const char *said, const char *name)
{
	struct parsed p;

	begin(&p, "[chain]\na = ");
	ac_buf_text(&p.text, before);
	repeat(&p, 'x', len);
	ac_buf_text(&p.text, behind);
	parse(&p);
	findings_are(p.diags, said, name);
	if (strlen(p.file.sections[0].items[0].value) != len)
		ok(false, "and it has its length");
	end(&p);
}

static void
test_values(void)
{
	check_value("", AC_CONF_MAX_VALUE, "", "", "a value of 16384 bytes");
	check_value("", AC_CONF_MAX_VALUE + 1, "",
	    "t:2:5: the value has 16385 bytes; at most 16384 are allowed\n",
	    "a value of 16385 bytes");
	check_value("\"", AC_CONF_MAX_VALUE, "\" # comment\n", "",
	    "a quoted value of 16384 bytes");
	check_value("\"", AC_CONF_MAX_VALUE + 1, "\"\n",
	    "t:2:5: the value has 16385 bytes; at most 16384 are allowed\n",
	    "a quoted value of 16385 bytes");
	check_value("\n  ", AC_CONF_MAX_VALUE + 1, "\n",
	    "t:3:3: the value has 16385 bytes; at most 16384 are allowed\n",
	    "a value of 16385 bytes on the next line");
}

static void
check_parts(size_t count, const char *said, const char *name)
{
	struct parsed p;

	begin(&p, "[chain]\na = x");
	for (size_t i = 1; i < count; i++)
		ac_buf_text(&p.text, ",x");
	parse(&p);
	findings_are(p.diags, said, name);
	if (p.file.sections[0].items[0].broken != (said[0] != '\0'))
		ok(false, "and it is broken when that was told");
	end(&p);
}

static void
check_key(size_t len, const char *said, const char *name)
{
	struct parsed p;

	begin(&p, "[chain]\n");
	repeat(&p, 'k', len);
	ac_buf_text(&p.text, " = x\n");
	parse(&p);
	findings_are(p.diags, said, name);
	if (p.file.sections[0].item_count != (said[0] == '\0'))
		ok(false, "and it is kept when nothing was told");
	end(&p);
}

static void
check_name(size_t len, const char *said, const char *name)
{
	struct parsed p;

	begin(&p, "[plugin ");
	repeat(&p, 'n', len);
	ac_buf_text(&p.text, "]\n");
	parse(&p);
	findings_are(p.diags, said, name);
	if (p.file.section_count != (said[0] == '\0'))
		ok(false, "and it is kept when nothing was told");
	end(&p);
}

#define N64 "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"

static void
check_keys(size_t count, const char *said, const char *name)
{
	struct parsed p;

	begin(&p, "[chain]\n");
	for (size_t i = 0; i < count; i++)
		ac_buf_format(&p.text, "k%zu = x\n", i);
	ac_buf_text(&p.text, "[plugin x]\na = b\n");
	parse(&p);
	findings_are(p.diags, said, name);
	if (p.file.sections[0].item_count != AC_CONF_MAX_KEYS ||
	    p.file.sections[1].item_count != 1)
		ok(false, "and the next section has its keys");
	end(&p);
}

static void
check_sections(size_t count, const char *said, const char *name)
{
	struct parsed p;

	begin(&p, "");
	for (size_t i = 0; i < count; i++)
		ac_buf_format(&p.text, "[plugin p%zu]\na = b\n", i);
	parse(&p);
	findings_are(p.diags, said, name);
	if (p.file.section_count != AC_CONF_MAX_SECTIONS)
		ok(false, "and so many are kept");
	end(&p);
}

static void
check_size(size_t len, const char *said, const char *name)
{
	struct parsed p;

	begin(&p, "[chain]\n");
	while (p.text.len + 80 < len)
		ac_buf_text(&p.text, "# a comment\n");
	repeat(&p, '#', len - p.text.len);
	parse(&p);
	findings_are(p.diags, said, name);
	if (p.file.section_count != (said[0] == '\0'))
		ok(false, "and it is read when nothing was told");
	end(&p);
}

/* More findings than are kept, from one file. */
static void
test_many(void)
{
	struct parsed p;
	char *said;

	begin(&p, "[chain]\n");
	for (size_t i = 0; i < 2000; i++)
		ac_buf_text(&p.text, "x\n");
	parse(&p);
	said = findings(p.diags);
	ok(ac_diags_errors(p.diags) == 2000 &&
		strstr(said, "t:1001:1: no = after \"x\"") != NULL &&
		strstr(said, "t:1002:1: ") == NULL &&
		strstr(said, "t: there are 1000 more findings (1000 errors)") !=
		    NULL,
	    "two thousand mistakes are counted, a thousand are told");
	free(said);
	end(&p);
}

int
main(void)
{
	test_values();
	check_parts(AC_CONF_MAX_PARTS, "", "a list of 1024 values");
	check_parts(AC_CONF_MAX_PARTS + 1,
	    "t:2:2053: the list has more than 1024 values\n",
	    "a list of 1025 values");
	check_parts(AC_CONF_MAX_PARTS + 100,
	    "t:2:2053: the list has more than 1024 values\n",
	    "a list of 1124 values is one mistake");
	check_key(AC_CONF_MAX_NAME, "", "a key of 64 bytes");
	check_key(AC_CONF_MAX_NAME + 1,
	    "t:2:1: the key has 65 bytes; at most 64 are "
	    "allowed\n",
	    "a key of 65 bytes");
	check_key(100000,
	    "t:2:1: the key has 100000 bytes; at most 64 are "
	    "allowed\n",
	    "a key of 100000 bytes");
	check_name(AC_CONF_MAX_NAME, "", "a name of 64 bytes");
	check_name(AC_CONF_MAX_NAME + 1,
	    "t:1:9: the name \"" N64 "\"... has 65 bytes; at most 64 are "
	    "allowed\n",
	    "a name of 65 bytes");
	check_keys(AC_CONF_MAX_KEYS, "", "a section of 256 keys");
	check_keys(AC_CONF_MAX_KEYS + 1,
	    "t:258:1: the section has more than 256 keys\n",
	    "a section of 257 keys");
	check_keys(AC_CONF_MAX_KEYS + 50,
	    "t:258:1: the section has more than 256 keys\n",
	    "a section of 306 keys is one mistake");
	check_sections(AC_CONF_MAX_SECTIONS, "", "4096 sections");
	check_sections(AC_CONF_MAX_SECTIONS + 1,
	    "t:8193:1: the file has more than 4096 sections | divide it over "
	    "files in conf.d/\n",
	    "4097 sections");
	check_sections(AC_CONF_MAX_SECTIONS + 9,
	    "t:8193:1: the file has more than 4096 sections | divide it over "
	    "files in conf.d/\n",
	    "4105 sections are one mistake");
	check_size(AC_CONF_MAX_BYTES, "", "a text of 1 MiB");
	check_size(AC_CONF_MAX_BYTES + 1,
	    "t:1:1: the file has 1048577 bytes; at most 1048576 are allowed\n",
	    "a text of 1 MiB and a byte");
	test_many();
	return done();
}
