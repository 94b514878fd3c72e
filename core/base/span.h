/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Byte views.  Untrusted bytes are always pointer and length; nothing here
 * allocates and nothing looks for a NUL in them.
 */
#ifndef AC_BASE_SPAN_H
#define AC_BASE_SPAN_H

#include <authchain/plugin.h>

#include <stdbool.h>
#include <string.h>

static inline struct authchain_span
ac_span(const char *data, size_t len)
{
	return (struct authchain_span){ data, len };
}

/* A view of a C string; NULL gives the view that is no value. */
static inline struct authchain_span
ac_span_text(const char *text)
{
	return ac_span(text, text == NULL ? 0 : strlen(text));
}

static inline bool
ac_span_is(struct authchain_span a, struct authchain_span b)
{
	return a.len == b.len &&
	       (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline bool
ac_span_is_text(struct authchain_span a, const char *text)
{
	return a.data != NULL && ac_span_is(a, ac_span_text(text));
}

/* ASCII letters compare equal in either case; nothing else folds. */
bool ac_span_is_nocase(struct authchain_span a, struct authchain_span b);

bool ac_span_starts(struct authchain_span a, struct authchain_span prefix);

/* Index of the byte at or after `from', or a.len. */
size_t ac_span_find(struct authchain_span a, char byte, size_t from);

/* The bytes [from, to), both cut to a.len. */
struct authchain_span ac_span_cut(struct authchain_span a, size_t from,
    size_t to);

/* Without spaces and tabs at both ends. */
struct authchain_span ac_span_trim(struct authchain_span a);

/*
 * Take the next word off *rest, which is split at runs of spaces; false at the
 * end.
 */
bool ac_span_word(struct authchain_span *rest, struct authchain_span *word);

/*
 * Equal, in time that depends on the lengths alone.  For secrets.
 */
bool ac_span_is_secret(struct authchain_span a, struct authchain_span b);

/* Of a struct that begins with its size, as much as both sides know. */
void ac_copy_sized(void *to, size_t to_size, const void *from,
    size_t from_size);

/* Is it one scope (RFC 6749 3.3): visible ASCII without " and \? */
bool ac_span_is_scope(struct authchain_span a);

/* Is there a control byte (< 0x20, 0x7f) in it? */
bool ac_span_has_control(struct authchain_span a);

#endif
