/* SPDX-License-Identifier: BSD-2-Clause */
/* Origins of web pages as browsers spell them (RFC 6454 6.2). */
#ifndef AC_BASE_ORIGIN_H
#define AC_BASE_ORIGIN_H

#include "base/span.h"

/* "https://host" or "https://host:port", in lower case, without a path. */
bool ac_origin_is(struct authchain_span text);

#endif
