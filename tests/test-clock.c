/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include <string.h>

#include "base/clock.h"

int
main(void)
{
	static const struct {
		int64_t time_s;
		const char *text;
	} rows[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ -1, "-1" },
		{ 951782400, "2000-02-29T00:00:00Z" },
		{ 1795255200, "2026-11-21T10:00:00Z" },
		{ INT64_C(253402300799), "9999-12-31T23:59:59Z" },
		{ INT64_C(253402300800), "253402300800" },
		{ INT64_MAX, "9223372036854775807" },
		{ INT64_MIN, "-9223372036854775808" },
	};
	int64_t ms = ac_clock_monotonic_ms();
	uint64_t us = ac_clock_monotonic_us();
	size_t i;

	ok(ac_clock_wall_ms() > INT64_C(1600000000000), "it is after 2020");
	ok(ac_clock_monotonic_ms() >= ms && ac_clock_monotonic_us() >= us,
	    "the monotonic clock does not go back");
	ok(us / 1000 >= (uint64_t)ms &&
		us / 1000 <= (uint64_t)ac_clock_monotonic_ms(),
	    "both units are of one clock");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[AC_CLOCK_TEXT];

		(void)ac_clock_text(rows[i].time_s, text);
		ok(strcmp(text, rows[i].text) == 0, rows[i].text);
	}
	return done();
}
