/* SPDX-License-Identifier: BSD-2-Clause */
/* What a [secret] section's file, env, credential or exec gives. */
#ifndef AC_ENGINE_SECRET_SOURCE_H
#define AC_ENGINE_SECRET_SOURCE_H

#include "engine/options.h"
#include "engine/secrets.h"

/*
 * Read that source, which is set in options.  *raw is the caller's to clear
 * on success; -1 with why in err.
 */
int ac_secret_fetch(const struct ac_options *options, const char *source,
    struct ac_secret *raw, struct authchain_error *err);
/* What to do about why it can't be read; NULL: why says it. */
const char *ac_secret_fetch_hint(const char *source,
    const struct authchain_error *why);

#endif
