/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Issuer metadata: where it is (RFC 8414 3.1 and 5, OpenID Connect Discovery
 * 4), and what may be believed of it.
 */
#ifndef AC_KEYS_METADATA_H
#define AC_KEYS_METADATA_H

#include "base/json.h"

#define AC_METADATA_FORMS 3

/* The URL of one of the three well-known forms, in the order they are asked:
 * oauth-authorization-server inserted, openid-configuration inserted,
 * openid-configuration appended.  The caller's to free; NULL: no such form (or
 * the same as an earlier one), or out of memory. */
char *ac_metadata_url(const char *issuer, size_t form);

/* The document's tree when its issuer is exactly this one and its jwks_uri, if
 * there is one, may be fetched with these flags; the caller's.  NULL with why. */
json_t *ac_metadata_parse(struct authchain_span text, const char *issuer,
    uint32_t fetch_flags, struct authchain_error *err);

#endif
