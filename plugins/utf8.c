/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of RFC 3629 4, row by row. */
#include "utf8.h"

struct row {
	unsigned char first, last;   /* of the first byte */
	unsigned char least, utmost; /* of the second */
	unsigned char more;          /* bytes behind the first */
};

static const struct row rows[] = {
	{ 0x00, 0x7f, 0, 0, 0 },
	{ 0xc2, 0xdf, 0x80, 0xbf, 1 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 2 },
	{ 0xe1, 0xec, 0x80, 0xbf, 2 },
	{ 0xed, 0xed, 0x80, 0x9f, 2 },
	{ 0xee, 0xef, 0x80, 0xbf, 2 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 3 },
	{ 0xf1, 0xf3, 0x80, 0xbf, 3 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 3 },
};

static const struct row *
row_of(unsigned char first)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (first >= rows[i].first && first <= rows[i].last)
			return &rows[i];
	return NULL;
}

/* How long the character at the beginning is; 0 when it is none. */
static size_t
take(const unsigned char *at, size_t left)
{
	const struct row *row = row_of(at[0]);

	if (row == NULL || left <= row->more)
		return 0;
	if (row->more > 0 && (at[1] < row->least || at[1] > row->utmost))
		return 0;
	for (size_t i = 2; i <= row->more; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	return row->more + 1u;
}

bool
utf8_is_valid(struct authchain_span text)
{
	const unsigned char *bytes = (const unsigned char *)text.data;

	for (size_t at = 0; at < text.len;) {
		size_t len = take(bytes + at, text.len - at);

		if (len == 0)
			return false;
		at += len;
	}
	return true;
}
