/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that held a secret.
 *
 * And want of memory inside a library that can't tell it: jansson calls it bad
 * syntax, libcrypto a bad signature or a bad key.  But each failure of malloc
 * leaves ENOMEM in errno, and little sets that back.
 */
#ifndef AC_BASE_MEMORY_H
#define AC_BASE_MEMORY_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* As OPENSSL_cleanse, at the speed of memset: what follows the barrier may
 * read the bytes, as far as a compiler knows. */
static inline void
ac_memory_wipe(void *bytes, size_t len)
{
	memset(bytes, 0, len);
	__asm__ volatile("" : : "r"(bytes) : "memory");
}

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
