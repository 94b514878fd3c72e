/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines to values.  Each value gets pages of its own; what a line holds is
 * never copied anywhere else. */
#include "engine/secret-values.h"

#include "base/base64url.h"
#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>

#define PEM_BEGIN "-----BEGIN "
#define PEM_END   "-----END "

struct reading {
	struct ac_secret_list *list;
	const struct ac_position *at;
	struct ac_diags *diags;
	size_t lines[AC_SECRET_MAX_VALUES]; /* of each value */
	uint32_t encoding;
	bool failed;
};

static void complain(struct reading *r, const char *hint, const char *format,
    ...) AUTHCHAIN_PRINTF(3, 4);

static void
complain(struct reading *r, const char *hint, const char *format, ...)
{
	va_list ap;

	r->failed = true;
	va_start(ap, format);
	ac_vdiag_error(r->diags, r->at, hint, format, ap);
	va_end(ap);
}

static bool
is_white(struct authchain_span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (strchr(" \t\r\v\f", text.data[i]) == NULL ||
		    text.data[i] == '\0')
			return false;
	}
	return true;
}

/* ---- one value --------------------------------------------------------- */

static size_t
line_end(struct authchain_span text, size_t at)
{
	return ac_span_find(text, '\n', at);
}

/* Behind the first value: a line, or the lines from BEGIN to END. */
static size_t
value_end(struct authchain_span text, uint32_t encoding)
{
	size_t at = 0, end = line_end(text, 0);

	while (encoding == AC_SECRET_PEM && end < text.len &&
	       !ac_span_starts(ac_span_cut(text, at, end),
		   ac_span_text(PEM_END))) {
		at = end + 1;
		end = line_end(text, at);
	}
	return end;
}

static size_t
count_lines(struct authchain_span text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += text.data[i] == '\n';
	return count;
}

static bool
is_pem(struct authchain_span value)
{
	size_t last = value.len;

	while (last > 0 && value.data[last - 1] != '\n')
		last--;
	return ac_span_starts(value, ac_span_text(PEM_BEGIN)) &&
	       ac_span_starts(ac_span_cut(value, last, value.len),
		   ac_span_text(PEM_END));
}

static bool
decode(uint32_t encoding, struct authchain_span line, struct ac_secret *bytes)
{
	unsigned char *out = (unsigned char *)bytes->data;

	switch (encoding) {
	case AC_SECRET_HEX:
		bytes->len = line.len / 2;
		return ac_hex_decode(line, out);
	case AC_SECRET_BASE64:
		return ac_base64_decode(line, out, &bytes->len);
	case AC_SECRET_BASE64URL:
		bytes->len = ac_base64url_decoded(line.len);
		return ac_base64url_decode(line, out);
	default:
		memcpy(out, line.data, line.len);
		return encoding != AC_SECRET_PEM || is_pem(line);
	}
}

/* What is decoded is shorter; nothing of the longer text may stay behind. */
static void
end_value(struct ac_secret *bytes)
{
	memset(bytes->data + bytes->len, 0, bytes->mapped - bytes->len);
}

static char *
make_label(const struct ac_secret_list *list, const struct ac_secret *bytes)
{
	char fingerprint[9], label[AC_CONF_MAX_NAME + 64];

	if (ac_secret_fingerprint(ac_secret_span(bytes), fingerprint) != 0)
		return NULL;
	(void)snprintf(label, sizeof(label), "%s[%zu], %zu byte%s, sha256:%s",
	    list->name, list->value_count, bytes->len,
	    bytes->len == 1 ? "" : "s", fingerprint);
	return strdup(label);
}

static bool
is_known(struct reading *r, struct authchain_span value, size_t line)
{
	const struct ac_secret_list *list = r->list;

	for (size_t i = 0; i < list->value_count; i++) {
		if (!ac_span_is_secret(ac_secret_span(&list->values[i].bytes),
			value))
			continue;
		complain(r, "keep one of them",
		    "lines %zu and %zu of %s hold the same value", r->lines[i],
		    line, list->source);
		return true;
	}
	return false;
}

static void
report_encoding(struct reading *r, size_t line)
{
	static const char *const names[] = { "", "hexadecimal", "base64",
		"base64url", "the beginning of PEM" };
	static const char *const hints[] = { "",
		"an even number of the digits 0-9 a-f",
		"A-Z a-z 0-9 + / and = at the end; with - and _ it would be "
		"base64url",
		"A-Z a-z 0-9 - and _, without = at the end; with + and / it "
		"would be base64",
		"a line that begins with " PEM_BEGIN "must stand there, and "
		"one that begins with " PEM_END "further down" };

	complain(r, hints[r->encoding], "line %zu of %s is not %s", line,
	    r->list->source, names[r->encoding]);
}

static void
add_value(struct reading *r, struct authchain_span text, size_t line)
{
	struct ac_secret_list *list = r->list;
	struct ac_secret_value *value = &list->values[list->value_count];

	if (ac_secret_init(&value->bytes, text.len) != 0) {
		complain(r, NULL, "out of memory");
		return;
	}
	if (!decode(r->encoding, text, &value->bytes)) {
		report_encoding(r, line);
		goto fail;
	}
	end_value(&value->bytes);
	if (is_known(r, ac_secret_span(&value->bytes), line))
		goto fail;
	value->label = make_label(list, &value->bytes);
	if (value->label == NULL) {
		complain(r, NULL, "out of memory");
		goto fail;
	}
	r->lines[list->value_count++] = line;
	return;
fail:
	ac_secret_clear(&value->bytes);
}

/* ---- lines ------------------------------------------------------------- */

static void
read_line(struct reading *r, struct authchain_span text, size_t line)
{
	const struct ac_secret_list *list = r->list;

	if (text.len > 0 && text.data[text.len - 1] == '\r')
		text.len--;
	if (text.len == 0) {
		complain(r, "one value a line; delete empty ones",
		    "line %zu of %s is empty", line, list->source);
		return;
	}
	if (is_white(text)) {
		complain(r, "one value a line; delete empty ones",
		    "line %zu of %s holds white space alone", line,
		    list->source);
		return;
	}
	if (r->encoding == AC_SECRET_RAW &&
	    (is_white(ac_span(text.data, 1)) ||
		is_white(ac_span(text.data + text.len - 1, 1))))
		ac_diag(r->diags, AUTHCHAIN_SEVERITY_LINT, r->at,
		    "it is part of the secret; delete it if it is not meant",
		    "line %zu of %s begins or ends with white space", line,
		    list->source);
	add_value(r, text, line);
}

int
ac_secret_values_read(struct ac_secret_list *list, struct authchain_span text,
    uint32_t encoding, const struct ac_position *at, struct ac_diags *diags)
{
	struct reading r = { .list = list,
		.at = at,
		.diags = diags,
		.encoding = encoding };
	size_t line = 1, count = 0;

	if (text.len == 0)
		complain(&r, "it has to hold the secret, one value a line",
		    "%s is empty", list->source);
	if (ac_span_starts(text, ac_span_text("\xef\xbb\xbf"))) {
		complain(&r, "save it without one",
		    "%s begins with a byte order mark", list->source);
		text = ac_span_cut(text, 3, text.len);
	}
	list->values = calloc(AC_SECRET_MAX_VALUES, sizeof(*list->values));
	if (list->values == NULL) {
		complain(&r, NULL, "out of memory");
		return -1;
	}
	while (text.len > 0) {
		size_t end = value_end(text, encoding);

		if (count++ == AC_SECRET_MAX_VALUES) {
			complain(&r,
			    encoding == AC_SECRET_PEM ? NULL
						      : "one value a line",
			    "%s has more than %d %s", list->source,
			    AC_SECRET_MAX_VALUES,
			    encoding == AC_SECRET_PEM ? "values" : "lines");
			break;
		}
		read_line(&r, ac_span_cut(text, 0, end), line);
		line += count_lines(ac_span_cut(text, 0, end + 1));
		text = ac_span_cut(text, end + 1, text.len);
	}
	return r.failed ? -1 : 0;
}
