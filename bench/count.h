/* SPDX-License-Identifier: BSD-2-Clause */
/* What this thread has allocated so far, in a program that was started with
 * count.so in LD_PRELOAD. */
#ifndef BENCH_COUNT_H
#define BENCH_COUNT_H

#include <stdlib.h>

struct bench_counts {
	unsigned long calls, crypto; /* crypto: those that libcrypto made */
	unsigned long bytes;
};

/* Found with dlsym; without the module there is none. */
void bench_counted(struct bench_counts *counts);

#endif
