/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The header fields of a request, and what libmicrohttpd lets pass and we do
 * not: names that are no tokens (a blank before the colon), control bytes and
 * NULs in values, Host twice, contradicting lengths.
 */
#ifndef AC_DAEMON_FIELDS_H
#define AC_DAEMON_FIELDS_H

#include "base/span.h"

#define AC_FIELDS_MAX 128

struct ac_fields {
	struct authchain_pair at[AC_FIELDS_MAX];
	size_t count;
	const char *fault; /* what is wrong with them, or NULL */
};

/* Add one; the views must outlive the fields. */
void ac_fields_add(struct ac_fields *fields, struct authchain_span name,
    struct authchain_span value);
/* When all are there: those that must be single are. */
void ac_fields_check(struct ac_fields *fields);

/* The at-th value of that name, counted from 0; data NULL when there is none. */
struct authchain_span ac_fields_get(const struct ac_fields *fields,
    const char *name, size_t at);

/* Is a body announced?  It is never waited for. */
bool ac_fields_has_body(const struct ac_fields *fields);

#endif
