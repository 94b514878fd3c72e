/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A rack of things that are costly to make and serve one thread at a time:
 * contexts of a verifier.  What is taken belongs to the taker until it is put
 * back.  Any thread; nobody waits; no thread keeps anything of its own.
 */
#ifndef AC_JOSE_RACK_H
#define AC_JOSE_RACK_H

#include <stddef.h>

#define AC_RACK_MAX_SLOTS 32

struct ac_rack;

/* A slot for each processor that this process may use, at most so many; drop
 * frees what was put.  NULL: out of memory. */
struct ac_rack *ac_rack_new(void (*drop)(void *thing));
/* With all that lies in it; nobody may use it any more. */
void ac_rack_free(struct ac_rack **rack);

/* One that was put, or NULL: make another. */
void *ac_rack_take(struct ac_rack *rack);
/* Takes thing: into the rack, or, where that is full, dropped. */
void ac_rack_put(struct ac_rack *rack, void *thing);

size_t ac_rack_slots(const struct ac_rack *rack);

#endif
