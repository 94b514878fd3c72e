/* SPDX-License-Identifier: BSD-2-Clause */
/* Make responses; whatever can't be made whole is not made at all. */
#include "daemon/answer.h"

#include <stdio.h>

#include "base/buf.h"
#include "daemon/identity.h"

/* libmicrohttpd takes no value that is empty; white space around one is no part
 * of it (RFC 9110 5.5), so this is an empty one. */
static const char nothing[] = " ";

static void
add(struct ac_answer_http *answer, const char *name, const char *value)
{
	if (answer->response == NULL ||
	    MHD_add_response_header(answer->response, name, value) == MHD_YES)
		return;
	MHD_destroy_response(answer->response);
	answer->response = NULL;
}

static void
add_number(struct ac_answer_http *answer, const char *name, uint32_t number)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%u", number);
	add(answer, name, text);
}

static struct ac_answer_http
make(unsigned int status, struct authchain_span body)
{
	union {
		const char *is;
		void *as;
	} data = { body.data }; /* it is copied, not written */

	return (struct ac_answer_http){ status,
		MHD_create_response_from_buffer(body.len, data.as,
		    body.len == 0 ? MHD_RESPMEM_PERSISTENT
				  : MHD_RESPMEM_MUST_COPY),
		NULL };
}

struct ac_answer_http
ac_answer_text(unsigned int status, const char *type,
    struct authchain_span body)
{
	struct ac_answer_http answer = make(status, body);

	add(&answer, "Content-Type", type);
	add(&answer, "Cache-Control", "no-store");
	return answer;
}

void
ac_answer_body(struct ac_buf *body, const char *error, const char *description)
{
	ac_buf_text(body, "{\"error\":\"");
	ac_buf_json(body, ac_span_text(error));
	ac_buf_text(body, "\",\"error_description\":\"");
	ac_buf_json(body, ac_span_text(description));
	ac_buf_text(body, "\"}\n");
}

struct ac_answer_http
ac_answer_page(struct ac_answer_http answer)
{
	add(&answer, "Content-Security-Policy",
	    "default-src 'none'; style-src 'unsafe-inline'; "
	    "frame-ancestors 'none'; form-action 'none'; base-uri 'none'");
	add(&answer, "X-Content-Type-Options", "nosniff");
	add(&answer, "Referrer-Policy", "no-referrer");
	add(&answer, "Vary", "Accept");
	return answer;
}

static struct ac_answer_http
make_json(unsigned int status, const char *error, const char *description)
{
	struct ac_answer_http answer = { status, NULL, NULL };
	struct ac_buf body;

	ac_buf_init(&body, AC_ANSWER_MAX_BODY);
	ac_answer_body(&body, error, description);
	if (!body.failed)
		answer = ac_answer_text(status, "application/json",
		    ac_buf_span(&body));
	ac_buf_clear(&body);
	return answer;
}

static unsigned int
nginx_status(unsigned int status)
{
	return status == 200 || status == 401 ? status : 403;
}

struct ac_answer_http
ac_answer_refusal(enum ac_dialect dialect, unsigned int status,
    const char *error, const char *description)
{
	struct ac_answer_http answer;

	if (dialect != AC_DIALECT_AUTH_REQUEST)
		return make_json(status, error, description);
	answer = make(nginx_status(status), ac_span("", 0));
	add_number(&answer, "X-Authchain-Status", status);
	add(&answer, "X-Authchain-Error", error);
	return answer;
}

/* RFC 6750 3 has no code for a request without credential; a body has one. */
const char *
ac_answer_error(const struct authchain_decision *decision)
{
	return decision->error[0] != '\0' ? decision->error : "unauthorized";
}

const char *
ac_answer_description(const struct authchain_decision *decision)
{
	return decision->error_description[0] != '\0'
		   ? decision->error_description
		   : "A bearer token is required";
}

static struct ac_answer_http
deny(enum ac_dialect dialect, const struct authchain_decision *decision)
{
	struct ac_answer_http answer =
	    ac_answer_refusal(dialect, decision->status,
		ac_answer_error(decision), ac_answer_description(decision));

	if (decision->www_authenticate[0] != '\0')
		add(&answer, "WWW-Authenticate", decision->www_authenticate);
	if (decision->dpop_nonce[0] != '\0')
		add(&answer, "DPoP-Nonce", decision->dpop_nonce);
	if (decision->retry_after_s != 0)
		add_number(&answer, "Retry-After", decision->retry_after_s);
	return answer;
}

/* The last of the set is the request's; all others are the decision's. */
#define REQUEST_ID (AC_IDENTITY_COUNT - 1)

static struct ac_kept *
make_kept(struct authchain_span values)
{
	struct ac_answer_http answer = make(200, ac_span("", 0));
	const char *value = values.data;
	struct ac_kept *kept;

	for (size_t at = 0; at < REQUEST_ID; at++) {
		add(&answer, ac_identity_name(at),
		    value[0] == '\0' ? nothing : value);
		value += strlen(value) + 1;
	}
	kept = answer.response == NULL ? NULL
				       : ac_kept_new(answer.response, values);
	if (kept == NULL && answer.response != NULL)
		MHD_destroy_response(answer.response);
	return kept;
}

/* id: not empty. */
static bool
name_request(struct ac_kept *kept, struct authchain_span id)
{
	const char *name = ac_identity_name(REQUEST_ID);

	if (id.len >= sizeof(kept->request_id) ||
	    (kept->request_id[0] != '\0' &&
		MHD_del_response_header(kept->response, name,
		    kept->request_id) != MHD_YES))
		return false;
	memcpy(kept->request_id, id.data, id.len);
	kept->request_id[id.len] = '\0';
	return MHD_add_response_header(kept->response, name,
		   kept->request_id) == MHD_YES;
}

/* The values, a NUL behind each; where that of the request begins. */
static size_t
add_identity(struct ac_buf *values, const struct authchain_decision *decision,
    const char *request_id)
{
	size_t at = 0, end;

	for (; at < REQUEST_ID; at++) {
		ac_identity_value(decision, request_id, at, values);
		ac_buf_byte(values, '\0');
	}
	end = values->len;
	ac_identity_value(decision, request_id, at, values);
	if (values->len == end)
		ac_buf_text(values, nothing);
	return end;
}

static struct ac_answer_http
allow(struct ac_keep *keep, const struct authchain_decision *decision,
    const char *request_id)
{
	struct ac_answer_http answer = { 200, NULL, NULL };
	struct authchain_span all;
	struct ac_buf values;
	size_t end;

	ac_buf_init(&values, AC_IDENTITY_MAX_BYTES);
	end = add_identity(&values, decision, request_id);
	all = ac_buf_span(&values);
	if (values.failed)
		goto out;
	answer.kept = ac_keep_take(keep, ac_span_cut(all, 0, end));
	if (answer.kept == NULL)
		answer.kept = make_kept(ac_span_cut(all, 0, end));
	if (answer.kept == NULL)
		goto out;
	if (name_request(answer.kept, ac_span_cut(all, end, all.len)))
		answer.response = answer.kept->response;
	else
		ac_kept_free(&answer.kept);
out:
	ac_buf_clear(&values);
	return answer;
}

struct ac_answer_http
ac_answer_decision(struct ac_keep *keep, enum ac_dialect dialect,
    const struct authchain_decision *decision, const char *request_id)
{
	struct ac_answer_http answer;

	if (decision == NULL)
		return ac_answer_refusal(dialect, 503,
		    "temporarily_unavailable",
		    "The token could not be judged at the moment; try again");
	if (decision->verdict != AUTHCHAIN_VERDICT_ALLOW)
		return deny(dialect, decision);
	answer = allow(keep, decision, request_id);
	if (answer.response == NULL)
		return ac_answer_refusal(dialect, 500, "server_error",
		    "The identity can't be told");
	return answer;
}

struct ac_answer_http
ac_answer_document(const struct authchain_document *document)
{
	struct ac_answer_http answer;

	if (document == NULL) {
		answer = make_json(404, "not_found", "No such document");
	} else {
		answer = make(200, document->body);
		add(&answer, "Content-Type", document->content_type);
		add(&answer, "Cache-Control", "public, max-age=300");
	}
	add(&answer, "Access-Control-Allow-Origin", "*");
	return answer;
}

struct ac_answer_http
ac_answer_preflight(void)
{
	struct ac_answer_http answer = make(204, ac_span("", 0));

	add(&answer, "Access-Control-Allow-Origin", "*");
	add(&answer, "Access-Control-Allow-Methods", "GET, HEAD, OPTIONS");
	add(&answer, "Access-Control-Allow-Headers",
	    "Authorization, Content-Type, MCP-Protocol-Version");
	add(&answer, "Access-Control-Max-Age", "86400");
	return answer;
}

void
ac_answer_field(struct ac_answer_http *answer, const char *name,
    const char *value)
{
	add(answer, name, value);
}

void
ac_answer_number(struct ac_answer_http *answer, const char *name,
    uint32_t number)
{
	add_number(answer, name, number);
}

struct ac_answer_http
ac_answer_empty(unsigned int status)
{
	return make(status, ac_span("", 0));
}
