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

#define AC_KEYSET_MIN_REFRESH_S    60
#define AC_KEYSET_MAX_REFRESH_S    (24 * 60 * 60)
#define AC_KEYSET_REFRESH_S        (15 * 60) /* when the answer has no max-age */
#define AC_KEYSET_COOLDOWN_S       30
#define AC_KEYSET_MAX_STALE_S      (24 * 60 * 60)
#define AC_KEYSET_RETRY_S          5 /* after a failure, doubled up to MIN_REFRESH */
#define AC_KEYSET_MAX_WAITERS      1024
#define AC_KEYSET_MAX_UNKNOWN_KIDS 1024

struct ac_keyset;

/* What to fetch.  Strings are copied. */
struct ac_keyset_source {
	const char *issuer;    /* exact; also where discovery begins */
	const char *jwks_uri;  /* NULL: discover from the issuer */
	const char *jwks_file; /* instead of both: read at create, no network */
	uint32_t fetch_flags;  /* AUTHCHAIN_FETCH_ */
	int64_t cooldown_ms, max_stale_ms;
};

/* entry is what log, fetch and timer are called with.  A file is read here;
 * nothing else happens until ac_keyset_start. */
struct ac_keyset *ac_keyset_new(const struct authchain_host *host,
    struct authchain_entry *entry, const struct ac_keyset_source *source,
    struct authchain_error *err);
/* First fetch in the background; further calls do nothing. */
int ac_keyset_start(struct ac_keyset *set);
void ac_keyset_free(struct ac_keyset **set);

/* The snapshot to judge with, counted; NULL when there are no keys, or only
 * keys older than max-stale. */
struct ac_keyset_view {
	const struct ac_jwks *jwks;
	uint64_t generation; /* grows with each new set of keys */
};
bool ac_keyset_acquire(struct ac_keyset *set, struct ac_keyset_view *view);
void ac_keyset_release(struct ac_keyset *set, struct ac_keyset_view *view);

/* What the judge may do when the keys at hand did not settle it. */
enum ac_keyset_ask {
	AC_KEYSET_WAIT,  /* wake will be called once, when a fetch has ended */
	AC_KEYSET_FINAL, /* asked lately, the endpoint answers: judge by these */
	AC_KEYSET_DOWN   /* asked lately, the endpoint does not answer */
};

/*
 * No keys yet, an unknown kid, or a bad signature under a known one: ask the
 * endpoint once more, at most once per cool-down, one fetch at a time for all
 * that ask.  kid may be NULL-spanned.  On WAIT wake(arg) is called exactly
 * once, from the I/O thread, or from ac_keyset_free.
 */
enum ac_keyset_ask ac_keyset_ask(struct ac_keyset *set,
    struct authchain_span kid, void (*wake)(void *arg), void *arg);

/* One line a key and a line on the last fetch, for status(). */
void ac_keyset_report(struct ac_keyset *set, struct authchain_report *report);
/* Seconds until the next attempt, for Retry-After; at least 1. */
uint32_t ac_keyset_retry_s(struct ac_keyset *set);

#endif
