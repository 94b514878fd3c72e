/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hash table from byte strings to pointers, with a cap and a keyed hash, so
 * that strangers who choose the keys choose neither its size nor its speed.
 */
#ifndef AC_BASE_TABLE_H
#define AC_BASE_TABLE_H

#include "base/span.h"

struct ac_table;

/* NULL when out of memory.  drop, which may be NULL, frees a value. */
struct ac_table *ac_table_new(size_t max_entries, void (*drop)(void *value));
void ac_table_free(struct ac_table **table);

/* The key is copied.  An older value under it is dropped.  -1, and the value
 * still the caller's, when full or out of memory. */
int ac_table_put(struct ac_table *table, struct authchain_span key,
    void *value);
void *ac_table_find(const struct ac_table *table, struct authchain_span key);
/* Drops the value; false when there was none. */
bool ac_table_remove(struct ac_table *table, struct authchain_span key);
size_t ac_table_count(const struct ac_table *table);

/* Walk in no order: *at starts at 0; false at the end. */
bool ac_table_next(const struct ac_table *table, size_t *at,
    struct authchain_span *key, void **value);

#endif
