/* SPDX-License-Identifier: BSD-2-Clause */
/* From the parameters of FastCGI to a request that a chain can judge. */
#ifndef AC_DAEMON_FCGI_REQUEST_H
#define AC_DAEMON_FCGI_REQUEST_H

#include "base/buf.h"
#include "daemon/exchange.h"

struct ac_fcgi_request {
	struct ac_fields fields;
	struct authchain_span chain_name, https, unique_id;
	char chain[AC_ROUTE_MAX_CHAIN + 1];
	char request_id[AC_EXCHANGE_REQUEST_ID + 1];
	struct authchain_span authorization[2];
	struct authchain_pair name; /* request-id, for plugins */
	struct authchain_request request;
};

/*
 * Read pairs; what is wrong with them, or NULL.  The names of HTTP fields and
 * the target are changed in place, and views into params stay in the request.
 * Nothing of the client's is believed: its fields are those that begin with
 * HTTP_.
 */
const char *ac_fcgi_request_read(struct ac_fcgi_request *request,
    struct ac_buf *params);

#endif
