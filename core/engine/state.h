/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared state in this process's memory: rates, keys with a time to live,
 * watchers.  Keys are an entry's own (chain, name, key); it outlives reloads.
 */
#ifndef AC_ENGINE_STATE_H
#define AC_ENGINE_STATE_H

#include <authchain/plugin.h>

#define AC_STATE_MAX_KEYS     100000
#define AC_STATE_MAX_KEY      1024
#define AC_STATE_MAX_VALUE    (64u << 10)
#define AC_STATE_MAX_WATCHERS 256

struct ac_state;

struct ac_state *ac_state_new(void);
void ac_state_free(struct ac_state **state);
/* Forget an entry's watchers. */
void ac_state_drop(struct ac_state *state, const struct authchain_entry *entry);

/* As the services of the same names; now_ms is monotonic. */
int ac_state_rate(struct authchain_entry *entry, struct authchain_span key,
    const struct authchain_rate *rate, int64_t now_ms,
    struct authchain_state_answer *answer);
int ac_state_put(struct authchain_entry *entry, struct authchain_span key,
    struct authchain_span value, uint64_t ttl_ms, int64_t now_ms);
int ac_state_get(struct authchain_entry *entry, struct authchain_span key,
    int64_t now_ms,
    void (*done)(void *arg, const struct authchain_state_answer *), void *arg);
int ac_state_watch(struct authchain_entry *entry,
    void (*changed)(void *arg, struct authchain_span key,
	const struct authchain_state_answer *),
    void *arg);

#endif
