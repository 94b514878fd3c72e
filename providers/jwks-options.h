/* SPDX-License-Identifier: BSD-2-Clause */
/* jwks: its options, and where they say that the keys are. */
#ifndef PROVIDERS_JWKS_OPTIONS_H
#define PROVIDERS_JWKS_OPTIONS_H

#include "jwt.h"
#include "keys/keyset.h"

#define JWKS_OPTION_COUNT 19
extern const struct authchain_option jwks_options[JWKS_OPTION_COUNT];

struct jwks_source {
	struct authchain_span issuer; /* data NULL: none, and that was said */
	struct ac_keyset_source from;
	ac_alg_set algorithms; /* of a preset; 0: as the option says */
	/* owned */
	char *domain, *domain_uri;
	char *last_good;  /* in the host's state folder, unless configured */
	char *share_name; /* of the key set, among all entries */
};

/* -1 after host->fail; jwks_source_clear is due in either case. */
int jwks_source_init(struct jwks_source *source,
    const struct authchain_host *host, struct authchain_entry *entry);
void jwks_source_clear(struct jwks_source *source);

/* A shared secret has no place where keys are public (RFC 8725 3.1): HS256 and
 * its kin are warned of, or refused where nothing else is listed. */
int jwks_check_algorithms(const struct authchain_host *host,
    struct authchain_entry *entry);
/* The set without them. */
ac_alg_set jwks_public_algorithms(ac_alg_set set);

#endif
