/* SPDX-License-Identifier: BSD-2-Clause */
/* Which bytes may stand in a configuration's text. */
#ifndef AC_ENGINE_TEXT_H
#define AC_ENGINE_TEXT_H

#include "base/span.h"

struct ac_text_fault {
	size_t at;
	char what[64];
	const char *hint;
};

/*
 * Is text UTF-8, without control characters but tabs, and without characters
 * that are not seen or that turn the direction of others?  Else *fault is the
 * first that is wrong.
 */
bool ac_text_check(struct authchain_span text, struct ac_text_fault *fault);

/* Index behind the spaces and tabs at `at'. */
size_t ac_text_skip_blanks(struct authchain_span line, size_t at);
/* Index behind the letters, digits, - and _ at `at'. */
size_t ac_text_skip_word(struct authchain_span line, size_t at);
/* Where a comment begins at or behind `at', or line.len; knows no quotes. */
size_t ac_text_comment(struct authchain_span line, size_t at);

/*
 * May a message show this word, of which nobody knows what it is?  It looks
 * like a key (lower case, few digits, short), so it is no piece of a secret.
 */
bool ac_text_is_harmless(struct authchain_span word);

#endif
