/* SPDX-License-Identifier: BSD-2-Clause */
/* What time is it? */
#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define YEAR_9999_S INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

static struct timespec
now(clockid_t clock)
{
	struct timespec at = { 0, 0 };

	(void)clock_gettime(clock, &at); /* can't fail for these clocks */
	return at;
}

int64_t
ac_clock_wall_ms(void)
{
	struct timespec at = now(CLOCK_REALTIME);

	return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

int64_t
ac_clock_wall_about_s(void)
{
#ifdef CLOCK_REALTIME_COARSE
	return (int64_t)now(CLOCK_REALTIME_COARSE).tv_sec;
#else
	return (int64_t)now(CLOCK_REALTIME).tv_sec;
#endif
}

int64_t
ac_clock_monotonic_ms(void)
{
	struct timespec at = now(CLOCK_MONOTONIC);

	return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

uint64_t
ac_clock_monotonic_us(void)
{
	struct timespec at = now(CLOCK_MONOTONIC);

	return (uint64_t)at.tv_sec * 1000000 + (uint64_t)at.tv_nsec / 1000;
}

const char *
ac_clock_text(int64_t time_s, char out[AC_CLOCK_TEXT])
{
	time_t at = (time_t)time_s;
	struct tm tm;

	if (time_s < 0 || time_s > YEAR_9999_S || gmtime_r(&at, &tm) == NULL ||
	    strftime(out, AC_CLOCK_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		(void)snprintf(out, AC_CLOCK_TEXT, "%" PRId64, time_s);
	return out;
}
