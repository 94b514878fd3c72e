/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The path of a request, in the one spelling that rules are compared with, and
 * patterns for it.  What servers may read in two ways has no such spelling and
 * is refused: a rule that saw another path than the server would let people
 * past it.
 */
#ifndef PLUGINS_PATH_H
#define PLUGINS_PATH_H

#include "base/span.h"

#define PATH_MAX_BYTES 4096

struct path {
	char text[PATH_MAX_BYTES];
	size_t len;
};

/*
 * uri: a path with or without a query, or an absolute http URL.  Decoded once;
 * no slash at the end but that of "/" itself.  Why it is refused, or NULL.
 */
const char *path_read(struct authchain_span uri, struct path *path);

/* What is wrong with a pattern, or NULL.  "*" as a segment is any one of them,
 * "**" as the last one is any number, none among them. */
const char *path_pattern_fault(struct authchain_span pattern);
bool path_matches(struct authchain_span pattern, struct authchain_span path);
/* Does it match all that the other pattern matches? */
bool path_covers(struct authchain_span pattern, struct authchain_span other);

#endif
