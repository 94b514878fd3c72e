/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One request of a proxy and what became of it.  Lives from the request's first
 * byte to the end of its answer; a decision that takes its time comes on
 * another thread.
 */
#ifndef AC_DAEMON_EXCHANGE_H
#define AC_DAEMON_EXCHANGE_H

#include "daemon/fields.h"
#include "daemon/original.h"
#include "daemon/route.h"

#include <microhttpd.h>
#include <stdatomic.h>

#define AC_EXCHANGE_REQUEST_ID 64 /* bytes of one that a proxy gave, at most */

struct ac_introspect;
struct ac_paced;
struct ac_server;

struct ac_exchange {
	struct ac_server *server;
	struct MHD_Connection *connection;
	struct ac_paced *paced;
	char *target; /* path and query as they came */
	bool begun;
	struct ac_route route;
	struct ac_fields fields;
	char peer[48]; /* its address; "" over a unix socket */
	char request_id[AC_EXCHANGE_REQUEST_ID + 1];
	struct authchain_span authorization[2]; /* a third is no news */
	struct authchain_pair attributes[2];    /* for plugins */
	struct authchain_request request;
	struct authchain_decision *decision;
	struct ac_kept
	    *kept; /* what is being sent, unless it is made for once */
	/* Who comes second, the decision or the wait for it, goes on. */
	_Atomic bool met;
	bool asked;
	struct ac_introspect *introspect; /* NULL: it is none */
};

/* Name a request: as its proxy did, when given is fit for that, or anew. */
void ac_exchange_name(char out[AC_EXCHANGE_REQUEST_ID + 1],
    struct authchain_span given);

/* What plugins are told of it; borrows the name. */
struct authchain_pair ac_exchange_attribute(const char *request_id);

/* NULL: out of memory. */
struct ac_exchange *ac_exchange_new(struct ac_server *server,
    struct MHD_Connection *connection, const char *target);
/* It may be the server's spare one from then on, and forgotten by it. */
void ac_exchange_end(struct ac_exchange **exchange);
void ac_exchange_forget(struct ac_server *server);

/* Read what came; the error code and text of a request that can't be taken, or
 * NULL. */
const char *ac_exchange_read(struct ac_exchange *exchange, const char *method,
    const char *version);

/* The first is to wait: true.  For the second: false. */
bool ac_exchange_meet(struct ac_exchange *exchange);

#endif
