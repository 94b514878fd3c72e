/* SPDX-License-Identifier: BSD-2-Clause */
/* Request targets in absolute form (RFC 9112 3.2.2). */
#ifndef AC_BASE_TARGET_H
#define AC_BASE_TARGET_H

#include "base/span.h"

/*
 * Index of the byte behind the authority, which ends at '/', '?', '#' or the
 * end (RFC 3986 3.2), and at a backslash, which browsers take for a slash.  A
 * path that does not begin there is "/".  0 when target does not begin with a
 * scheme and "://".
 */
size_t ac_target_authority_end(struct authchain_span target);

#endif
