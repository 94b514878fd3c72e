/* SPDX-License-Identifier: BSD-2-Clause */
/* What operators and their tools ask: /livez, /readyz, /metrics, /status. */
#ifndef AC_DAEMON_ADMIN_H
#define AC_DAEMON_ADMIN_H

#include "daemon/answer.h"
#include "daemon/server.h"

/* target: path and query as they came; accept: the field of that name, which
 * says whether a person looks at it with a browser. */
struct ac_answer_http ac_admin_answer(struct ac_daemon *daemon,
    const char *target, struct authchain_span accept);

#endif
