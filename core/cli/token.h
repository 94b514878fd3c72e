/* SPDX-License-Identifier: BSD-2-Clause */
/* The token on standard input. */
#ifndef AC_CLI_TOKEN_H
#define AC_CLI_TOKEN_H

#include "base/error.h"
#include "base/secret.h"

/* More than any token that the engine takes, so that it refuses the rest. */
#define AC_TOKEN_MAX_BYTES ((64u << 10) + 1)

/*
 * Read to the end of fd, at most AC_TOKEN_MAX_BYTES.  Exactly one line end (LF
 * or CRLF) at the very end belongs to the line; every other byte is the
 * token's.  *token is the caller's to clear.
 */
int ac_token_read(struct ac_secret *token, int fd, struct authchain_error *err);

#endif
