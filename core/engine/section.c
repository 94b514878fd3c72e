/* SPDX-License-Identifier: BSD-2-Clause */
/* What a file's text became: who owns what of it. */
#include "engine/section.h"

#include "engine/value.h"

#include <stdlib.h>

void
ac_item_clear(struct ac_item *item)
{
	ac_value_clear(item);
	free(item->key);
	memset(item, 0, sizeof(*item));
}

void
ac_section_clear(struct ac_section *section)
{
	for (size_t i = 0; i < section->item_count; i++)
		ac_item_clear(&section->items[i]);
	free(section->items);
	free(section->kind);
	free(section->name);
	memset(section, 0, sizeof(*section));
}

const struct ac_item *
ac_section_find(const struct ac_section *section, const char *key)
{
	for (size_t i = 0; i < section->item_count; i++) {
		if (strcmp(section->items[i].key, key) == 0)
			return &section->items[i];
	}
	return NULL;
}

const struct ac_section *
ac_conf_find(const struct ac_conf_file *file, const char *kind,
    struct authchain_span name)
{
	for (size_t i = 0; i < file->section_count; i++) {
		const struct ac_section *s = &file->sections[i];

		if (strcmp(s->kind, kind) == 0 &&
		    ac_span_is_text(name, s->name))
			return s;
	}
	return NULL;
}

void
ac_conf_file_clear(struct ac_conf_file *file)
{
	for (size_t i = 0; i < file->section_count; i++)
		ac_section_clear(&file->sections[i]);
	free(file->sections);
	free(file->path);
	memset(file, 0, sizeof(*file));
}
