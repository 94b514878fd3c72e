/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * malloc, calloc and realloc for all libraries of the process: what a program
 * defines comes before what a library does.
 *
 * One failure is not staged: when the buffer of jansson's lexer can't grow, it
 * goes on without the byte (2.14, lex_save), which nobody can see from outside.
 */
#include "config.h" /* dladdr */

#include "shortage.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

static atomic_long left; /* until one fails; 0: none is to */
static atomic_bool failed;
static atomic_long blocks;

bool
shortage_works(void)
{
#ifdef SANITIZED
	return false;
#else
	return true;
#endif
}

void
shortage_at(long k)
{
	atomic_store(&failed, false);
	atomic_store(&left, k);
}

bool
shortage_end(void)
{
	atomic_store(&left, 0);
	return atomic_load(&failed);
}

long
shortage_blocks(void)
{
	return atomic_load(&blocks);
}

/* A sanitizer keeps malloc to itself. */
#ifndef SANITIZED
void *real_malloc(size_t size) __asm__("__libc_malloc");
void *real_calloc(size_t count, size_t size) __asm__("__libc_calloc");
void *real_realloc(void *old, size_t size) __asm__("__libc_realloc");
void *real_memalign(size_t alignment, size_t size) __asm__("__libc_memalign");
void real_free(void *old) __asm__("__libc_free");

/* The lexer's buffer doubles from 16 bytes on. */
static bool
is_lexer(size_t size, const void *caller)
{
	Dl_info info;

	return size >= 32 && (size & (size - 1)) == 0 &&
	       dladdr(caller, &info) != 0 && info.dli_fname != NULL &&
	       strstr(info.dli_fname, "libjansson") != NULL;
}

static bool
fails(void)
{
	if (atomic_load(&left) <= 0 || atomic_fetch_sub(&left, 1) != 1)
		return false;
	atomic_store(&failed, true);
	errno = ENOMEM;
	return true;
}

static void *
counted(void *block)
{
	if (block != NULL)
		atomic_fetch_add(&blocks, 1);
	return block;
}

void *
malloc(size_t size)
{
	if (atomic_load(&left) > 0 &&
	    !is_lexer(size, __builtin_return_address(0)) && fails())
		return NULL;
	return counted(real_malloc(size));
}

void *
calloc(size_t count, size_t size)
{
	return fails() ? NULL : counted(real_calloc(count, size));
}

void *
realloc(void *old, size_t size)
{
	void *block;

	if (size > 0 && fails())
		return NULL;
	block = real_realloc(old, size);
	if (old == NULL)
		return counted(block);
	if (size == 0)
		atomic_fetch_sub(&blocks, 1);
	return block;
}

void
free(void *block)
{
	if (block != NULL)
		atomic_fetch_sub(&blocks, 1);
	real_free(block);
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	return counted(real_memalign(alignment, size));
}

int
posix_memalign(void **out, size_t alignment, size_t size)
{
	*out = counted(real_memalign(alignment, size));
	return *out == NULL ? ENOMEM : 0;
}
#endif
