/* SPDX-License-Identifier: BSD-2-Clause */
/* How an entry's secrets are called in messages. */
#ifndef PROVIDERS_LABELS_H
#define PROVIDERS_LABELS_H

#include "base/span.h"

/* All labels of a secret option in one text, "; " between them; the caller's
 * to free.  NULL when out of memory. */
char *labels_of(const struct authchain_host *host,
    const struct authchain_entry *entry, const char *option);

#endif
