/* SPDX-License-Identifier: BSD-2-Clause */
/* ac_format says what vsnprintf says, at every size. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/format.h"
#include "tap.h"

#define ROOM 64

static bool same;

static void check(size_t size, const char *format, ...) AUTHCHAIN_PRINTF(2, 3);

static void
check(size_t size, const char *format, ...)
{
	char ours[ROOM + 1], theirs[ROOM + 1];
	va_list ap;
	size_t len;

	memset(ours, '#', sizeof(ours));
	va_start(ap, format);
	len = ac_format(ours, size, format, ap);
	va_end(ap);
	va_start(ap, format);
	(void)vsnprintf(theirs, size, format, ap);
	va_end(ap);
	same = same && strcmp(ours, theirs) == 0 && len == strlen(theirs) &&
	       ours[size] == '#';
}

#define EACH(name, ...)                                                        \
	do {                                                                   \
		same = true;                                                   \
		for (size_t size = 1; size <= ROOM; size++)                    \
			check(size, __VA_ARGS__);                              \
		ok(same, name);                                                \
	} while (0)

int
main(void)
{
	EACH("plain text", "no conversion at all%s", "");
	EACH("texts", "%s and %s", "one", "another");
	EACH("text in part", "<%.*s>", 3, "abcdef");
	EACH("text in part, which is shorter", "<%.*s>", 30, "abcdef");
	EACH("nothing of a text", "<%.*s>", 0, "abcdef");
	EACH("numbers", "%u %u %u", 0u, 7u, UINT32_MAX);
	EACH("sizes", "%zu %zu", (size_t)0, SIZE_MAX);
	EACH("a percent sign", "100 %% of %s", "it");
	EACH("another conversion", "%s: %d", "minus one", -1);
	EACH("another one behind a number", "%u %zu %08x", 1u, (size_t)2, 255u);
	EACH("a width", "%5u|%-5s|", 3u, "ab");
	return done();
}
