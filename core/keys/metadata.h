/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Issuer metadata: where it is (RFC 8414 3.1 and 5, OpenID Connect Discovery
 * 4), and what may be believed of it.
 */
#ifndef AC_KEYS_METADATA_H
#define AC_KEYS_METADATA_H

#include "base/json.h"

#define AC_METADATA_FORMS   3
#define AC_METADATA_MAX_URL 2048

/*
 * May this URL stand in a configuration, or in a document of the issuer, as
 * something to fetch?  https; http only with AUTHCHAIN_FETCH_INSECURE_HTTP and
 * a loopback host; a host, and a port from 1 to 65535 if any; no user, no
 * fragment, no byte that is not a visible ASCII character.  0, or -1 with what
 * is wrong.  The host judges the address once more when it connects.
 */
int ac_metadata_check_url(struct authchain_span url, uint32_t fetch_flags,
    struct authchain_error *err);

/*
 * A well-known name put between the host and the path of a URL (RFC 8414 3.1,
 * RFC 9728 3.1); a slash that ends the path is dropped with `trim'.  The
 * caller's to free; NULL when url has no host, is too long, or out of memory.
 */
char *ac_metadata_insert(struct authchain_span url, const char *well_known,
    bool trim);

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
