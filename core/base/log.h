/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines for operators.  A sink belongs to an opened configuration; the default
 * writes "level area: text" to standard error.
 */
#ifndef AC_BASE_LOG_H
#define AC_BASE_LOG_H

#include <authchain/plugin.h>

#include <stdarg.h>

struct ac_log {
	void (*write)(void *arg, uint32_t level, const char *area,
	    const char *text);
	void *arg;
	uint32_t level; /* lines above it are not made */
};

#define AC_LOG_BYTES 2048 /* a longer text is cut */

/* write = NULL: standard error; level 0: NOTICE. */
void ac_log_init(struct ac_log *log,
    void (*write)(void *, uint32_t, const char *, const char *), void *arg,
    uint32_t level);
/* Control bytes in the text come out as spaces. */
void ac_log(const struct ac_log *log, uint32_t level, const char *area,
    const char *format, ...) AUTHCHAIN_PRINTF(4, 5);
void ac_vlog(const struct ac_log *log, uint32_t level, const char *area,
    const char *format, va_list ap) AUTHCHAIN_PRINTF(4, 0);
const char *ac_log_level_name(uint32_t level);

#endif
