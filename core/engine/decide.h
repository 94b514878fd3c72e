/* SPDX-License-Identifier: BSD-2-Clause */
/* The decision table: what the client sees for each reason. */
#ifndef AC_ENGINE_DECIDE_H
#define AC_ENGINE_DECIDE_H

#include <authchain/authchain.h>

struct ac_answer {
	uint32_t reason;
	uint32_t verdict;
	uint32_t status;
	const char *error;       /* RFC 6750 3.1, or a word of ours */
	const char *description; /* no quotes, no backslashes */
	const char *challenge;   /* with both, where a client may see them */
};

/* The row of a reason; that of PLUGIN_FAULT for a value without one. */
const struct ac_answer *ac_answer_find(uint32_t reason);

#define AC_RETRY_AFTER_S 5 /* of a 503 or 429 that nobody gave another */

#endif
