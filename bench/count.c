/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counts what a thread allocates; for LD_PRELOAD, so that what is timed is not
 * what is counted.  Stands in front of glibc's allocator and changes nothing.
 */
#include "config.h" /* dl_iterate_phdr */

#include "count.h"

#include <link.h>
#include <stdint.h>
#include <string.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

/* Where libcrypto's code is. */
struct range {
	uintptr_t from, to;
};

static struct range crypto;
static _Thread_local struct bench_counts counted;

static int
find(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct range *range = arg;

	(void)size;
	if (strstr(info->dlpi_name, "/libcrypto.so") == NULL)
		return 0;
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

		if (segment->p_type != PT_LOAD ||
		    (segment->p_flags & PF_X) == 0)
			continue;
		range->from = info->dlpi_addr + segment->p_vaddr;
		range->to = range->from + segment->p_memsz;
	}
	return 1;
}

/* Asked for by the program itself, when all its libraries are there. */
void
bench_counted(struct bench_counts *counts)
{
	if (crypto.to == 0)
		(void)dl_iterate_phdr(find, &crypto);
	*counts = counted;
}

static void
count(const void *caller, size_t bytes)
{
	uintptr_t at = (uintptr_t)caller;

	counted.calls++;
	counted.bytes += bytes;
	if (at >= crypto.from && at < crypto.to)
		counted.crypto++;
}

void *
malloc(size_t size)
{
	count(__builtin_return_address(0), size);
	return __libc_malloc(size);
}

void *
calloc(size_t members, size_t size)
{
	count(__builtin_return_address(0), members * size);
	return __libc_calloc(members, size);
}

void *
realloc(void *old, size_t size)
{
	count(__builtin_return_address(0), size);
	return __libc_realloc(old, size);
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	count(__builtin_return_address(0), size);
	return __libc_memalign(alignment, size);
}
