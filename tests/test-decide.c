/* SPDX-License-Identifier: BSD-2-Clause */
/* Each reason has its answer, and what is none is a fault. */
#include "engine/decide.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tap.h"

/* RFC 6750 3.1: what has no credentials gets no error, nor does what is for
 * people alone. */
static bool
has_challenge(const struct ac_answer *answer)
{
	char wanted[256];

	if (answer->reason == AUTHCHAIN_REASON_NO_CREDENTIALS ||
	    answer->reason == AUTHCHAIN_REASON_FORBIDDEN)
		return strcmp(answer->challenge, "Bearer") == 0;
	snprintf(wanted, sizeof(wanted),
	    "Bearer error=\"%s\", error_description=\"%s\"", answer->error,
	    answer->description);
	return strcmp(answer->challenge, wanted) == 0;
}

int
main(void)
{
	static const uint32_t strange[] = { AUTHCHAIN_REASON_NONE,
		AUTHCHAIN_REASON_PROOF_NONCE + 1, 9999, UINT32_MAX };
	size_t good = 0, told = 0;

	for (uint32_t i = 1; i <= AUTHCHAIN_REASON_PROOF_NONCE; i++) {
		const struct ac_answer *answer = ac_answer_find(i);

		good += answer->reason == i && answer->status >= 400 &&
			answer->verdict != AUTHCHAIN_VERDICT_ALLOW;
		told += has_challenge(answer);
	}
	ok(good == AUTHCHAIN_REASON_PROOF_NONCE,
	    "each reason has its own answer, which lets nobody in");
	ok(told == AUTHCHAIN_REASON_PROOF_NONCE,
	    "each answer's challenge has its error and description");
	for (size_t i = 0; i < sizeof(strange) / sizeof(strange[0]); i++) {
		const struct ac_answer *answer = ac_answer_find(strange[i]);

		ok(answer->reason == AUTHCHAIN_REASON_PLUGIN_FAULT &&
			answer->verdict == AUTHCHAIN_VERDICT_FAULT &&
			answer->status == 500,
		    "what is no reason is a fault");
	}
	return done();
}
