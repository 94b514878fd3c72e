/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of hosts/ that snippet fills in. */
#ifndef AC_CLI_SNIPPET_PART_H
#define AC_CLI_SNIPPET_PART_H

#include "base/error.h"
#include "cli/args.h"

#include <jansson.h>

#define AC_SNIPPET_SOCKET "/run/authchain/authchaind.sock"

/* Where gate is something, that is how the file names authchaind, and
 * HOST:PORT may stand there instead. */
struct ac_snippet_part {
	const char *host, *folder, *file, *gate;
};

/* The file of the proxy that is asked for; NULL with why. */
const struct ac_snippet_part *ac_snippet_part_find(const struct ac_args *args,
    struct authchain_error *err);
/* Its text is the caller's; -1 with why. */
int ac_snippet_part_read(const struct ac_args *args,
    const struct ac_snippet_part *part, char **text, size_t *len,
    struct authchain_error *err);

/* The others of that proxy: named on standard error, or as an array. */
void ac_snippet_part_tell(const struct ac_snippet_part *printed);
json_t *ac_snippet_part_list(const struct ac_snippet_part *printed);

#endif
