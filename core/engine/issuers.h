/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which step of a chain claims an issuer, so that a chain of many issuers asks
 * one of them and not each in turn.
 */
#ifndef AC_ENGINE_ISSUERS_H
#define AC_ENGINE_ISSUERS_H

#include "engine/call.h"

/* So many that are not asked have a line of the trace each. */
#define AC_ISSUERS_TOLD 4

/* When the chain's steps and what they claim are known.  NULL: out of memory. */
struct ac_issuers *ac_issuers_new(const struct ac_chain *chain);
void ac_issuers_free(struct ac_issuers **issuers);

/*
 * The next step, from the call's own place on, that may claim its token; the
 * chain's step_count when there is none.  That place when no more than
 * AC_ISSUERS_TOLD stand before it: they are asked in turn.
 */
size_t ac_issuers_next(struct authchain_call *call);

#endif
