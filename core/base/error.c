/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors for people, and the one way for untrusted text into them. */
#include "base/error.h"

#include <stdio.h>

int
ac_error(struct authchain_error *err, enum authchain_error_code code,
    const char *format, ...)
{
	va_list ap;

	if (err == NULL || err->code != AUTHCHAIN_ERROR_NONE)
		return -1;
	err->code = code;
	va_start(ap, format);
	if (vsnprintf(err->text, sizeof(err->text), format, ap) < 0)
		err->text[0] = '\0';
	va_end(ap);
	return -1;
}

int
ac_error_memory(struct authchain_error *err)
{
	return ac_error(err, AUTHCHAIN_ERROR_MEMORY, "out of memory");
}

void
ac_error_clear(struct authchain_error *err)
{
	if (err == NULL)
		return;
	err->code = AUTHCHAIN_ERROR_NONE;
	err->text[0] = '\0';
}

const char *
ac_quote(struct ac_quote *quote, struct authchain_span text)
{
	static const char hex[] = "0123456789abcdef";
	size_t len = text.len > AC_QUOTE_BYTES ? AC_QUOTE_BYTES : text.len, i;
	char *out = quote->text;

	if (text.data == NULL) {
		(void)snprintf(quote->text, sizeof(quote->text), "(none)");
		return quote->text;
	}
	*out++ = '"';
	for (i = 0; i < len; i++) {
		unsigned char u = (unsigned char)text.data[i];

		if (u < 0x20 || u > 0x7e) {
			*out++ = '\\';
			*out++ = 'x';
			*out++ = hex[u >> 4];
			*out++ = hex[u & 0xf];
			continue;
		}
		if (u == '"' || u == '\\')
			*out++ = '\\';
		*out++ = (char)u;
	}
	*out++ = '"';
	for (i = 0; i < 3 && len < text.len; i++)
		*out++ = '.';
	*out = '\0';
	return quote->text;
}
