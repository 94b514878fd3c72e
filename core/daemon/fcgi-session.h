/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is said on a connection of FastCGI, one request after another: records
 * in, parameters of a request out.  Requests beside each other are refused, as
 * the specification lets us.
 */
#ifndef AC_DAEMON_FCGI_SESSION_H
#define AC_DAEMON_FCGI_SESSION_H

#include "daemon/fcgi-record.h"

#define AC_FCGI_MAX_PARAMS (64u << 10) /* bytes of all pairs of a request */

enum ac_fcgi_event {
	AC_FCGI_MORE,    /* go on */
	AC_FCGI_REQUEST, /* params are whole: answer, then end */
	AC_FCGI_CLOSE    /* when what is in out has been sent */
};

struct ac_fcgi_session {
	unsigned int id; /* of the request */
	bool open, whole, keep;
	struct ac_buf params;
};

void ac_fcgi_session_init(struct ac_fcgi_session *session);
void ac_fcgi_session_clear(struct ac_fcgi_session *session);

/* What a record comes to; what must be said at once is added to out. */
enum ac_fcgi_event ac_fcgi_session_take(struct ac_fcgi_session *session,
    const struct ac_fcgi_record *record, struct ac_buf *out);

/* The request has its answer, a CGI response (RFC 3875 6). */
enum ac_fcgi_event ac_fcgi_session_answer(struct ac_fcgi_session *session,
    struct authchain_span answer, struct ac_buf *out);

#endif
