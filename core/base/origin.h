/* SPDX-License-Identifier: BSD-2-Clause */
/* Origins of web pages as browsers spell them (RFC 6454 6.2). */
#ifndef AC_BASE_ORIGIN_H
#define AC_BASE_ORIGIN_H

#include "base/span.h"

/*
 * NULL for "https://host" or "https://host:port" (or http), in lower case,
 * without a path and without the scheme's own port; else what is wrong with
 * it, to be said behind the text: "is no origin; ...".
 */
const char *ac_origin_fault(struct authchain_span text);
/* The same for what is behind the scheme, whose port is `standard'. */
const char *ac_origin_host_fault(struct authchain_span text, int64_t standard);

#endif
