/* SPDX-License-Identifier: BSD-2-Clause */
/* A decision as a CGI response (RFC 3875 6), for an authorizer of FastCGI. */
#ifndef AC_DAEMON_FCGI_ANSWER_H
#define AC_DAEMON_FCGI_ANSWER_H

#include "base/buf.h"
#include "base/error.h"

#define AC_FCGI_MAX_ANSWER (32u << 10)

/*
 * Allowed: status 200 and Variable-X_AUTH_... fields, which the web server
 * keeps for itself; else status, challenge and body for the client.  decision
 * NULL: there was no memory for one.  Whatever can't be said whole is 500.
 */
void ac_fcgi_answer_decision(struct ac_buf *out,
    const struct authchain_decision *decision, const char *request_id);
void ac_fcgi_answer_refusal(struct ac_buf *out, unsigned int status,
    const char *error, const char *description);

#endif
