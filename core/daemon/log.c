/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines for operators in three spellings. */
#include "daemon/log.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"

#define MAX_LINE (8u << 10)

int
ac_log_format_find(const char *name, enum ac_log_format *format,
    struct authchain_error *err)
{
	static const char *const names[] = { "auto", "text", "json",
		"journal" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) == 0) {
			*format = (enum ac_log_format)i;
			return 0;
		}
	}
	return ac_error(err, AUTHCHAIN_ERROR_USAGE,
	    "--log-format takes auto, text, json or journal");
}

enum ac_log_format
ac_log_format_choose(enum ac_log_format format)
{
	if (format != AC_LOG_AUTO)
		return format;
	if (getenv("JOURNAL_STREAM") != NULL)
		return AC_LOG_JOURNAL;
	return isatty(STDERR_FILENO) ? AC_LOG_TEXT : AC_LOG_JSON;
}

/* syslog(3)'s numbers. */
static int
priority(uint32_t level)
{
	switch (level) {
	case AUTHCHAIN_LOG_ERROR:
		return 3;
	case AUTHCHAIN_LOG_WARNING:
		return 4;
	case AUTHCHAIN_LOG_NOTICE:
		return 5;
	case AUTHCHAIN_LOG_INFO:
		return 6;
	default:
		return 7;
	}
}

static void
add_json(struct ac_buf *line, uint32_t level, const char *area,
    const char *text)
{
	char when[AC_CLOCK_TEXT];

	ac_buf_format(line, "{\"time\":\"%s\",\"level\":\"%s\",\"area\":\"",
	    ac_clock_text(ac_clock_wall_ms() / 1000, when),
	    ac_log_level_name(level));
	ac_buf_json(line, ac_span_text(area));
	ac_buf_text(line, "\",\"text\":\"");
	ac_buf_json(line, ac_span_text(text));
	ac_buf_text(line, "\"}\n");
}

void
ac_log_line(void *arg, uint32_t level, const char *area, const char *text)
{
	const enum ac_log_format *format = arg;
	struct ac_buf line;

	ac_buf_init(&line, MAX_LINE);
	if (*format == AC_LOG_JSON)
		add_json(&line, level, area, text);
	else if (*format == AC_LOG_JOURNAL)
		ac_buf_format(&line, "<%d>%s: %s\n", priority(level), area,
		    text);
	else
		ac_buf_format(&line, "%s %s: %s\n", ac_log_level_name(level),
		    area, text);
	if (!line.failed && write(STDERR_FILENO, line.data, line.len) < 0)
		line.failed = true; /* nobody is left to tell */
	ac_buf_clear(&line);
}
