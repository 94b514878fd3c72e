/* SPDX-License-Identifier: BSD-2-Clause */
/* URIs of requests, in the one spelling that they are compared in. */
#ifndef PLUGINS_DPOP_URI_H
#define PLUGINS_DPOP_URI_H

#include "base/buf.h"

#define DPOP_URI_MAX_BYTES 4096

/*
 * Add an absolute http or https URI, normalised as RFC 3986 6.2.2 and 6.2.3
 * say, without query and fragment (RFC 9449 4.3).  false when it is none, has
 * a user, or bytes that no URI has.
 */
bool dpop_uri_add(struct ac_buf *out, struct authchain_span uri);

/* Its "https://host:port", normalised; false when it is no such URI. */
bool dpop_uri_origin(struct ac_buf *out, struct authchain_span uri);

#endif
