/* SPDX-License-Identifier: BSD-2-Clause */
/* Tells keys of other kinds from shared secrets. */
#ifndef PROVIDERS_PASTED_KEY_H
#define PROVIDERS_PASTED_KEY_H

#include "base/span.h"

/*
 * A shared secret that is really a key of a key pair is no secret when its
 * public half was pasted: whoever reads the key set could sign (CVE-2015-9235).
 * What it is ("PEM text", "a JSON Web Key" ...), or NULL for what looks like
 * nothing of the kind.
 */
const char *pasted_key(struct authchain_span secret);

#endif
