/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "did you mean": which known name a mistyped one is nearest to.  Letters of
 * either case are the same here; names longer than SUGGEST_MAX are nobody's
 * slip of the finger.
 */
#include "engine/diag.h"

#include <stdio.h>

#define SUGGEST_MAX 64

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool
same(struct authchain_span a, size_t i, struct authchain_span b, size_t j)
{
	return lower(a.data[i]) == lower(b.data[j]);
}

static size_t
cell(size_t rows[3][SUGGEST_MAX + 1], size_t i, size_t j,
    struct authchain_span a, struct authchain_span b)
{
	const size_t *above = rows[(i - 1) % 3];
	size_t best = above[j - 1] + !same(a, i - 1, b, j - 1);

	best = least(best, above[j] + 1);
	best = least(best, rows[i % 3][j - 1] + 1);
	if (i > 1 && j > 1 && same(a, i - 1, b, j - 2) &&
	    same(a, i - 2, b, j - 1))
		best = least(best, rows[(i - 2) % 3][j - 2] + 1);
	return best;
}

/* Edits, a swap of neighbours being one; both at most SUGGEST_MAX long. */
static size_t
distance(struct authchain_span a, struct authchain_span b)
{
	size_t rows[3][SUGGEST_MAX + 1];

	for (size_t j = 0; j <= b.len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		rows[i % 3][0] = i;
		for (size_t j = 1; j <= b.len; j++)
			rows[i % 3][j] = cell(rows, i, j, a, b);
	}
	return rows[a.len % 3][b.len];
}

const char *
ac_suggest(struct authchain_span word, const char *const *candidates,
    size_t count)
{
	const char *nearest = NULL;
	size_t best = word.len / 3;

	if (word.len == 0 || word.len > SUGGEST_MAX)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		struct authchain_span known = ac_span_text(candidates[i]);
		size_t d;

		if (known.len > SUGGEST_MAX)
			continue;
		d = distance(word, known);
		if (d > best || (nearest != NULL && d == best))
			continue;
		nearest = candidates[i];
		best = d;
	}
	return nearest;
}

static size_t
put(char out[AC_HINT_BYTES], size_t len, const char *text)
{
	for (; *text != '\0' && len + 1 < AC_HINT_BYTES; text++)
		out[len++] = *text;
	out[len] = '\0';
	return len;
}

/* Both texts or nothing. */
static size_t
append(char out[AC_HINT_BYTES], size_t len, const char *before,
    const char *text)
{
	if (strlen(before) + strlen(text) >= AC_HINT_BYTES - len)
		return len;
	return put(out, put(out, len, before), text);
}

const char *
ac_suggest_hint(char out[AC_HINT_BYTES], struct authchain_span word,
    const char *const *candidates, size_t count)
{
	const char *nearest = ac_suggest(word, candidates, count);
	size_t len = 0;

	out[0] = '\0';
	if (nearest != NULL) {
		(void)snprintf(out, AC_HINT_BYTES, "did you mean \"%s\"?",
		    nearest);
		return out;
	}
	for (size_t i = 0; i < count; i++) {
		const char *before = i == 0 ? "known: " : ", ";
		size_t next = append(out, len, before, candidates[i]);

		/* Room for ", ..." stays behind every name but the last. */
		if (next == len ||
		    (i + 1 < count && next + 5 >= AC_HINT_BYTES)) {
			out[len] = '\0';
			(void)append(out, len, before, "...");
			break;
		}
		len = next;
	}
	return out;
}
