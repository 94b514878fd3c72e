/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Want of memory inside a library that can't tell it: jansson calls it bad
 * syntax, libcrypto a bad signature or a bad key.  But each failure of malloc
 * leaves ENOMEM in errno, and little sets that back.
 */
#ifndef AC_BASE_MEMORY_H
#define AC_BASE_MEMORY_H

#include <errno.h>
#include <stdbool.h>

static inline void
ac_memory_watch(void)
{
	errno = 0;
}

/* Has any allocation of this thread failed since it was watched? */
static inline bool
ac_memory_was_short(void)
{
	return errno == ENOMEM;
}

#endif
