/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arrays that grow by one element: their room is the next power of two, so
 * that a count alone describes them.
 */
#ifndef AC_ENGINE_GROW_H
#define AC_ENGINE_GROW_H

#include <stddef.h>
#include <stdlib.h>

/* Room for one more than count elements of size bytes.  NULL, and array as it
 * was, when out of memory. */
static inline void *
ac_grow(void *array, size_t count, size_t size)
{
	size_t room = count == 0 ? 1 : 2 * count;
	size_t bytes;

	if (count != 0 && (count & (count - 1)) != 0)
		return array;
	if (__builtin_mul_overflow(room, size, &bytes))
		return NULL;
	return realloc(array, bytes);
}

#endif
