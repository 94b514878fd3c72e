/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests in, answers out: libmicrohttpd on one listening socket, with a few
 * threads.  No thread waits for a decision; the connection sleeps.
 */
#ifndef AC_DAEMON_SERVER_H
#define AC_DAEMON_SERVER_H

#include "base/log.h"
#include "daemon/counts.h"
#include "daemon/keep.h"
#include "daemon/listen.h"
#include "daemon/trusted.h"

#include <stdatomic.h>

struct MHD_Daemon;

#define AC_SERVER_MEMORY_BYTES (32u << 10) /* a connection's, headers and all */

struct ac_exchange;

struct ac_pace;
struct ac_preflight;

struct ac_limits {
	unsigned int workers;
	unsigned int connections;
	unsigned int idle_s;
	unsigned int header_s; /* for a whole header */
};

/* What all servers of a process share. */
struct ac_daemon {
	struct authchain *ac;
	const struct ac_log *log;
	const char *introspect_callers; /* their chain; NULL: no such path */
	const struct ac_preflight *preflight;
	struct ac_trusted trusted;
	struct ac_limits limits;
	struct ac_pace *pace;
	_Atomic unsigned int asked; /* decisions that are under way */
	_Atomic unsigned int open;  /* requests without a whole answer */
	_Atomic bool stopping;      /* no decision is begun any more */
	struct ac_counts *counts;
	struct ac_keep keep;
	_Atomic int64_t read_s; /* when the configuration was */
	_Atomic bool reload_failed;
};

struct ac_server {
	struct ac_daemon *daemon;
	struct MHD_Daemon *http;
	struct ac_fcgi *fcgi; /* one of the two */
	bool is_unix, admin;
	/* One that ended, for the next: it is large for an allocator. */
	_Atomic(struct ac_exchange *) spare;
};

/* Serve; listen's descriptor is the server's from then on.  -1 with why. */
int ac_server_start(struct ac_server *server, struct ac_daemon *daemon,
    struct ac_listen *listen, struct authchain_error *err);
/* Take no further connections. */
void ac_server_quiesce(struct ac_server *server);
/* When no decision is waited for. */
void ac_server_stop(struct ac_server *server);

#endif
