/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counts what a thread allocates; for LD_PRELOAD, so that what is timed is not
 * what is counted.  Stands in front of glibc's allocator and changes nothing.
 */
#include "count.h"

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static _Thread_local unsigned long counted;

unsigned long
bench_counted(void)
{
	return counted;
}

void *
malloc(size_t size)
{
	counted++;
	return __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	counted++;
	return __libc_calloc(count, size);
}

void *
realloc(void *old, size_t size)
{
	counted++;
	return __libc_realloc(old, size);
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	counted++;
	return __libc_memalign(alignment, size);
}
