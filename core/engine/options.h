/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The values of one section, checked against a schema.  The core's own
 * sections are described by the same tables as plugins' options.
 */
#ifndef AC_ENGINE_OPTIONS_H
#define AC_ENGINE_OPTIONS_H

#include "base/buf.h"
#include "engine/secrets.h"

struct ac_options;

/* For the core's own schemas: a list may hold the same item twice. */
#define AC_OPTION_REPEATS 0x40000000u
/* Likewise: the value may be a secret by mistake; no message shows it. */
#define AC_OPTION_HIDDEN 0x20000000u

/* Finds the secret that "@NAME" means; NULL when there is none of that name, or
 * when it could not be loaded, which was reported: then its name is in names
 * all the same.  Names for "did you mean" come from the same place. */
struct ac_secret_lookup {
	struct ac_secret_list *(*find)(void *arg, const char *name);
	const char *const *names;
	size_t name_count;
	void *arg;
	bool incomplete; /* a file with names could not be read: an unknown
	                  * one says nothing new */
};

/*
 * Check section against schema[0..count): unknown keys, missing required ones,
 * types, ranges, choices, purposes of secrets, ${NAME} where it may stand.  All
 * faults go to diags, each once.  NULL when there was one, now or when section
 * was read.  "$${" in a value is "${" itself, "${" alone is refused where no
 * environment is taken.  section's positions are
 * borrowed: it must outlive the options.  schema is borrowed, and so is what
 * lookup finds.  lookup may be NULL where the schema has no SECRET.
 */
struct ac_options *ac_options_bind(const struct authchain_option *schema,
    size_t count, const struct ac_section *section,
    const struct ac_secret_lookup *lookup, struct ac_diags *diags);
void ac_options_free(struct ac_options **options);

/* As the services of the same names in plugin.h; a name that the schema does
 * not have reads as unset. */
bool ac_options_is_set(const struct ac_options *options, const char *name);
struct authchain_span ac_options_text(const struct ac_options *options,
    const char *name);
int64_t ac_options_number(const struct ac_options *options, const char *name);
size_t ac_options_count(const struct ac_options *options, const char *name);
struct authchain_span ac_options_item(const struct ac_options *options,
    const char *name, size_t at);
struct ac_secret_list *ac_options_secret(const struct ac_options *options,
    const char *name);

/* Where the value stands, or the section when it was not written. */
const struct ac_position *ac_options_at(const struct ac_options *options,
    const char *name);
/* Where item `at' of a list stands. */
const struct ac_position *ac_options_item_at(const struct ac_options *options,
    const char *name, size_t at);

/*
 * "key = value" lines of all options that have a value, in schema order, fit to
 * be parsed again; a fallback is marked "# default"; a secret is @NAME.
 */
void ac_options_print(const struct ac_options *options, struct ac_buf *out);

/* "duration", "list of strings" ...: for `authchain plugins' and man pages. */
const char *ac_option_type_name(uint32_t type);

#endif
