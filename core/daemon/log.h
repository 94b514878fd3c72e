/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where lines for operators go: on a terminal as text, under the journal with
 * its priority in front (sd-daemon(3)), else as one line of JSON each.
 */
#ifndef AC_DAEMON_LOG_H
#define AC_DAEMON_LOG_H

#include "base/error.h"

enum ac_log_format {
	AC_LOG_AUTO,
	AC_LOG_TEXT,
	AC_LOG_JSON,
	AC_LOG_JOURNAL
};

/* "auto", "text", "json", "journal"; -1 with why. */
int ac_log_format_find(const char *name, enum ac_log_format *format,
    struct authchain_error *err);
/* AUTO as one of the others, by what standard error is. */
enum ac_log_format ac_log_format_choose(enum ac_log_format format);

/* A sink for authchain_settings: arg is an enum ac_log_format that was
 * chosen.  Any thread; one write a line. */
void ac_log_line(void *arg, uint32_t level, const char *area, const char *text);

#endif
