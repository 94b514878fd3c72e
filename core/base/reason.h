/* SPDX-License-Identifier: BSD-2-Clause */
/* The stable names of outcomes, reasons, verdicts and stages: one table each. */
#ifndef AC_BASE_REASON_H
#define AC_BASE_REASON_H

#include <authchain/authchain.h>

/* "expired" ...; NULL for a value that is none. */
const char *ac_reason_name(uint32_t reason);
/* One sentence: what it means, what an operator does; NULL likewise. */
const char *ac_reason_help(uint32_t reason);
/* How many reasons there are; they run from 0. */
uint32_t ac_reason_count(void);
/* The reason of that name, or AUTHCHAIN_REASON_NONE. */
uint32_t ac_reason_find(const char *name);

const char *ac_verdict_name(
    uint32_t verdict); /* allow deny unavailable fault */
const char *ac_stage_name(uint32_t stage);
const char *ac_outcome_name(uint32_t outcome); /* NULL: not one */

#endif
