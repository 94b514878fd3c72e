/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is kept of one decision until its line is written: copies, so that the
 * request may end first.  Of the token there is a digest and nothing else.
 */
#ifndef PLUGINS_AUDIT_RECORD_H
#define PLUGINS_AUDIT_RECORD_H

#include "base/digest.h"

/* Bytes of a text that are shown; a longer one is cut, and ends with U+2026.
 * Together, each byte escaped, they fit AC_SEAL_MAX_LINE. */
#define AUDIT_MAX_TEXT 256
#define AUDIT_MAX_URI  1024

enum audit_text {
	AUDIT_CHAIN,
	AUDIT_PROVIDER,
	AUDIT_SUBJECT,
	AUDIT_CLIENT,
	AUDIT_ADDRESS,
	AUDIT_METHOD,
	AUDIT_URI,
	AUDIT_REQUEST_ID,
	AUDIT_TRACE_ID,
	AUDIT_CLAIMS, /* JSON, for the jti; whole or not at all */
	AUDIT_TEXTS
};

struct audit_record {
	struct audit_record *next;
	size_t bytes; /* all of it */
	int64_t ts_ms;
	uint64_t us;
	uint32_t verdict, reason, status;
	bool cached, degraded, has_token, cut[AUDIT_TEXTS];
	unsigned char token[AC_DIGEST_BYTES];
	uint32_t lengths[AUDIT_TEXTS]; /* UINT32_MAX: there is none */
	char texts[];
};

/* A copy of texts, cut; all else is zero.  NULL: out of memory.  For free(). */
struct audit_record *audit_record_new(
    const struct authchain_span texts[AUDIT_TEXTS]);
/* A view of one; data NULL: there is none. */
struct authchain_span audit_record_text(const struct audit_record *record,
    enum audit_text which);

#endif
