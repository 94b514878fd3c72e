/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One file's text.  A faulty line is reported once and read as what it most
 * likely meant, so that the lines below it are judged as if it were mended;
 * what can't be kept goes to a spare section that nobody sees.
 */
#include "engine/conf.h"

#include "engine/grow.h"
#include "engine/header.h"
#include "engine/key.h"
#include "engine/section.h"
#include "engine/text.h"
#include "engine/value.h"

#include <stdlib.h>

struct parser {
	struct ac_conf_file *file;
	struct ac_diags *diags;
	struct ac_section *section; /* keys go here; may be &spare */
	struct ac_section spare;
	struct ac_item item; /* being read, while open */
	struct ac_value_reader reader;
	uint32_t line;
	bool open;
	bool keep;     /* item, when it is complete */
	bool unvalued; /* item's value is not being read */
	bool started;  /* a section, or its absence was reported */
	bool indented; /* reported for this section */
	bool full;     /* reported for this section: too many keys */
	bool crowded;  /* reported: too many sections */
	bool quiet;    /* this line's fault was reported */
};

static struct ac_position
place(const struct parser *p, size_t at)
{
	return (struct ac_position){ p->file->path, p->line, (uint32_t)at + 1 };
}

static void complain(struct parser *p, size_t at, const char *hint,
    const char *format, ...) AUTHCHAIN_PRINTF(4, 5);

static void
complain(struct parser *p, size_t at, const char *hint, const char *format, ...)
{
	struct ac_position where = place(p, at);
	va_list ap;

	if (p->quiet)
		return;
	va_start(ap, format);
	ac_vdiag_error(p->diags, &where, hint, format, ap);
	va_end(ap);
}

static char *
copy(struct authchain_span text)
{
	return strndup(text.data == NULL ? "" : text.data, text.len);
}

/* ---- items ------------------------------------------------------------- */

static void
close_item(struct parser *p)
{
	struct ac_section *section = p->section;
	struct ac_item *grown = NULL;

	if (!p->open)
		return;
	p->open = false;
	ac_value_end(&p->reader);
	if (p->keep && p->item.value != NULL)
		grown = ac_grow(section->items, section->item_count,
		    sizeof(*grown));
	if (grown == NULL) {
		if (p->keep && p->item.value != NULL)
			complain(p, 0, NULL, "out of memory");
		ac_item_clear(&p->item);
		return;
	}
	section->items = grown;
	section->items[section->item_count++] = p->item;
	memset(&p->item, 0, sizeof(p->item));
}

/* Is it this section's first of its name?  Says what is not. */
static bool
judge_key(struct parser *p, const struct ac_key *key, size_t at)
{
	const struct ac_item *first = ac_section_find(p->section, p->item.key);
	struct ac_quote quote;

	if (first != NULL && key->value > 0)
		complain(p, at,
		    "keep one; a list is one key, its values separated by "
		    "commas",
		    "%s is given twice; the first is on line %u",
		    ac_quote(&quote, key->text),
		    (unsigned int)first->key_at.line);
	return first == NULL;
}

static bool
has_room(struct parser *p, size_t at)
{
	if (p->section->item_count < AC_CONF_MAX_KEYS)
		return true;
	if (!p->full)
		complain(p, at, NULL, "the section has more than %d keys",
		    AC_CONF_MAX_KEYS);
	p->full = true;
	return false;
}

static void
check_started(struct parser *p, size_t at)
{
	if (!p->started)
		complain(p, at,
		    "begin with [chain], [plugin NAME] or "
		    "[secret NAME]",
		    "a key before any section");
	p->started = true;
}

static bool
is_in_secret(const struct parser *p)
{
	const char *kind = p->section->kind;

	return kind != NULL && strcmp(kind, "secret") == 0;
}

static void
read_key(struct parser *p, struct authchain_span line, size_t at)
{
	struct ac_position where = place(p, 0);
	struct ac_key key = { .secret = is_in_secret(p) };

	ac_key_read(&key, line, at, &where, p->quiet ? NULL : p->diags);
	if (key.value > 0)
		check_started(p, at);
	p->item.key = copy(key.text);
	p->item.key_at = place(p, at);
	p->item.broken = p->quiet || key.value == 0 || p->item.key == NULL;
	p->keep = p->item.key != NULL && key.text.len > 0 &&
		  key.text.len <= AC_CONF_MAX_NAME && judge_key(p, &key, at) &&
		  has_room(p, at);
	p->unvalued = p->quiet || key.value == 0;
	p->open = true;
	if (p->item.key == NULL)
		complain(p, at, NULL, "out of memory");
	where = place(p, key.value == 0 ? at : key.value - 1);
	ac_value_begin(&p->reader, &p->item, p->diags, &where);
	where = place(p, key.value);
	if (!p->unvalued)
		ac_value_line(&p->reader,
		    ac_span_cut(line, key.value, line.len), &where);
}

/* ---- sections ---------------------------------------------------------- */

/* Is this section the first of its name, and not one too many? */
static bool
judge_section(struct parser *p, const char *kind, struct authchain_span name,
    size_t at)
{
	const struct ac_section *first = ac_conf_find(p->file, kind, name);

	if (first != NULL) {
		complain(p, at, "keep one, or give it a name of its own",
		    "[%s%s%s] is there twice; the first is on line %u", kind,
		    first->name[0] == '\0' ? "" : " ", first->name,
		    (unsigned int)first->at.line);
		return false;
	}
	if (p->file->section_count < AC_CONF_MAX_SECTIONS)
		return true;
	if (!p->crowded)
		complain(p, at, "divide it over files in conf.d/",
		    "the file has more than %d sections", AC_CONF_MAX_SECTIONS);
	p->crowded = true;
	return false;
}

static void
add_section(struct parser *p, const char *kind, struct authchain_span name,
    size_t at)
{
	struct ac_conf_file *file = p->file;
	struct ac_section *grown;

	if (!judge_section(p, kind, name, at))
		return;
	grown = ac_grow(file->sections, file->section_count, sizeof(*grown));
	if (grown != NULL) {
		file->sections = grown;
		grown += file->section_count;
		memset(grown, 0, sizeof(*grown));
		grown->at = place(p, at);
		grown->kind = strdup(kind);
		grown->name = copy(name);
	}
	if (grown == NULL || grown->kind == NULL || grown->name == NULL) {
		complain(p, at, NULL, "out of memory");
		if (grown != NULL)
			ac_section_clear(grown);
		return;
	}
	file->section_count++;
	p->section = grown;
}

static void
read_header(struct parser *p, struct authchain_span line, size_t at)
{
	struct ac_position where = place(p, 0);
	struct ac_header header;

	ac_section_clear(&p->spare);
	p->section = &p->spare;
	p->started = true;
	p->indented = false;
	p->full = false;
	ac_header_read(&header, line, at, &where, p->quiet ? NULL : p->diags);
	if (header.kind != NULL)
		add_section(p, header.kind, header.name, at);
}

/* ---- lines ------------------------------------------------------------- */

/* Would this text, at the start of a line, be a key or a section? */
static bool
looks_like_begin(struct authchain_span line, size_t at)
{
	size_t i = line.data[at] == '[' ? at + 1 : at;
	size_t end = ac_text_skip_word(line, i);
	if (end == i)
		return false;
	if (line.data[at] == '[')
		return end < line.len && strchr("] \t", line.data[end]) != NULL;
	end = ac_text_skip_blanks(line, end);
	return end < line.len && line.data[end] == '=';
}

static void
begin(struct parser *p, struct authchain_span line, size_t at)
{
	close_item(p);
	if (line.data[at] == '[')
		read_header(p, line, at);
	else
		read_key(p, line, at);
}

static void
go_on(struct parser *p, struct authchain_span line, size_t at)
{
	struct ac_position where = place(p, 0);
	bool begins = looks_like_begin(line, at);
	bool indented = p->indented;
	struct ac_quote quote;

	if (p->open &&
	    !(begins && (p->unvalued || !ac_value_wants_more(&p->reader)))) {
		if (p->quiet)
			p->item.broken = true;
		else
			ac_value_line(&p->reader, line, &where);
		return;
	}
	if (p->open && !indented)
		complain(p, at,
		    "begin it at the start of the line; in quotes it may go on "
		    "with a value",
		    "an indented line would continue the value of %s",
		    ac_quote(&quote, ac_span_text(p->item.key)));
	else if (!indented || !begins)
		complain(p, at,
		    begins ? "begin it at the start of the line" : NULL,
		    "an indented line continues the value above it, and there "
		    "is none");
	if (!begins)
		return;
	begin(p, line, at);
	p->indented = true;
}

static void
read_line(struct parser *p, struct authchain_span line)
{
	size_t at = ac_text_skip_blanks(line, 0);
	struct ac_text_fault fault;

	p->quiet = false;
	if (!ac_text_check(line, &fault)) {
		complain(p, fault.at, fault.hint, "%s", fault.what);
		p->quiet = true;
	}
	if (at == line.len)
		close_item(p);
	else if (line.data[at] == '#')
		return;
	else if (at > 0)
		go_on(p, line, at);
	else
		begin(p, line, at);
}

static void
read_lines(struct parser *p, struct authchain_span text)
{
	while (text.len > 0) {
		size_t end = ac_span_find(text, '\n', 0);
		struct authchain_span line = ac_span_cut(text, 0, end);

		p->line++;
		if (line.len > 0 && line.data[line.len - 1] == '\r')
			line.len--;
		read_line(p, line);
		text = ac_span_cut(text, end + 1, text.len);
	}
	p->quiet = false;
	close_item(p);
	ac_section_clear(&p->spare);
}

static void
read_text(struct parser *p, struct authchain_span text)
{
	if (text.len > AC_CONF_MAX_BYTES) {
		complain(p, 0, NULL,
		    "the file has %zu bytes; at most %u are allowed", text.len,
		    AC_CONF_MAX_BYTES);
		return;
	}
	if (ac_span_starts(text, ac_span_text("\xff\xfe")) ||
	    ac_span_starts(text, ac_span_text("\xfe\xff"))) {
		complain(p, 0, "save the file as UTF-8", "the file is UTF-16");
		return;
	}
	if (ac_span_starts(text, ac_span_text("\xef\xbb\xbf"))) {
		complain(p, 0,
		    "save the file as UTF-8 without a byte order mark",
		    "the file begins with a byte order mark");
		text = ac_span_cut(text, 3, text.len);
	}
	p->line = 0;
	read_lines(p, text);
}

void
ac_conf_parse(struct ac_conf_file *file, const char *path,
    struct authchain_span text, struct ac_diags *diags)
{
	struct parser p = { .file = file, .diags = diags, .line = 1 };

	memset(file, 0, sizeof(*file));
	file->path = strdup(path);
	if (file->path == NULL) {
		struct ac_position where = { path, 0, 0 };

		ac_diag(diags, AUTHCHAIN_SEVERITY_ERROR, &where, NULL,
		    "out of memory");
		return;
	}
	p.section = &p.spare;
	read_text(&p, text);
}
