/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whom a transfer may talk to, judged by the address that is connected to and
 * not by the name that led there: a name that answers otherwise the second
 * time (DNS rebinding) leads nowhere.
 */
#ifndef AC_NET_PEER_H
#define AC_NET_PEER_H

#include "net/address.h"

#include <curl/curl.h>

#define AC_PEER_TEXT 64 /* "[IPv6 address]:65535" */

struct ac_peer {
	uint32_t flags; /* AUTHCHAIN_FETCH_ */
	bool http;
	char tried[AC_PEER_TEXT];   /* connected to last, "" before */
	char refused[AC_PEER_TEXT]; /* not connected to, "" if none */
};

/* Make easy ask peer, which must outlive it.  For new connections and for kept
 * ones that another transfer opened. */
CURLcode ac_peer_attach(struct ac_peer *peer, CURL *easy);

#endif
