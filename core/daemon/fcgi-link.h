/* SPDX-License-Identifier: BSD-2-Clause */
/* One connection of FastCGI: bytes in and out, and the request between. */
#ifndef AC_DAEMON_FCGI_LINK_H
#define AC_DAEMON_FCGI_LINK_H

#include "daemon/fcgi-request.h"
#include "daemon/fcgi-session.h"
#include "daemon/server.h"

#define AC_FCGI_READ_BYTES 16384

enum ac_fcgi_link_state {
	AC_FCGI_LINK_READS,
	AC_FCGI_LINK_WRITES,
	AC_FCGI_LINK_JUDGED, /* by a chain: not ours until it is decided */
	AC_FCGI_LINK_ENDS
};

struct ac_fcgi_link {
	struct ac_daemon *daemon;
	/* called when decided, on any thread */
	void (*decided)(struct ac_fcgi_link *link);
	void *server;
	struct ac_fcgi_link *next, *previous, *next_decided;
	int fd;
	bool polled;
	int64_t used_ms;
	bool counted, closing;
	struct ac_buf in, out;
	size_t sent;
	struct ac_fcgi_session session;
	struct ac_fcgi_request request;
	struct authchain_decision *decision;
};

/* NULL: out of memory; fd is the link's otherwise. */
struct ac_fcgi_link *ac_fcgi_link_new(struct ac_daemon *daemon, int fd);
void ac_fcgi_link_free(struct ac_fcgi_link **link);

/* Read, judge, write as far as it goes without waiting. */
enum ac_fcgi_link_state ac_fcgi_link_go_on(struct ac_fcgi_link *link);
/* The same, when the decision is there. */
enum ac_fcgi_link_state ac_fcgi_link_answer(struct ac_fcgi_link *link);

#endif
