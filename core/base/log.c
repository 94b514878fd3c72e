/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines for operators: made only when wanted, one line each whatever the text
 * holds. */
#include "base/log.h"

#include <stdio.h>
#include <unistd.h>

static void
write_stderr(void *arg, uint32_t level, const char *area, const char *text)
{
	char line[AC_LOG_BYTES + 128];
	int len;

	(void)arg;
	len = snprintf(line, sizeof(line), "%s %s: %s\n",
	    ac_log_level_name(level), area, text);
	if (len < 0)
		return;
	if ((size_t)len >= sizeof(line)) {
		len = (int)sizeof(line) - 1;
		line[len - 1] = '\n';
	}
	/* one write: lines of several threads don't mix */
	if (write(STDERR_FILENO, line, (size_t)len) < 0)
		return;
}

void
ac_log_init(struct ac_log *log,
    void (*write)(void *, uint32_t, const char *, const char *), void *arg,
    uint32_t level)
{
	log->write = write == NULL ? write_stderr : write;
	log->arg = arg;
	log->level = level == 0 ? (uint32_t)AUTHCHAIN_LOG_NOTICE : level;
}

void
ac_vlog(const struct ac_log *log, uint32_t level, const char *area,
    const char *format, va_list ap)
{
	char text[AC_LOG_BYTES];
	char *at;

	if (level > log->level)
		return;
	if (vsnprintf(text, sizeof(text), format, ap) < 0)
		return;
	for (at = text; *at != '\0'; at++) {
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			*at = ' ';
	}
	log->write(log->arg, level, area, text);
}

void
ac_log(const struct ac_log *log, uint32_t level, const char *area,
    const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	ac_vlog(log, level, area, format, ap);
	va_end(ap);
}

const char *
ac_log_level_name(uint32_t level)
{
	switch (level) {
	case AUTHCHAIN_LOG_ERROR:
		return "error";
	case AUTHCHAIN_LOG_WARNING:
		return "warning";
	case AUTHCHAIN_LOG_NOTICE:
		return "notice";
	case AUTHCHAIN_LOG_INFO:
		return "info";
	case AUTHCHAIN_LOG_DEBUG:
		return "debug";
	default:
		return "unknown";
	}
}
