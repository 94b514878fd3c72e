/* SPDX-License-Identifier: BSD-2-Clause */
/* A page of tables. */
#include "daemon/page.h"

#include <inttypes.h>

#include "base/clock.h"

static const char begin[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<title>authchaind</title>\n"
    "<style>\n"
    ":root { color-scheme: light dark }\n"
    "body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto;\n"
    "  max-width: 60em; padding: 0 1em }\n"
    "table { border-collapse: collapse; width: 100%; margin-bottom: 2em }\n"
    "th, td { text-align: left; vertical-align: top; padding: .3em .8em;\n"
    "  border-bottom: 1px solid #8884 }\n"
    "td { overflow-wrap: anywhere }\n"
    "td.number { text-align: right; font-variant-numeric: tabular-nums }\n"
    "caption { text-align: left; font-weight: 600; padding: .3em 0 }\n"
    ".bad { color: #c02020; font-weight: 600 }\n"
    "</style>\n"
    "</head>\n"
    "<body>\n"
    "<h1>authchaind</h1>\n";

void
ac_page_escape(struct ac_buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '&':
			ac_buf_text(out, "&amp;");
			break;
		case '<':
			ac_buf_text(out, "&lt;");
			break;
		case '>':
			ac_buf_text(out, "&gt;");
			break;
		case '"':
			ac_buf_text(out, "&quot;");
			break;
		case '\'':
			ac_buf_text(out, "&#39;");
			break;
		default:
			ac_buf_byte(out, *text);
		}
	}
}

/* A string or an integer, as it is; a flag as a word. */
static void
print_value(struct ac_buf *out, const json_t *value)
{
	if (json_is_string(value))
		ac_page_escape(out, json_string_value(value));
	else if (json_is_integer(value))
		ac_buf_format(out, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
	else
		ac_buf_text(out, json_is_true(value) ? "yes" : "no");
}

static void
print_cell(struct ac_buf *out, const char *class, const json_t *value)
{
	ac_buf_format(out, "<td%s>",
	    json_is_integer(value) ? " class=\"number\"" : class);
	print_value(out, value);
	ac_buf_text(out, "</td>");
}

static void
print_head(struct ac_buf *out, const char *caption, const char *const *columns)
{
	ac_buf_text(out, "<table>\n<caption>");
	ac_page_escape(out, caption);
	ac_buf_text(out, "</caption>\n<thead><tr>");
	for (; *columns != NULL; columns++)
		ac_buf_format(out, "<th scope=\"col\">%s</th>", *columns);
	ac_buf_text(out, "</tr></thead>\n<tbody>\n");
}

static void
print_end(struct ac_buf *out)
{
	ac_buf_text(out, "</tbody>\n</table>\n");
}

static void
print_summary(struct ac_buf *out, const json_t *status)
{
	char when[AC_CLOCK_TEXT];

	ac_buf_text(out, "<p>Version ");
	print_value(out, json_object_get(status, "version"));
	ac_buf_format(out, "; the configuration that serves was read at %s.",
	    ac_clock_text(json_integer_value(
			      json_object_get(status, "configuration_read_s")),
		when));
	ac_buf_text(out, "</p>\n");
	if (json_is_true(json_object_get(status, "last_reload_failed")))
		ac_buf_text(out,
		    "<p class=\"bad\">A later one was not taken: the log says "
		    "why.</p>\n");
}

/* What entries report as wrong. */
static bool
is_bad(const char *name, const json_t *value)
{
	const char *text = json_string_value(value);

	if (text == NULL || text[0] == '\0')
		return false;
	if (strcmp(name, "source") == 0)
		return strcmp(text, "none") == 0;
	return strcmp(name, "last-error") == 0 && strcmp(text, "none") != 0;
}

static void
print_entry(struct ac_buf *out, const char *entry, json_t *lines)
{
	const char *name;
	json_t *value;
	bool first = true;

	json_object_foreach(lines, name, value)
	{
		ac_buf_text(out, "<tr>");
		if (first)
			ac_buf_format(out,
			    "<th scope=\"rowgroup\" rowspan=\"%zu\">",
			    json_object_size(lines));
		if (first)
			ac_page_escape(out, entry);
		ac_buf_text(out, first ? "</th><td>" : "<td>");
		ac_page_escape(out, name);
		ac_buf_text(out, "</td>");
		print_cell(out, is_bad(name, value) ? " class=\"bad\"" : "",
		    value);
		ac_buf_text(out, "</tr>\n");
		first = false;
	}
}

static void
print_chains(struct ac_buf *out, json_t *chains)
{
	static const char *const columns[] = { "entry", "what", "state", NULL };
	const char *chain, *entry;
	json_t *entries, *lines;
	char caption[96];

	json_object_foreach(chains, chain, entries)
	{
		(void)snprintf(caption, sizeof(caption), "Chain %s", chain);
		print_head(out, caption, columns);
		json_object_foreach(entries, entry, lines)
		{
			print_entry(out, entry, lines);
		}
		print_end(out);
	}
}

/* An array of objects, a row each. */
static void
print_rows(struct ac_buf *out, const char *caption, const json_t *rows,
    const char *const *columns)
{
	const json_t *row;
	size_t at;

	print_head(out, caption, columns);
	json_array_foreach(rows, at, row)
	{
		ac_buf_text(out, "<tr>");
		for (const char *const *name = columns; *name != NULL; name++)
			print_cell(out, "", json_object_get(row, *name));
		ac_buf_text(out, "</tr>\n");
	}
	print_end(out);
}

static void
print_caches(struct ac_buf *out, json_t *caches)
{
	static const char *const columns[] = { "chain", "hits", "misses",
		"entries", "bytes", NULL };
	const char *chain;
	json_t *cache;

	print_head(out, "Remembered verdicts", columns);
	json_object_foreach(caches, chain, cache)
	{
		ac_buf_text(out, "<tr><td>");
		ac_page_escape(out, chain);
		ac_buf_text(out, "</td>");
		for (size_t at = 1; columns[at] != NULL; at++)
			print_cell(out, "",
			    json_object_get(cache, columns[at]));
		ac_buf_text(out, "</tr>\n");
	}
	print_end(out);
}

void
ac_page_print(const json_t *status, struct ac_buf *out)
{
	static const char *const columns[] = { "chain", "provider", "verdict",
		"reason", "number", NULL };
	static const char *const secrets[] = { "chain", "secret", "position",
		"last_used", "state", NULL };

	ac_buf_text(out, begin);
	print_summary(out, status);
	print_chains(out, json_object_get(status, "chains"));
	print_rows(out, "Decisions", json_object_get(status, "decisions"),
	    columns);
	print_caches(out, json_object_get(status, "caches"));
	if (json_array_size(json_object_get(status, "secrets")) > 0)
		print_rows(out, "Secrets of more than one value",
		    json_object_get(status, "secrets"), secrets);
	ac_buf_text(out, "</body>\n</html>\n");
}
