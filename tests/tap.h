/* SPDX-License-Identifier: BSD-2-Clause */
/* Each line is written out at once, lest a child that forks writes it again. */
#ifndef TAP_H
#define TAP_H

#include <stdio.h>

static int tap_count, tap_failed;

#define ok(cond, name)                                                         \
	do {                                                                   \
		int ok_ = (cond) ? 1 : 0;                                      \
		tap_failed += !ok_;                                            \
		printf("%sok %d - %s\n", ok_ ? "" : "not ", ++tap_count,       \
		    name);                                                     \
		(void)fflush(stdout);                                          \
	} while (0)

static inline int
done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed != 0;
}

#endif
