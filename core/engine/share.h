/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects that instances share by name, across chains and reloads. */
#ifndef AC_ENGINE_SHARE_H
#define AC_ENGINE_SHARE_H

#include <authchain/plugin.h>

#define AC_SHARE_MAX_NAME 4096

struct authchain;
struct ac_shares;

struct ac_shares *ac_shares_new(void);
/* All objects must have been let go. */
void ac_shares_free(struct ac_shares **shares);

/* As struct authchain_host's share. */
void *ac_share(struct authchain_entry *entry, const char *name,
    void *(*make)(struct authchain_entry *own, void *arg),
    void (*drop)(void *object), void *arg);
/* The entry lets go of all that it shares. */
void ac_share_release(struct authchain_entry *entry);

#endif
