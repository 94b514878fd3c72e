/* SPDX-License-Identifier: BSD-2-Clause */
/* Sections and items as owners of their texts. */
#ifndef AC_ENGINE_SECTION_H
#define AC_ENGINE_SECTION_H

#include "engine/conf.h"

/* Free what they hold; they may be filled again. */
void ac_item_clear(struct ac_item *item);
void ac_section_clear(struct ac_section *section);

#endif
