/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One step of a chain: ask the plugin, and make of its outcome what the rules
 * say (doc/chain.md).
 */
#ifndef AC_ENGINE_STEP_H
#define AC_ENGINE_STEP_H

#include "engine/call.h"

/* The outcome of a step that could not judge, and need not have. */
#define AC_STEP_PASSED "unavailable-allowed"

/* Has it anything to say to this call?  Identity is asked until one provider
 * has accepted, the stages behind it only then. */
bool ac_step_wanted(const struct authchain_call *call,
    const struct ac_step *step);

/* The plugin's outcome, PENDING while it is waited for.  A step that waited is
 * asked again for the outcome of its ticket. */
uint32_t ac_step_run(struct authchain_call *call, const struct ac_step *step);

/* Go on, or decide. */
void ac_step_settle(struct authchain_call *call, const struct ac_step *step,
    uint32_t outcome);

#endif
