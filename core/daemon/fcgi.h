/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FastCGI in the role of an authorizer, for Apache and lighttpd: one thread,
 * which waits for no decision, on one listening socket.
 */
#ifndef AC_DAEMON_FCGI_H
#define AC_DAEMON_FCGI_H

#include "daemon/server.h"

struct ac_fcgi;

/* Serve; listen's descriptor is the server's from then on.  A peer must be one
 * of daemon->trusted, or on a unix socket.  NULL with why. */
struct ac_fcgi *ac_fcgi_start(struct ac_daemon *daemon,
    struct ac_listen *listen, struct authchain_error *err);
/* Take no further connections. */
void ac_fcgi_quiesce(struct ac_fcgi *fcgi);
/* When no decision is waited for. */
void ac_fcgi_stop(struct ac_fcgi **fcgi);

#endif
