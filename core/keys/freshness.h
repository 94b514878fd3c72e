/* SPDX-License-Identifier: BSD-2-Clause */
/* How long an answer may be used, as its sender says (RFC 9111 4.2). */
#ifndef AC_KEYS_FRESHNESS_H
#define AC_KEYS_FRESHNESS_H

#include "base/span.h"

/* The first header of that name (lower case); data NULL: none. */
struct authchain_span ac_freshness_header(const struct authchain_answer *answer,
    const char *name);

/* max-age less Age in seconds, 0 for no-store and no-cache, or -1 when the
 * answer does not say (or says it in a way that can't be read). */
int64_t ac_freshness_s(const struct authchain_answer *answer);

#endif
