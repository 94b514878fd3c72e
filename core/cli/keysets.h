/* SPDX-License-Identifier: BSD-2-Clause */
/* The key sets of an opened configuration, as JSON with stable members. */
#ifndef AC_CLI_KEYSETS_H
#define AC_CLI_KEYSETS_H

#include <authchain/authchain.h>

#include <jansson.h>
#include <stdbool.h>

/*
 * A list with an object for each entry that has a key set; each has every
 * member that authchain(1) lists, null where there is nothing to say.  The
 * caller's (json_decref); NULL when out of memory.
 */
json_t *ac_keysets_read(struct authchain *ac);

/* Has each been read from its file, or asked for at least once? */
bool ac_keysets_are_settled(const json_t *sets);
/* Has each a key that may be used? */
bool ac_keysets_are_usable(const json_t *sets);

#endif
