/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long a client may take to say what it wants.  libmicrohttpd closes a
 * connection on which nothing comes, and never one on which a byte comes now
 * and then.  So connections are looked at once a second, by one thread for
 * all, and those that took too long are shut.
 */
#ifndef AC_DAEMON_PACE_H
#define AC_DAEMON_PACE_H

#include "base/error.h"

struct ac_pace;  /* what they are measured by */
struct ac_paced; /* a connection */

/* A header has header_s; idle_s is how long nothing may come. */
struct ac_pace *ac_pace_new(unsigned int header_s, unsigned int idle_s,
    struct authchain_error *err);
/* When no connection is left. */
void ac_pace_free(struct ac_pace **pace);

/* Readable when it is time to look; -1 without an ac_pace. */
int ac_pace_descriptor(const struct ac_pace *pace);
void ac_pace_look(struct ac_pace *pace);
/* How many were shut. */
uint64_t ac_pace_count(const struct ac_pace *pace);

/* Any thread.  A new connection: NULL: out of memory, and it is shut. */
struct ac_paced *ac_pace_add(struct ac_pace *pace, int fd);
/* Before fd is closed; *paced is NULL afterwards. */
void ac_pace_remove(struct ac_pace *pace, struct ac_paced **paced);

/* The thread that serves it, NULL-safe: it waits for a request; the first line
 * or a body has begun; all is there that was waited for. */
void ac_pace_waits(struct ac_paced *paced);
void ac_pace_begins(struct ac_paced *paced);
void ac_pace_whole(struct ac_paced *paced);

#endif
