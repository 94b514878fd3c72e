/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The only place that asks what time it is.  Whatever judges times takes them
 * as arguments, so that a test needs no clock of its own.
 */
#ifndef AC_BASE_CLOCK_H
#define AC_BASE_CLOCK_H

#include <stdint.h>

int64_t ac_clock_wall_ms(void);
/* The same, some milliseconds ago, for less: for people, not for judging. */
int64_t ac_clock_wall_about_s(void);
int64_t ac_clock_monotonic_ms(void);
uint64_t ac_clock_monotonic_us(void);

/* "2026-11-21T10:00:00Z" (RFC 3339), from 1970 to 9999; else the number. */
#define AC_CLOCK_TEXT 24
const char *ac_clock_text(int64_t time_s, char out[AC_CLOCK_TEXT]);

#endif
