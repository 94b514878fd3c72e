/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The only place that asks what time it is.  Whatever judges times takes them
 * as arguments, so that a test needs no clock of its own.
 */
#ifndef AC_BASE_CLOCK_H
#define AC_BASE_CLOCK_H

#include <stdint.h>

int64_t ac_clock_wall_ms(void);
int64_t ac_clock_monotonic_ms(void);
uint64_t ac_clock_monotonic_us(void);

#endif
