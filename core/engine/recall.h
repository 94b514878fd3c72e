/* SPDX-License-Identifier: BSD-2-Clause */
/* Between a call and what its chain remembers. */
#ifndef AC_ENGINE_RECALL_H
#define AC_ENGINE_RECALL_H

#include "engine/call.h"

/*
 * Was the identity stage, which begins with this step, settled by a verdict
 * that is remembered?  Looks once a call.
 */
bool ac_call_recall(struct authchain_call *call, const struct ac_step *step);

/* A provider is about to be asked: what it answers stands on this moment. */
void ac_call_note_stamp(struct authchain_call *call,
    const struct authchain_entry *entry);

/* The provider passed the token on, as its server does not know it: what the
 * next one says stands on that as well. */
void ac_call_passed_over(struct authchain_call *call);

/* Remember what the provider said, if it wants that; before the next step.
 * reason is that of a rejection. */
void ac_call_remember(struct authchain_call *call, bool accepted,
    uint32_t reason);

#endif
