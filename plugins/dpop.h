/* SPDX-License-Identifier: BSD-2-Clause */
/* dpop: what its configuration makes of it. */
#ifndef PLUGINS_DPOP_H
#define PLUGINS_DPOP_H

#include "dpop-proof.h"
#include "dpop-replay.h"

#define DPOP_NONCE_KEY_BYTES 32
#define DPOP_OPTION_COUNT    9

/* What reloads leave alone. */
struct dpop_memory {
	struct dpop_replay *replay;
	char key[DPOP_NONCE_KEY_BYTES];
};

/* Immutable after create. */
struct dpop {
	const struct authchain_host *host;
	struct authchain_entry *entry;
	struct dpop_memory *memory;
	ac_alg_set algorithms;
	char **origins; /* normalised, owned */
	size_t origin_count;
	int64_t max_age_ms, leeway_ms, nonce_life_s;
	bool required, nonce;
};

extern const struct authchain_option dpop_options[DPOP_OPTION_COUNT];

int dpop_create(const struct authchain_host *host,
    struct authchain_entry *entry, void **out);
void dpop_destroy(void *arg);

#endif
