/* SPDX-License-Identifier: BSD-2-Clause */
/* Output for programs and for people.  Nothing that came from a token reaches
 * a terminal unescaped. */
#include "cli/out.h"

#include <stdlib.h>
#include <unistd.h>

static bool
has_colour(FILE *out)
{
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return (no == NULL || no[0] == 0) && term != NULL &&
	       strcmp(term, "dumb") != 0 && isatty(fileno(out)) == 1;
}

const char *
ac_out_on(FILE *out, enum ac_paint paint)
{
	static const char *const escapes[] = {
		[AC_PAINT_GOOD] = "\033[32m",
		[AC_PAINT_BAD] = "\033[31m",
		[AC_PAINT_WARN] = "\033[33m",
		[AC_PAINT_STRONG] = "\033[1m",
		[AC_PAINT_FAINT] = "\033[2m",
	};

	return has_colour(out) ? escapes[paint] : "";
}

const char *
ac_out_off(FILE *out)
{
	return has_colour(out) ? "\033[0m" : "";
}

int
ac_out_json(json_t *root)
{
	int r = -1;

	if (root != NULL && json_dumpf(root, stdout, JSON_COMPACT) == 0 &&
	    fputc('\n', stdout) != EOF)
		r = 0;
	json_decref(root);
	return r;
}

json_t *
ac_out_span(struct authchain_span text)
{
	json_t *value = NULL;
	char *copy = NULL;

	if (text.data == NULL)
		return json_null();
	value = json_stringn(text.data, text.len);
	if (value != NULL)
		return value;
	copy = malloc(text.len + 1); /* not UTF-8: keep what is ASCII */
	if (copy == NULL)
		return NULL;
	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.data[i];

		copy[i] = '?';
		if (byte < 0x80)
			copy[i] = text.data[i];
	}
	value = json_stringn(copy, text.len);
	free(copy);
	return value;
}

json_t *
ac_out_text(const char *text)
{
	if (text == NULL || text[0] == 0)
		return json_null();
	return ac_out_span(ac_span_text(text));
}

void
ac_out_safe(struct authchain_span text, FILE *out)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.data[i];

		if (byte >= 0x20 && byte < 0x7f && byte != '\\')
			fputc(byte, out);
		else if (byte == '\\')
			fputs("\\\\", out);
		else
			fprintf(out, "\\x%02x", byte);
	}
}

const char *
ac_out_relative(int64_t seconds, char out[AC_OUT_RELATIVE])
{
	static const struct {
		uint64_t size;
		const char *name;
	} units[] = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" },
		{ 1, "second" } };
	uint64_t amount =
	    seconds < 0 ? 0 - (uint64_t)seconds : (uint64_t)seconds;
	size_t i = 0;

	if (amount == 0) {
		(void)snprintf(out, AC_OUT_RELATIVE, "now");
		return out;
	}
	while (amount < 2 * units[i].size && units[i].size > 1)
		i++;
	amount /= units[i].size;
	(void)snprintf(out, AC_OUT_RELATIVE, "%s%llu %s%s%s",
	    seconds > 0 ? "in " : "", (unsigned long long)amount, units[i].name,
	    amount == 1 ? "" : "s", seconds < 0 ? " ago" : "");
	return out;
}
