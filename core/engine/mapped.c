/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dlopen of /proc/self/fd/N has a trap: the dynamic linker knows what it has
 * loaded by the spelling of the name, and descriptor numbers come back, so
 * that a second plugin could get the first one's code.  What was mapped is
 * therefore compared with the file, and another spelling is tried until they
 * agree.
 */
#include "config.h" /* dlinfo */

#include "engine/mapped.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_SPELLINGS 256
#define COMPARE_BYTES 65536

/* memcmp without a sanitizer's opinion: between a module's variables lie red
 * zones, and the whole segment is read here. */
__attribute__((__no_sanitize__("address"))) static bool
is_same(const unsigned char *a, const unsigned char *b, size_t len)
{
	unsigned char different = 0;

	for (size_t i = 0; i < len; i++)
		different |= a[i] ^ b[i];
	return different == 0;
}

static bool
segment_is(int fd, const unsigned char *mapped, const ElfW(Phdr) * segment)
{
	unsigned char *file = malloc(COMPARE_BYTES);
	size_t at = 0;
	bool same = file != NULL;

	while (same && at < segment->p_filesz) {
		size_t want = segment->p_filesz - at;
		ssize_t got;

		if (want > COMPARE_BYTES)
			want = COMPARE_BYTES;
		got = pread(fd, file, want, (off_t)(segment->p_offset + at));
		same = got == (ssize_t)want &&
		       is_same(mapped + segment->p_vaddr + at, file, want);
		at += want;
	}
	free(file);
	return same;
}

/* Do the segments that nothing writes to hold what the file holds? */
static bool
is_file(void *handle, int fd)
{
	struct link_map *map = NULL;
	const unsigned char *base;
	const ElfW(Ehdr) * elf;
	const ElfW(Phdr) * segments;

	if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0)
		return false;
	base = (const unsigned char *)(uintptr_t)map->l_addr; /* NOLINT */
	elf = (const void *)base;
	segments = (const void *)(base + elf->e_phoff);
	for (size_t i = 0; i < elf->e_phnum; i++)
		if (segments[i].p_type == PT_LOAD &&
		    (segments[i].p_flags & PF_W) == 0 &&
		    !segment_is(fd, base, &segments[i]))
			return false;
	return true;
}

/* Why dlopen failed, without the name we gave it, which means nothing. */
static const char *
why_not(const char *name)
{
	const char *why = dlerror();
	size_t len = strlen(name);

	if (why == NULL)
		return "for no reason that it gives";
	return strncmp(why, name, len) == 0 && strncmp(why + len, ": ", 2) == 0
		   ? why + len + 2
		   : why;
}

void *
ac_mapped_open(int fd, struct authchain_error *err)
{
	char name[MAX_SPELLINGS + 64] = "/proc/self/fd/";
	size_t len = strlen(name);

	for (size_t i = 0; i < MAX_SPELLINGS; i++) {
		void *handle;

		snprintf(name + len, sizeof(name) - len, "%d", fd);
		handle = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
		if (handle == NULL) {
			ac_error(err, AUTHCHAIN_ERROR_CONFIGURATION,
			    "the dynamic linker refuses it: %s", why_not(name));
			return NULL;
		}
		if (is_file(handle, fd))
			return handle;
		name[len++] = '/';
	}
	ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
	    "the dynamic linker maps other code than the file holds");
	return NULL;
}
