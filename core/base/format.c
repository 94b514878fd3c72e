/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The conversions that nearly all messages use; at any other one the C library
 * formats the whole.
 */
#include "base/format.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct writer {
	char *out;
	size_t len, room; /* room: without the NUL */
};

static void
put(struct writer *w, const char *text, size_t len)
{
	if (len > w->room - w->len)
		len = w->room - w->len;
	memcpy(w->out + w->len, text, len);
	w->len += len;
}

static void
put_number(struct writer *w, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number != 0);
	put(w, digits + at, sizeof(digits) - at);
}

static void
put_text(struct writer *w, const char *text, int most)
{
	if (text == NULL)
		text = "(null)";
	put(w, text, most < 0 ? strlen(text) : strnlen(text, (size_t)most));
}

/* The conversion behind a percent sign; its length, 0 when it is another. */
static size_t
convert(struct writer *w, const char *spec, va_list *ap)
{
	if (spec[0] == 's') {
		put_text(w, va_arg(*ap, const char *), -1);
	} else if (spec[0] == 'u') {
		put_number(w, va_arg(*ap, unsigned));
	} else if (spec[0] == '%') {
		put(w, "%", 1);
	} else if (strncmp(spec, "zu", 2) == 0) {
		put_number(w, va_arg(*ap, size_t));
		return 2;
	} else if (strncmp(spec, ".*s", 3) == 0) {
		int most = va_arg(*ap, int);

		put_text(w, va_arg(*ap, const char *), most);
		return 3;
	} else {
		return 0;
	}
	return 1;
}

static bool
format_all(struct writer *w, const char *format, va_list *ap)
{
	for (;;) {
		size_t plain = strcspn(format, "%"), len;

		put(w, format, plain);
		format += plain;
		if (*format == '\0')
			return true;
		if ((len = convert(w, format + 1, ap)) == 0)
			return false;
		format += 1 + len;
	}
}

size_t
ac_format(char *out, size_t size, const char *format, va_list ap)
{
	struct writer w = { out, 0, size - 1 };
	va_list mine;
	bool made;
	int len;

	va_copy(mine, ap);
	made = format_all(&w, format, &mine);
	va_end(mine);
	if (made) {
		out[w.len] = '\0';
		return w.len;
	}
	len = vsnprintf(out, size, format, ap);
	if (len < 0)
		out[0] = '\0';
	return len < 0 ? 0 : (size_t)len < size ? (size_t)len : size - 1;
}
