/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strict JSON on jansson: an object, no duplicate members, no NUL in strings,
 * no trailing bytes, bounded depth and member count.  The only file that loads
 * JSON text.
 */
#ifndef AC_BASE_JSON_H
#define AC_BASE_JSON_H

#include "base/error.h"

#include <jansson.h>

#define AC_JSON_MAX_DEPTH   32
#define AC_JSON_MAX_MEMBERS 256 /* of one object */

/* What may be large differs: a token's object, or a document such as a key
 * set with up to max_items array items and members in all. */
struct ac_json_limits {
	size_t max_bytes;
	size_t max_depth;
	size_t max_members; /* of one object */
	size_t max_items;   /* of one list */
};
extern const struct ac_json_limits ac_json_token;    /* header and claims */
extern const struct ac_json_limits ac_json_document; /* key set, metadata */

/* The object, the caller's (json_decref); NULL with why in *err. */
json_t *ac_json_parse(struct authchain_span text,
    const struct ac_json_limits *limits, struct authchain_error *err);

/* Of a number that is spelt as a real; -1 with why when it is out of range, or
 * memory is short. */
int ac_json_real(struct authchain_span text, double *value,
    struct authchain_error *err);

/* Borrowed views of a member; absent gives the span that is no value. */
struct authchain_span ac_json_string(const json_t *object, const char *name);
/* Any JSON value as the ABI shows it; text is borrowed from value. */
void ac_json_value(const json_t *value, struct authchain_value *out);
/* RFC 6901; NULL when there is none or the pointer is malformed. */
const json_t *ac_json_pointer(const json_t *root, const char *pointer);

#endif
