/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which URLs may be fetched: https, or http where the configuration says so
 * and the host is a loopback address; no user, no fragment; host and port
 * plain.  Parsing is libcurl's (curl_url), so that what was judged is what is
 * fetched.
 */
#ifndef AC_NET_URL_H
#define AC_NET_URL_H

#include "base/error.h"

#define AC_URL_MAX_BYTES 2048

/* flags are AUTHCHAIN_FETCH_.  0, or -1 with what is wrong with it. */
int ac_url_check(const char *url, uint32_t flags, struct authchain_error *err);

/* May this address be connected to?  address as inet_ntop spells it. */
bool ac_url_address_allowed(const char *address, uint32_t flags);

#endif
