/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests of which each allocation is to fail in turn, see failing.c. */
#ifndef TESTS_FAILING_H
#define TESTS_FAILING_H

/* After so many calls one fails; below 0: none does. */
void failing_after(long calls);
/* Calls until then; below 0: none is to fail, or it has. */
long failing_left(void);
/* Counts a call of what else the test wraps: is it the one? */
int failing_now(void);

#endif
