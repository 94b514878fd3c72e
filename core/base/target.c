/* SPDX-License-Identifier: BSD-2-Clause */
/* Not at the first slash: one may stand in the query alone. */
#include "base/target.h"

static bool
is_scheme_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

static bool
is_end(char c)
{
	return c == '/' || c == '?' || c == '#' || c == '\\';
}

size_t
ac_target_authority_end(struct authchain_span target)
{
	size_t at = 0;

	while (at < target.len && is_scheme_byte(target.data[at]))
		at++;
	if (at == 0 || !ac_span_is_text(ac_span_cut(target, at, at + 3), "://"))
		return 0;
	for (at += 3; at < target.len; at++)
		if (is_end(target.data[at]))
			break;
	return at;
}
