/* SPDX-License-Identifier: BSD-2-Clause */
/* What may be asked for, and how libcurl is told. */
#ifndef AC_NET_REQUEST_H
#define AC_NET_REQUEST_H

#include "net/fetch.h"

/* 0, or -1 with why it is refused.  request->size was seen to. */
int ac_request_check(const struct authchain_fetch *request,
    struct authchain_error *err);

/* Copy a checked request into fetch and its curl handle.  Bounds and peer of
 * fetch are set already; callbacks are the caller's. */
CURLcode ac_request_apply(struct ac_fetch *fetch,
    const struct authchain_fetch *request, const char *ca_file);

#endif
