/* SPDX-License-Identifier: BSD-2-Clause */
/* What a verdict holds, in memory of who looks at it. */
#ifndef AC_ENGINE_UNPACK_H
#define AC_ENGINE_UNPACK_H

#include "engine/arena.h"
#include "engine/cache.h"

/* Views into that memory. */
struct ac_unpacked {
	struct authchain_span texts[AC_VERDICT_TEXTS];
	struct authchain_span *scopes;
	size_t scope_count;
	struct authchain_pair *attributes;
	size_t attribute_count;
};

size_t ac_unpacked_bytes(const struct ac_verdict *verdict);
/* In the verdict's lane: into so many bytes, aligned for anything. */
void ac_unpack(const struct ac_verdict *verdict, void *memory,
    struct ac_unpacked *out);

#endif
