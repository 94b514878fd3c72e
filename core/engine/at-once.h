/* SPDX-License-Identifier: BSD-2-Clause */
/* The short way to a verdict that is remembered. */
#ifndef AC_ENGINE_AT_ONCE_H
#define AC_ENGINE_AT_ONCE_H

#include "engine/call.h"

/* Does the chain ask nobody about a token whose verdict it remembers, neither
 * before nor after? */
bool ac_chain_is_at_once(const struct ac_chain *chain);

/*
 * In the lane, where the chain was found: the decision, which is the caller's,
 * or NULL where it takes a call to tell.
 */
struct authchain_decision *ac_decide_at_once(struct ac_lanes *lanes,
    struct ac_lane *lane, const struct ac_chain *chain,
    const struct authchain_request *request);

#endif
