/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * [secret NAME] sections: where secrets come from and what they are for.  A
 * secret is a list of values, current first.  Read once at load, immutable
 * afterwards; a value never appears in a message, a label does.
 */
#ifndef AC_ENGINE_SECRETS_H
#define AC_ENGINE_SECRETS_H

#include "base/secret.h"
#include "engine/conf.h"

#include <stdatomic.h>

#define AC_SECRET_MAX_BYTES  (64u << 10) /* of a source */
#define AC_SECRET_MAX_VALUES 16
#define AC_SECRET_EXEC_MS    5000 /* default time limit of exec */

struct ac_secret_value {
	struct ac_secret bytes;
	char *label;                 /* "hs256[0], 32 bytes, sha256:1f6e2a90" */
	_Atomic int64_t last_used_s; /* 0: never */
};

struct ac_secret_list {
	char *name;
	char *purpose; /* "" when it was not declared */
	char *source;  /* "file /etc/authchain/hs256.keys", for people */
	struct ac_position at;
	struct ac_secret_value *values;
	size_t value_count;
};

/*
 * Read a section's source: file (AC_FILE_SECRET), env, credential (a file of
 * that name in $CREDENTIALS_DIRECTORY) or exec (no shell, own process group,
 * time limit; its output never reaches a message).  One value a line, a last
 * empty line does not count; encoding raw, hex, base64, base64url, or pem with
 * values of several lines.  Empty sources and empty values are errors.  NULL
 * after errors.
 */
struct ac_secret_list *ac_secret_load(const struct ac_section *section,
    struct ac_diags *diags);
void ac_secret_list_free(struct ac_secret_list **list);

/* The schema of such a section: for check, man page test and `authchain
 * config'. */
extern const struct authchain_option ac_secret_schema[];
extern const size_t ac_secret_schema_count;

#endif
