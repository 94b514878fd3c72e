/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linked into a program or module of which each allocation is to fail in turn.
 * The linker leads its calls here (-Wl,--wrap); the test of a module sets the
 * moment through the functions that are exported beside the descriptor.
 */
#include "failing.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

void *real_malloc(size_t size) __asm__("__real_malloc");
void *real_calloc(size_t count, size_t size) __asm__("__real_calloc");
void *real_realloc(void *old, size_t size) __asm__("__real_realloc");
char *real_strdup(const char *text) __asm__("__real_strdup");
char *real_strndup(const char *text, size_t len) __asm__("__real_strndup");

void *wrap_malloc(size_t size) __asm__("__wrap_malloc");
void *wrap_calloc(size_t count, size_t size) __asm__("__wrap_calloc");
void *wrap_realloc(void *old, size_t size) __asm__("__wrap_realloc");
char *wrap_strdup(const char *text) __asm__("__wrap_strdup");
char *wrap_strndup(const char *text, size_t len) __asm__("__wrap_strndup");

static atomic_long left = -1;

void
failing_after(long calls)
{
	left = calls;
}

long
failing_left(void)
{
	return left;
}

int
failing_now(void)
{
	return left >= 0 && atomic_fetch_sub(&left, 1) == 0;
}

void *
wrap_malloc(size_t size)
{
	return failing_now() ? NULL : real_malloc(size);
}

void *
wrap_calloc(size_t count, size_t size)
{
	return failing_now() ? NULL : real_calloc(count, size);
}

void *
wrap_realloc(void *old, size_t size)
{
	return failing_now() ? NULL : real_realloc(old, size);
}

char *
wrap_strdup(const char *text)
{
	return failing_now() ? NULL : real_strdup(text);
}

char *
wrap_strndup(const char *text, size_t len)
{
	return failing_now() ? NULL : real_strndup(text, len);
}
