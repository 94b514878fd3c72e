/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One HTTP request, from the struct that asks for it to the struct that
 * answers it.  Knows no thread: whoever drives the curl handle may.
 */
#ifndef AC_NET_FETCH_H
#define AC_NET_FETCH_H

#include "net/headers.h"
#include "net/peer.h"

#define AC_FETCH_CONNECT_MS 5000 /* of the timeout, for name, TCP and TLS */

struct ac_fetch {
	CURL *easy;
	struct curl_slist *lines; /* headers sent */
	struct ac_buf sent;       /* body sent */
	struct ac_headers headers;
	struct ac_buf body;
	struct ac_peer peer;
	uint32_t timeout_ms, connect_ms;
	struct authchain_error error; /* the first thing that went wrong */
	char detail[CURL_ERROR_SIZE]; /* what libcurl says of it */
};

/*
 * Judge and copy the request.  ca_file, a PEM file to trust instead of the
 * system's, may be NULL.  NULL with why.
 */
struct ac_fetch *ac_fetch_new(const struct authchain_fetch *request,
    const char *ca_file, struct authchain_error *err);
/* Wipes what was sent and received.  The handle must be in no multi handle. */
void ac_fetch_free(struct ac_fetch **fetch);

/* The answer when the transfer has ended with code; borrows from fetch. */
void ac_fetch_answer(struct ac_fetch *fetch, CURLcode code,
    struct authchain_answer *answer);
/* Ask and wait, on this thread, at most for the request's time. */
void ac_fetch_run(struct ac_fetch *fetch, struct authchain_answer *answer);
/* An answer without one: status 0 and an error, which is borrowed. */
void ac_fetch_no_answer(struct authchain_answer *answer, const char *error);

#endif
