/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A strict JSON object read in one pass, without a tree: taken and refused
 * exactly as by ac_json_parse with ac_json_token, and the same values in it.
 * All members of the object itself are found here; deeper ones are the tree's
 * to know.
 */
#ifndef AC_JOSE_SCAN_H
#define AC_JOSE_SCAN_H

#include "base/json.h"

/* A member, by places in the text; of a string those between its quotes. */
struct ac_scan_member {
	uint16_t name_at, name_len;
	uint16_t value_at, value_len;
	uint16_t count; /* LIST, OBJECT: members */
	uint16_t type;  /* enum authchain_type */
};

struct ac_scan {
	struct authchain_span text;
	char *copy;
	uint64_t seen; /* bit per key of a name, see scan-parts.h */
	size_t count;  /* members, in their order */
	struct ac_scan_member members[AC_JSON_MAX_MEMBERS];
};

enum ac_scan_result {
	AC_SCAN_GOOD,
	AC_SCAN_REFUSED,
	AC_SCAN_NO_MEMORY
};

/*
 * Read text.  copy holds the same bytes and is written to: there each string
 * that is handed out stands without escapes and ends with a NUL.  Both are
 * borrowed for as long as scan is used.
 */
enum ac_scan_result ac_scan_object(struct ac_scan *scan,
    struct authchain_span text, char *copy);

/* NULL: there is none of that name. */
const struct ac_scan_member *ac_scan_find(const struct ac_scan *scan,
    struct authchain_span name);
struct authchain_span ac_scan_name(const struct ac_scan *scan,
    const struct ac_scan_member *member);
/* As ac_json_value; -1 when out of memory, which few numbers need. */
int ac_scan_value(const struct ac_scan *scan,
    const struct ac_scan_member *member, struct authchain_value *value);

/*
 * The items of a list, in turn: *at is 0 at first.  false after the last one.
 * data is NULL where an item is no string.
 */
bool ac_scan_item(const struct ac_scan *scan, const struct ac_scan_member *list,
    size_t *at, struct authchain_span *item);

#endif
