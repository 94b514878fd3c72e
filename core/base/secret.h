/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory for secrets: own pages, locked where the limits allow, left out of
 * core dumps, wiped before they are given back.  Children get them as well:
 * a configuration is read before the fork that serves it.
 */
#ifndef AC_BASE_SECRET_H
#define AC_BASE_SECRET_H

#include "base/span.h"

struct ac_secret {
	char *data; /* len bytes, a NUL after them */
	size_t len;
	size_t mapped;
};

/* -1 and an empty secret when out of memory.  A lock that the limits refuse is
 * no failure. */
int ac_secret_init(struct ac_secret *secret, size_t len);
void ac_secret_clear(struct ac_secret *secret);
struct authchain_span ac_secret_span(const struct ac_secret *secret);

/* The first 8 hex digits of SHA-256 over "authchain secret" NUL bytes: tells
 * two secrets apart in a log, tells nothing else.  out holds 9 bytes. */
int ac_secret_fingerprint(struct authchain_span secret, char out[9]);

#endif
