/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets that listen: made from an address, or handed over by the service
 * manager (sd_listen_fds(3)).
 */
#ifndef AC_DAEMON_LISTEN_H
#define AC_DAEMON_LISTEN_H

#include "base/error.h"

#define AC_LISTEN_MAX     16 /* sockets of one daemon */
#define AC_LISTEN_BACKLOG 511

struct ac_listen {
	int fd;
	bool is_unix; /* whoever may open it is a proxy of ours */
	bool admin;   /* status and metrics, no requests to judge */
	bool fastcgi; /* an authorizer's, no HTTP */
	char *path;   /* of a unix socket that we made, or NULL */
	char name[128];
};

struct ac_listens {
	struct ac_listen at[AC_LISTEN_MAX];
	size_t count;
};

/* Can that be an address for ac_listen_add?  Opens nothing; -1 with why. */
int ac_listen_check(const char *address, struct authchain_error *err);

/*
 * "unix:/PATH" (mode 0660; a socket that nobody serves any more is replaced),
 * "ADDRESS:PORT" or "[V6]:PORT", numbers only, port 0 for any.  option says for
 * whom: "listen", "admin", "fastcgi".  -1 with why.
 */
int ac_listen_add(struct ac_listens *listens, const char *address,
    const char *option, struct authchain_error *err);

/*
 * The sockets of LISTEN_FDS, when LISTEN_PID is us; those that LISTEN_FDNAMES
 * calls "admin" or "fastcgi" are.  The variables are taken out of the environment.
 */
int ac_listen_inherit(struct ac_listens *listens, struct authchain_error *err);

/*
 * Remove the unix sockets that we made.  While they are served: a file that
 * nobody serves is the next daemon's to replace, and then it is not ours.
 */
void ac_listen_withdraw(struct ac_listens *listens);

/* The same, and close all. */
void ac_listen_close(struct ac_listens *listens);

#endif
