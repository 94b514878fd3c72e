/* SPDX-License-Identifier: BSD-2-Clause */
/* Options that several providers have, and what reading options needs. */
#ifndef PROVIDERS_OPTIONS_H
#define PROVIDERS_OPTIONS_H

#include "jose/claims.h"

/* Rows for a provider's option table. */
/* clang-format off */
#define OPTIONS_LEEWAY                                                         \
	{ .name = "leeway", .type = AUTHCHAIN_OPTION_DURATION,                 \
	    .fallback = "60s", .min = 0,                                       \
	    .max = AC_CLAIMS_MAX_LEEWAY_S * INT64_C(1000),                     \
	    .help = "how far clocks may be apart" }
#define OPTIONS_BOUND                                                          \
	{ .name = "bound", .type = AUTHCHAIN_OPTION_ENUM,                      \
	    .choices = options_bound, .fallback = "refuse",                    \
	    .help = "tokens that are bound to a key (cnf): refuse, or leave "  \
		    "them to dpop or mtls in map to confirm" }
#define OPTIONS_FETCH                                                          \
	{ .name = "insecure-http", .type = AUTHCHAIN_OPTION_BOOL,              \
	    .fallback = "no",                                                  \
	    .help = "fetch from a loopback address without TLS" },             \
	{ .name = "insecure-private-addresses",                                \
	    .type = AUTHCHAIN_OPTION_BOOL, .fallback = "no",                   \
	    .help = "fetch from private and link-local addresses" }
/* clang-format on */

/* Words of OPTIONS_BOUND. */
extern const char *const options_bound[];
/* Does OPTIONS_BOUND say confirm? */
bool options_takes_bound(const struct authchain_host *host,
    const struct authchain_entry *entry);

/* What OPTIONS_FETCH says: AUTHCHAIN_FETCH_ flags. */
uint32_t options_fetch_flags(const struct authchain_host *host,
    const struct authchain_entry *entry);

/* A configuration error: -1, so that it can be returned. */
int options_no_memory(const struct authchain_host *host,
    struct authchain_entry *entry);

/*
 * A list as it was configured, with room for one item more; the items live for
 * the instance, the array is the caller's to free.  NULL when out of memory.
 */
struct authchain_span *options_list(const struct authchain_host *host,
    const struct authchain_entry *entry, const char *name, size_t *count);

#endif
