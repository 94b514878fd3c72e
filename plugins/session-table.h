/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose a session is: bounded, in memory, of digests alone.  A principal that
 * opens too many loses its own oldest, never another's.
 */
#ifndef PLUGINS_SESSION_TABLE_H
#define PLUGINS_SESSION_TABLE_H

#include "base/digest.h"

struct session_table;

enum session_answer {
	SESSION_OWN,     /* bound to this principal, now or before */
	SESSION_FOREIGN, /* bound to another one */
	SESSION_FREE,    /* bound to nobody, and nobody was named */
	SESSION_FULL     /* no room to bind it */
};

struct session_claim {
	unsigned char session[AC_DIGEST_BYTES];
	unsigned char principal[AC_DIGEST_BYTES];
	bool known; /* else principal is nobody */
	int64_t now_ms, ttl_ms;
};

/* NULL when out of memory.  each: sessions of one principal. */
struct session_table *session_table_new(size_t max, size_t each);
void session_table_free(struct session_table **table);

/* Any thread. */
enum session_answer session_table_claim(struct session_table *table,
    const struct session_claim *claim);
size_t session_table_count(struct session_table *table);

#endif
