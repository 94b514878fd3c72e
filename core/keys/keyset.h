/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The key-set engine: the keys of one issuer at one URL, fetched in the
 * background, refreshed ahead of expiry, kept while the endpoint is down.
 * A known kid never waits for the network.  Reaches the network only through
 * the services of its host.
 */
#ifndef AC_KEYS_KEYSET_H
#define AC_KEYS_KEYSET_H

#include <authchain/plugin.h>

#include "jose/jwks.h"
#include "keys/poll.h"

#define AC_KEYSET_COOLDOWN_S       INT64_C(30)
#define AC_KEYSET_MAX_STALE_S      INT64_C(86400)
#define AC_KEYSET_MAX_UNKNOWN_KIDS 1024
#define AC_KEYSET_UNKNOWN_MAX_S                                                \
	INT64_C(300) /* longest pause for one unknown kid */
#define AC_KEYSET_REDISCOVER_S INT64_C(86400) /* ask where the keys are */

struct ac_keyset;

/* What to fetch.  Strings are copied. */
struct ac_keyset_source {
	const char *issuer;    /* exact; also where discovery begins */
	const char *jwks_uri;  /* NULL: discover from the issuer */
	const char *jwks_file; /* instead of both: read at create, no network */
	const char *last_good; /* where a copy is kept over restarts, or NULL */
	uint32_t fetch_flags;  /* AUTHCHAIN_FETCH_ */
	int64_t cooldown_ms;   /* between fetches that tokens ask for */
	int64_t max_stale_ms;  /* keys fetched longer ago are not used */
};

/* The file name of the last-good copy of these keys, by issuer and URL; -1:
 * libcrypto can't make one. */
#define AC_KEYSET_COPY_NAME 48
int ac_keyset_copy_name(const struct ac_keyset_source *source,
    char name[AC_KEYSET_COPY_NAME]);

/* entry is what log, fetch and timer are called with.  Files are read here;
 * nothing else happens until ac_keyset_start. */
struct ac_keyset *ac_keyset_new(const struct authchain_host *host,
    struct authchain_entry *entry, const struct ac_keyset_source *source,
    struct authchain_error *err);
/* First fetch in the background; further calls do nothing.  From now on entry
 * is told to forget when the keys have changed. */
void ac_keyset_start(struct ac_keyset *set);
void ac_keyset_free(struct ac_keyset **set);

/*
 * The snapshot to judge with, counted; false when there are no keys, or only
 * keys older than max-stale.  All of its keys may be such as were left out.
 * As long as the keys stay, no thread waits for or writes what another one on
 * another processor reads; after new ones have come nobody gets the old ones.
 */
struct ac_keyset_view {
	const struct ac_jwks *jwks;
	uint64_t generation; /* grows with each new set of keys */
	struct ac_keyset_snapshot *snapshot;
	struct ac_keyset *set;
};
bool ac_keyset_acquire(struct ac_keyset *set, struct ac_keyset_view *view);
void ac_keyset_release(struct ac_keyset_view *view);
/* Seconds until these keys are older than max-stale; with a file INT64_MAX. */
int64_t ac_keyset_left_s(const struct ac_keyset *set);
/* That key has verified a token just now. */
void ac_keyset_used(struct ac_keyset *set, const struct ac_keyset_view *view,
    const struct ac_jwk *key);

/* What the judge may do when the keys at hand did not settle it. */
enum ac_keyset_ask {
	AC_KEYSET_WAIT,   /* a fetch has begun: ac_keyset_wait */
	AC_KEYSET_JOINED, /* one was under way: ac_keyset_wait, or _wait_for */
	AC_KEYSET_FINAL,  /* asked lately, it answers: judge by these */
	AC_KEYSET_DOWN,   /* asked lately, the endpoint does not answer */
	AC_KEYSET_BUSY    /* a fetch is under way, too many wait for it */
};

/*
 * No keys yet, an unknown kid, or a known one whose key did not serve (it may
 * have been changed under its kid): ask the endpoint once more, at most once
 * per cool-down, one fetch at a time for all that ask; an unknown kid for which
 * a fetch was begun in vain waits longer each time.  kid.data may be NULL.
 */
enum ac_keyset_ask ac_keyset_ask(struct ac_keyset *set,
    struct authchain_span kid, bool known);
/* After WAIT or JOINED: as ac_poll_wait. */
int ac_keyset_wait(struct ac_keyset *set, uint64_t limit_ms,
    void (*wake)(void *arg), void *arg);
/*
 * After JOINED, of an unknown kid: the fetch may have left the endpoint before
 * the key came there.  When it ends well and without that key the endpoint is
 * asked once more, within the cool-down, and that fetch is waited for, too.
 */
int ac_keyset_wait_for(struct ac_keyset *set, struct authchain_span kid,
    const struct ac_alg *alg, void (*wake)(void *arg), void *arg);
/* Did the last fetch fail? */
bool ac_keyset_is_down(struct ac_keyset *set);

/* For an operator: which keys there are, how old, how the last fetch went.
 * Returns words->text. */
struct ac_keyset_words {
	char text[1024];
};
const char *ac_keyset_describe(struct ac_keyset *set,
    struct ac_keyset_words *words);
/* The same as lines for status(), by the names that doc/keys.md lists. */
void ac_keyset_report(struct ac_keyset *set, struct authchain_report *report);
/* Seconds until the next attempt, for Retry-After; at least 1. */
uint32_t ac_keyset_retry_s(struct ac_keyset *set);

#endif
