/* SPDX-License-Identifier: BSD-2-Clause */
/* Each reason has its answer, and what is none is a fault. */
#include "engine/decide.h"

#include "tap.h"

int
main(void)
{
	static const uint32_t strange[] = { AUTHCHAIN_REASON_NONE,
		AUTHCHAIN_REASON_PROOF_NONCE + 1, 9999, UINT32_MAX };
	size_t good = 0;

	for (uint32_t i = 1; i <= AUTHCHAIN_REASON_PROOF_NONCE; i++) {
		const struct ac_answer *answer = ac_answer_find(i);

		good += answer->reason == i && answer->status >= 400 &&
			answer->verdict != AUTHCHAIN_VERDICT_ALLOW;
	}
	ok(good == AUTHCHAIN_REASON_PROOF_NONCE,
	    "each reason has its own answer, which lets nobody in");
	for (size_t i = 0; i < sizeof(strange) / sizeof(strange[0]); i++) {
		const struct ac_answer *answer = ac_answer_find(strange[i]);

		ok(answer->reason == AUTHCHAIN_REASON_PLUGIN_FAULT &&
			answer->verdict == AUTHCHAIN_VERDICT_FAULT &&
			answer->status == 500,
		    "what is no reason is a fault");
	}
	return done();
}
