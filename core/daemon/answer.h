/* SPDX-License-Identifier: BSD-2-Clause */
/* What a proxy gets: a decision in its dialect, a document, or a refusal. */
#ifndef AC_DAEMON_ANSWER_H
#define AC_DAEMON_ANSWER_H

#include "base/buf.h"
#include "base/error.h"
#include "daemon/keep.h"
#include "daemon/route.h"

#include <microhttpd.h>

struct ac_answer_http {
	unsigned int status;
	struct MHD_Response *response; /* the caller's; NULL: out of memory */
	struct ac_kept
	    *kept; /* the response is its; to be given back when sent */
};

/*
 * FORWARD_AUTH and EXT_AUTHZ: the decision's status, challenge and a JSON
 * body.  AUTH_REQUEST: nginx knows 200, 401 and 403 alone and loses the
 * connection over a body, so all that is neither 200 nor 401 is 403, and
 * X-Authchain-Status and -Error tell what it is.
 */
struct ac_answer_http ac_answer_decision(struct ac_keep *keep,
    enum ac_dialect dialect, const struct authchain_decision *decision,
    const char *request_id);

/* The members of the body of a refusal, and the body. */
const char *ac_answer_error(const struct authchain_decision *decision);
const char *ac_answer_description(const struct authchain_decision *decision);
void ac_answer_body(struct ac_buf *body, const char *error,
    const char *description);
#define AC_ANSWER_MAX_BODY 1024

/* A status and no body. */
struct ac_answer_http ac_answer_empty(unsigned int status);

/* One field more; an answer that can't have it is none. */
void ac_answer_field(struct ac_answer_http *answer, const char *name,
    const char *value);
void ac_answer_number(struct ac_answer_http *answer, const char *name,
    uint32_t number);

/* No decision was asked for or could be made: {"error":...}, in the dialect. */
struct ac_answer_http ac_answer_refusal(enum ac_dialect dialect,
    unsigned int status, const char *error, const char *description);

/* A well-known document for anybody, browsers of any origin among them; NULL:
 * there is none. */
struct ac_answer_http ac_answer_document(
    const struct authchain_document *document);
/* To a browser that asks whether it may ask (Fetch 4.8). */
struct ac_answer_http ac_answer_preflight(void);

/* Text that is the caller's, for GET. */
struct ac_answer_http ac_answer_text(unsigned int status, const char *type,
    struct authchain_span body);

/* The same, of HTML: it runs nothing, loads nothing, and stands in no frame. */
struct ac_answer_http ac_answer_page(struct ac_answer_http answer);

#endif
