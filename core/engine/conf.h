/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configuration as written: sections, keys, values, and where each stands.
 * Knows the language, not what keys mean (authchain.conf(5)).
 *
 *	file    = { comment | section }
 *	section = "[" kind [ name ] "]" { key "=" value }
 * UTF-8 without a byte order mark; lines end in LF or CR LF.  "#" begins a
 * comment at the start of a line or after white space.  A line that begins
 * with white space continues the value above; comment lines may stand between,
 * a blank line ends the value.  A value in double quotes may hold anything but
 * a line's end, with \" and \\; commas outside quotes separate the parts of a
 * list.  Control characters and those that make text look like other text
 * (zero width, direction) are refused.
 */
#ifndef AC_ENGINE_CONF_H
#define AC_ENGINE_CONF_H

#include "engine/diag.h"

#define AC_CONF_MAX_BYTES    (1u << 20) /* of one file */
#define AC_CONF_MAX_FILES    1024       /* of one folder */
#define AC_CONF_MAX_NAME     64         /* of sections, keys */
#define AC_CONF_MAX_VALUE    (16u << 10)
#define AC_CONF_MAX_SECTIONS 4096 /* of one file */
#define AC_CONF_MAX_KEYS     256  /* of one section */
#define AC_CONF_MAX_PARTS    1024 /* of one list */

struct ac_part {
	char *text; /* unquoted, without white space around */
	bool quoted;
	struct ac_position at;
};

struct ac_item {
	char *key;
	char
	    *value; /* the whole of it as one text, unquoted if it was quoted */
	struct ac_position key_at, value_at;
	struct ac_part *parts; /* split at commas outside quotes */
	size_t part_count;     /* 0 for an empty value */
	bool quoted;           /* value was one quoted string */
	/* A fault in it was reported: it was written, so it is not missing, and
	 * nothing more is to be said about it. */
	bool broken;
};

struct ac_section {
	char *kind; /* chain, plugin, secret */
	char *name; /* "" for [chain] */
	struct ac_position at;
	struct ac_item *items;
	size_t item_count;
};

/* One file.  Duplicate sections and keys, and those without a usable name, were
 * reported and left out. */
struct ac_conf_file {
	char *path;
	struct ac_section *sections;
	size_t section_count;
};

/*
 * A configuration: chain files in alphabetical order, and the drop-ins, which
 * may define and never enrol.  For a single file there is one chain file and
 * no drop-in.  That a chain file holds a [chain] and a drop-in none was checked
 * and reported; a drop-in's is left out.
 */
struct ac_conf {
	struct ac_conf_file *chains;
	char **chain_names; /* from the file names, [a-z0-9][a-z0-9_-]* */
	size_t chain_count;
	struct ac_conf_file *drop_ins;
	size_t drop_in_count;
	/* A file could not be read, which was reported: names that are not
	 * found may stand there. */
	bool incomplete;
};

/*
 * Read a folder or a file; every fault of syntax, naming, ownership and mode
 * goes to diags.  NULL only when there is nothing to go on with (no such path,
 * memory); diags then has at least one error.  What was readable is returned
 * all the same, so that later checks add their findings.
 */
struct ac_conf *ac_conf_read(const char *path, struct ac_diags *diags);
void ac_conf_free(struct ac_conf **conf);

/* Parse one file's text; path names it in positions.  Faults go to diags. */
void ac_conf_parse(struct ac_conf_file *file, const char *path,
    struct authchain_span text, struct ac_diags *diags);
void ac_conf_file_clear(struct ac_conf_file *file);

/* [a-z0-9][a-z0-9_-]*, at most AC_CONF_MAX_NAME bytes. */
bool ac_conf_is_name(struct authchain_span text);

/* NULL: there is none. */
const struct ac_section *ac_conf_find(const struct ac_conf_file *file,
    const char *kind, struct authchain_span name);
const struct ac_item *ac_section_find(const struct ac_section *section,
    const char *key);

#endif
