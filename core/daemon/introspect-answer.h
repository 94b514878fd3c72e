/* SPDX-License-Identifier: BSD-2-Clause */
/* What those who ask about tokens are told (RFC 7662 2.2, 2.3). */
#ifndef AC_DAEMON_INTROSPECT_ANSWER_H
#define AC_DAEMON_INTROSPECT_ANSWER_H

#include "daemon/answer.h"
#include "daemon/caller.h"

#define AC_INTROSPECT_MAX_ANSWER (64u << 10)

/*
 * Of a token: what is known of it, or {"active":false} and no reason.  When no
 * decision could be made (NULL, 429, 500, 503) the answer is that, for whoever
 * takes an outage for a refusal locks everybody out.
 */
struct ac_answer_http ac_introspect_answer(
    const struct authchain_decision *decision);

/* To a caller that was not let in. */
struct ac_answer_http ac_introspect_turn_away(const struct ac_caller *caller,
    const struct authchain_decision *decision);

/* Is the token good, or is it not, or is that not known? */
enum ac_introspected {
	AC_INTROSPECTED_ACTIVE,
	AC_INTROSPECTED_INACTIVE,
	AC_INTROSPECTED_UNKNOWN
};
enum ac_introspected ac_introspected(const struct authchain_decision *decision);

#endif
