/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that runs out, for a whole program: its own code, the modules it
 * loads, libcrypto, jansson, libcurl, any thread.  Linking shortage.c puts it
 * in the allocator's place.
 */
#ifndef TESTS_SHORTAGE_H
#define TESTS_SHORTAGE_H

#include <stdbool.h>

/* Not under a sanitizer: its malloc can't be stood in front of. */
bool shortage_works(void);
/* The k-th allocation from now on fails, counted from 1; 0: none. */
void shortage_at(long k);
/* No more of that; true when one has failed. */
bool shortage_end(void);
/* Blocks that are allocated and not freed. */
long shortage_blocks(void);

#endif
