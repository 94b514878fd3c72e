/* SPDX-License-Identifier: BSD-2-Clause */
/* A growing text buffer: len <= max, and a NUL behind data[len - 1]. */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/crypto.h>

#define BUF_FIRST_BYTES 128

void
ac_buf_init(struct ac_buf *buf, size_t max_bytes)
{
	*buf = (struct ac_buf){ .max = max_bytes };
}

void
ac_buf_clear(struct ac_buf *buf)
{
	free(buf->data);
	ac_buf_init(buf, buf->max);
}

void
ac_buf_wipe(struct ac_buf *buf)
{
	if (buf->data != NULL)
		OPENSSL_cleanse(buf->data, buf->cap);
	ac_buf_clear(buf);
}

/*
 * Room for more bytes and a NUL.  Not realloc: the old copy may hold a secret
 * and ac_buf_wipe would not reach it.
 */
static bool
buf_reserve(struct ac_buf *buf, size_t more)
{
	size_t need, cap;
	char *grown;

	if (buf->failed || more > buf->max - buf->len ||
	    __builtin_add_overflow(buf->len + more, 1, &need)) {
		buf->failed = true;
		return false;
	}
	if (need <= buf->cap)
		return true;
	cap = buf->cap > SIZE_MAX / 2 ? need : buf->cap * 2;
	if (cap < BUF_FIRST_BYTES)
		cap = BUF_FIRST_BYTES;
	if (cap < need)
		cap = need;
	grown = malloc(cap);
	if (grown == NULL) {
		buf->failed = true;
		return false;
	}
	if (buf->data != NULL) {
		memcpy(grown, buf->data, buf->len);
		OPENSSL_cleanse(buf->data, buf->len);
		free(buf->data);
	}
	grown[buf->len] = '\0';
	buf->data = grown;
	buf->cap = cap;
	return true;
}

void
ac_buf_add(struct ac_buf *buf, struct authchain_span bytes)
{
	if (bytes.len == 0 || !buf_reserve(buf, bytes.len))
		return;
	memcpy(buf->data + buf->len, bytes.data, bytes.len);
	buf->len += bytes.len;
	buf->data[buf->len] = '\0';
}

void
ac_buf_text(struct ac_buf *buf, const char *text)
{
	ac_buf_add(buf, ac_span_text(text));
}

void
ac_buf_byte(struct ac_buf *buf, char byte)
{
	ac_buf_add(buf, ac_span(&byte, 1));
}

void
ac_buf_vformat(struct ac_buf *buf, const char *format, va_list ap)
{
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0) {
		buf->failed = true;
		return;
	}
	if (len == 0 || !buf_reserve(buf, (size_t)len))
		return;
	(void)vsnprintf(buf->data + buf->len, (size_t)len + 1, format, ap);
	buf->len += (size_t)len;
}

void
ac_buf_format(struct ac_buf *buf, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	ac_buf_vformat(buf, format, ap);
	va_end(ap);
}

/* Length of the well-formed UTF-8 sequence at the front (Unicode table 3-7),
 * or 0. */
static size_t
utf8_sequence(struct authchain_span text)
{
	unsigned char first = (unsigned char)text.data[0], low = 0x80,
		      high = 0xbf;
	size_t len, i;

	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	len = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	if (first == 0xe0)
		low = 0xa0;
	else if (first == 0xed)
		high = 0x9f;
	else if (first == 0xf0)
		low = 0x90;
	else if (first == 0xf4)
		high = 0x8f;
	if (len > text.len)
		return 0;
	for (i = 1; i < len; i++) {
		unsigned char next = (unsigned char)text.data[i];

		if (next < low || next > high)
			return 0;
		low = 0x80;
		high = 0xbf;
	}
	return len;
}

static void
json_byte(struct ac_buf *buf, char c)
{
	static const char short_from[] = "\"\\\b\f\n\r\t";
	static const char short_to[] = "\"\\bfnrt";
	const char *at = c == '\0' ? NULL : strchr(short_from, c);

	if (at != NULL) {
		ac_buf_byte(buf, '\\');
		ac_buf_byte(buf, short_to[at - short_from]);
	} else if ((unsigned char)c < 0x20 || c == 0x7f) {
		ac_buf_format(buf, "\\u%04x", (unsigned int)(unsigned char)c);
	} else {
		ac_buf_byte(buf, c);
	}
}

void
ac_buf_json(struct ac_buf *buf, struct authchain_span text)
{
	while (text.len > 0) {
		size_t len = utf8_sequence(text);

		if (len == 1)
			json_byte(buf, text.data[0]);
		else if (len == 0)
			ac_buf_text(buf, "\xef\xbf\xbd");
		else
			ac_buf_add(buf, ac_span(text.data, len));
		text = ac_span_cut(text, len == 0 ? 1 : len, text.len);
	}
}

struct authchain_span
ac_buf_span(const struct ac_buf *buf)
{
	return ac_span(buf->data == NULL ? "" : buf->data, buf->len);
}

char *
ac_buf_take(struct ac_buf *buf)
{
	char *text = NULL;

	if (buf_reserve(buf, 0)) {
		text = buf->data;
		buf->data = NULL;
	}
	ac_buf_wipe(buf);
	return text;
}
