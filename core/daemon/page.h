/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The status as one page of HTML, for people: without a script and without
 * anything from elsewhere.  Whatever was not written by us is escaped.
 */
#ifndef AC_DAEMON_PAGE_H
#define AC_DAEMON_PAGE_H

#include <jansson.h>

#include "base/buf.h"

/* status: the object that /status answers with. */
void ac_page_print(const json_t *status, struct ac_buf *out);

/* Text for an element or a quoted attribute. */
void ac_page_escape(struct ac_buf *out, const char *text);

#endif
