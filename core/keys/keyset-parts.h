/* SPDX-License-Identifier: BSD-2-Clause */
/* The inside of a key set, for the keyset files alone. */
#ifndef AC_KEYS_KEYSET_PARTS_H
#define AC_KEYS_KEYSET_PARTS_H

#include "base/buf.h"
#include "base/table.h"
#include "jose/rack.h"
#include "keys/keyset.h"

#include <pthread.h>
#include <stdatomic.h>

#define AC_KEYSET_LINE_BYTES 64

/* Keys as they were fetched: immutable but for the count and the times. */
struct ac_keyset_snapshot {
	_Atomic unsigned int refs;
	uint64_t generation;
	struct ac_jwks *jwks;
	char *text; /* what they were parsed from */
	size_t len;
	_Atomic int64_t *used_s; /* per key, since 1970; 0: never */
};

struct ac_keyset {
	const struct authchain_host *host;
	struct authchain_entry *entry;
	char *issuer, *jwks_uri, *jwks_file, *last_good; /* as in the source */
	char *what;                                      /* for messages */
	uint32_t fetch_flags;
	int64_t cooldown_ms, max_stale_ms;
	struct ac_poll *poll; /* NULL with a file */
	/* replaced under the lock, and only by the round */
	_Atomic(struct ac_keyset_snapshot *) snapshot;
	struct ac_rack *held; /* counted references, see ac_keyset_acquire */

	/* who takes the lock is not felt by who reads the above */
	char padding[AC_KEYSET_LINE_BYTES];
	pthread_mutex_t lock;   /* guards these: */
	struct ac_table *asked; /* by kid, see keyset-ask.c */
	char *found_uri;        /* only the round replaces it */
	bool from_copy;         /* the keys are the last-good copy's */

	/* where the keys are: the round's own, see keyset-source.c */
	int64_t found_ms;
	size_t form; /* the next form of metadata to ask for */
	bool asking_keys, rediscover;
	uint64_t saved_generation; /* of the last-good copy */
	int64_t saved_ms;
};

/* The callbacks of the set's poller. */
char *ac_keyset_source_url(void *arg, bool first);
enum ac_poll_step ac_keyset_source_take(void *arg, const char *url,
    const struct authchain_answer *answer, struct authchain_error *err);

void ac_keyset_source_same(void *arg);

/*
 * The last-good copy (keyset-copy.c).  load: in ac_keyset_new; what can't be
 * used is left with a warning.  save: after a success, when there is news.
 */
void ac_keyset_copy_load(struct ac_keyset *set);
void ac_keyset_copy_save(struct ac_keyset *set);

/* In ac_keyset_new, -1: out of memory; in ac_keyset_free. */
int ac_keyset_snapshot_init(struct ac_keyset *set);
void ac_keyset_snapshot_clear(struct ac_keyset *set);
/* Parse and take the place of the keys at hand; -1 leaves them, if there are
 * any. */
int ac_keyset_put(struct ac_keyset *set, struct authchain_span text,
    struct authchain_error *err);
/* Are there keys, young enough? */
bool ac_keyset_is_usable(const struct ac_keyset *set);

/* `"a", "b" and 3 more' */
void ac_keyset_kids(const struct ac_jwks *jwks, struct ac_buf *out);

#endif
