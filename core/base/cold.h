/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is done when something is refused or wrong.  A compiler that knows puts
 * it, and the blocks that come to it, away from the code that each request
 * runs through: after a signature none of that is in the processor's cache, and
 * each line of it has to be fetched.
 */
#ifndef AC_BASE_COLD_H
#define AC_BASE_COLD_H

#define AC_COLD __attribute__((cold))

#endif
