/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Curl's codes in an operator's words: what was tried, on which address, and
 * what came of it.  Texts that a server can put words into are made harmless.
 */
#include "net/failure.h"

#include "base/number.h"

#include <errno.h>
#include <inttypes.h>

#define FAILURE_MAX_DETAIL 200

static int
set(struct ac_fetch *fetch, const char *what, const char *detail)
{
	char text[FAILURE_MAX_DETAIL + 1];
	size_t len = strnlen(detail, FAILURE_MAX_DETAIL);

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)detail[i];

		text[i] = detail[i];
		if (c < 0x20 || c > 0x7e)
			text[i] = '?';
	}
	text[len] = '\0';
	return ac_error(&fetch->error, AUTHCHAIN_ERROR_SYSTEM, "%s%s%s", what,
	    len == 0 ? "" : ": ", text);
}

int
ac_failure_too_large(struct ac_fetch *fetch)
{
	uint64_t max = fetch->body.max;
	const char *unit = "bytes";

	if (max >= 1u << 20 && max % (1u << 20) == 0) {
		max >>= 20;
		unit = "MiB";
	} else if (max >= 1u << 10 && max % (1u << 10) == 0) {
		max >>= 10;
		unit = "KiB";
	}
	return ac_error(&fetch->error, AUTHCHAIN_ERROR_SYSTEM,
	    "body larger than %" PRIu64 " %s", max, unit);
}

static void
explain_connect(struct ac_fetch *fetch)
{
	const struct ac_peer *peer = &fetch->peer;
	long number = 0;

	if (peer->tried[0] == '\0' && peer->refused[0] != '\0') {
		(void)ac_error(&fetch->error, AUTHCHAIN_ERROR_SYSTEM,
		    "the host's address %s is not a public one and not "
		    "allowed",
		    peer->refused);
		return;
	}
	(void)curl_easy_getinfo(fetch->easy, CURLINFO_OS_ERRNO, &number);
	if (number == ECONNREFUSED)
		(void)ac_error(&fetch->error, AUTHCHAIN_ERROR_SYSTEM,
		    "connect to %s refused", peer->tried);
	else if (number != 0)
		(void)ac_error(&fetch->error, AUTHCHAIN_ERROR_SYSTEM,
		    "connect to %s failed: %s", peer->tried,
		    strerror((int)number));
	else
		(void)set(fetch, "can't connect", fetch->detail);
}

/* The phases are those of CURLINFO_*_TIME_T, which stay 0 until reached. */
static bool
has_reached(struct ac_fetch *fetch, CURLINFO phase)
{
	curl_off_t us = 0;

	return curl_easy_getinfo(fetch->easy, phase, &us) == CURLE_OK && us > 0;
}

/* CONNECT_TIME_T would do were it set before the TLS handshake is over. */
static bool
has_connection(struct ac_fetch *fetch)
{
	long port = 0;

	return curl_easy_getinfo(fetch->easy, CURLINFO_LOCAL_PORT, &port) ==
		   CURLE_OK &&
	       port > 0;
}

static void
explain_timeout(struct ac_fetch *fetch)
{
	char limit[AC_DURATION_TEXT], connect[AC_DURATION_TEXT];
	struct authchain_error *err = &fetch->error;

	(void)ac_duration_text(fetch->timeout_ms, limit);
	(void)ac_duration_text(fetch->connect_ms, connect);
	if (!has_reached(fetch, CURLINFO_NAMELOOKUP_TIME_T))
		(void)ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "look-up of the host's name: no answer in %s", connect);
	else if (!has_connection(fetch))
		(void)ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "connect to %s: no answer in %s", fetch->peer.tried,
		    connect);
	else if (!has_reached(fetch, CURLINFO_PRETRANSFER_TIME_T))
		(void)ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "TLS with %s: no answer in %s", fetch->peer.tried, connect);
	else if (!has_reached(fetch, CURLINFO_STARTTRANSFER_TIME_T))
		(void)ac_error(err, AUTHCHAIN_ERROR_SYSTEM, "no answer in %s",
		    limit);
	else
		(void)ac_error(err, AUTHCHAIN_ERROR_SYSTEM,
		    "answer not complete in %s", limit);
}

void
ac_failure_explain(struct ac_fetch *fetch, CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		(void)set(fetch, "the host's name has no address",
		    fetch->detail);
		break;
	case CURLE_COULDNT_CONNECT:
	case CURLE_ABORTED_BY_CALLBACK:
		explain_connect(fetch);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		explain_timeout(fetch);
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
		(void)set(fetch, "certificate not trusted", fetch->detail);
		break;
	case CURLE_SSL_CACERT_BADFILE:
		(void)set(fetch, "trusted certificates can't be read",
		    fetch->detail);
		break;
	case CURLE_SSL_CONNECT_ERROR:
		(void)set(fetch, "TLS failed", fetch->detail);
		break;
	case CURLE_GOT_NOTHING:
		(void)set(fetch, "connection closed without an answer", "");
		break;
	case CURLE_PARTIAL_FILE:
		(void)set(fetch, "answer cut short", fetch->detail);
		break;
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		(void)set(fetch, "connection broken", fetch->detail);
		break;
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
		(void)set(fetch, "the answer is not HTTP", fetch->detail);
		break;
	case CURLE_OUT_OF_MEMORY:
		(void)ac_error_memory(&fetch->error);
		break;
	default:
		(void)set(fetch, curl_easy_strerror(code), fetch->detail);
		break;
	}
}
