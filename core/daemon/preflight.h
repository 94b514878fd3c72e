/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A browser asks whether a page may ask (Fetch 4.8), without a credential, and
 * a proxy that has no answer itself asks here.  Only in the dialect of Envoy,
 * for which anything but 200 is a denial that the client gets: to others a 204
 * is a yes, and would let OPTIONS through to the upstream without anybody's
 * identity.
 */
#ifndef AC_DAEMON_PREFLIGHT_H
#define AC_DAEMON_PREFLIGHT_H

#include "daemon/answer.h"
#include "daemon/exchange.h"

#define AC_PREFLIGHT_MAX        64 /* origins */
#define AC_PREFLIGHT_MAX_METHOD 32 /* bytes of one that is asked for */

struct ac_preflight {
	const char *allowed[AC_PREFLIGHT_MAX];
	size_t count;
};

/* Allow an origin, whose text outlives preflight; -1 with why. */
int ac_preflight_add(struct ac_preflight *preflight, const char *origin,
    struct authchain_error *err);

/* Is it one, of a page that may ask?  method: of the request itself. */
bool ac_preflight_is(const struct ac_preflight *preflight,
    const struct ac_exchange *exchange, const char *method);
/* To such a one: 204, and no identity. */
struct ac_answer_http ac_preflight_answer(const struct ac_exchange *exchange);

#endif
