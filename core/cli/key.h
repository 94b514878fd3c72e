/* SPDX-License-Identifier: BSD-2-Clause */
/* The signing key that a command line names. */
#ifndef AC_CLI_KEY_H
#define AC_CLI_KEY_H

#include "cli/args.h"
#include "jose/jwk.h"

/*
 * --key @NAME: the first value of [secret NAME] of --config, as an HMAC
 * secret.  --key-file FILE (AC_FILE_SECRET): PEM, a JWK, or else one line of
 * printable text that is an HMAC secret.  NULL with why.
 */
struct ac_jwk *ac_key_load(const struct ac_args *args,
    struct authchain_error *err);

#endif
