/* SPDX-License-Identifier: BSD-2-Clause */
/* What time is it? */
#include "base/clock.h"

#include <time.h>

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
