/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The steps of an introspection, one each time that libmicrohttpd calls: the
 * header is there, the caller was judged, some of the body came, all of it
 * came, the token was judged.  Whoever is refused still has the body read, and
 * thrown away, as an answer in front of unread bytes may never arrive.
 */
#include "daemon/introspect.h"

#include <stdlib.h>

#include "base/number.h"
#include "daemon/ask.h"
#include "daemon/form.h"
#include "daemon/introspect-answer.h"
#include "daemon/pace.h"
#include "daemon/server.h"
#include "engine/chain.h"
#include "engine/runtime.h"

#define INTROSPECT_AREA "introspect"
#define RETRY_AFTER_S   1

enum step {
	STEP_CALLER, /* is being judged */
	STEP_BODY,
	STEP_TOKEN /* is being judged */
};

struct ac_introspect {
	enum step step;
	char chain[AC_ROUTE_MAX_CHAIN + 1];
	struct ac_caller caller;
	struct ac_quote caller_name;
	struct authchain_request request;
	/* The answer is known before the body is. */
	unsigned int refused; /* status; 0: it is not */
	const char *error, *why;
	bool turned_away;
	struct ac_buf body;
	bool too_long;
};

void
ac_introspect_free(struct ac_introspect **it)
{
	if (*it == NULL)
		return;
	ac_caller_clear(&(*it)->caller);
	ac_buf_wipe(&(*it)->body);
	free(*it);
	*it = NULL;
}

static enum MHD_Result
send_answer(struct ac_exchange *exchange, struct ac_answer_http answer)
{
	enum MHD_Result sent;

	if (answer.response == NULL)
		return MHD_NO;
	sent = MHD_queue_response(exchange->connection, answer.status,
	    answer.response);
	MHD_destroy_response(answer.response);
	return sent;
}

static enum MHD_Result
send_refusal(struct ac_exchange *exchange, unsigned int status,
    const char *error, const char *why)
{
	struct ac_answer_http answer =
	    ac_answer_refusal(AC_DIALECT_NONE, status, error, why);

	if (status == 405)
		ac_answer_field(&answer, "Allow", "POST");
	if (status == 503)
		ac_answer_number(&answer, "Retry-After", RETRY_AFTER_S);
	return send_answer(exchange, answer);
}

static void
refuse(struct ac_introspect *it, unsigned int status, const char *error,
    const char *why)
{
	it->refused = status;
	it->error = error;
	it->why = why;
}

/*
 * The chain that is meant when none is named: the only one, or the only one
 * beside that of the callers.
 */
static bool
find_only(struct ac_daemon *daemon, char out[AC_ROUTE_MAX_CHAIN + 1])
{
	struct ac_generation *generation = ac_runtime_acquire(daemon->ac);
	const char *found = NULL;
	size_t count = 0;

	for (size_t i = 0; i < generation->chain_count; i++) {
		const char *name = generation->chains[i].name;

		if (generation->chain_count > 1 &&
		    strcmp(name, daemon->introspect_callers) == 0)
			continue;
		found = name;
		count++;
	}
	if (count == 1 && strlen(found) <= AC_ROUTE_MAX_CHAIN)
		memcpy(out, found, strlen(found) + 1);
	ac_generation_unpin(&generation, NULL);
	return out[0] != '\0';
}

/* RFC 9110 8.3.1; parameters say nothing that matters to a form. */
static bool
is_form(const struct ac_fields *fields)
{
	struct authchain_span type = ac_fields_get(fields, "Content-Type", 0);

	type = ac_span_trim(ac_span_cut(type, 0, ac_span_find(type, ';', 0)));
	return ac_fields_get(fields, "Content-Type", 1).data == NULL &&
	       ac_span_is_nocase(type,
		   ac_span_text("application/x-www-form-urlencoded"));
}

static bool
is_announced_too_long(const struct ac_fields *fields)
{
	struct authchain_span text = ac_fields_get(fields, "Content-Length", 0);
	int64_t len;

	return text.data != NULL && (!ac_number_parse(text, &len) || len < 0 ||
					len > AC_FORM_MAX_BYTES);
}

/* It may take as long as the header did, and the caller's chain as it likes. */
static enum MHD_Result
wait_for_body(struct ac_exchange *exchange)
{
	exchange->begun = true;
	ac_pace_begins(exchange->paced);
	return MHD_YES;
}

static void
take_caller(struct ac_exchange *exchange)
{
	struct ac_introspect *it = exchange->introspect;
	struct authchain_decision *decision = exchange->decision;

	ac_counts_add(exchange->server->daemon->counts, decision);
	it->step = STEP_BODY;
	it->turned_away =
	    decision == NULL || !ac_caller_is(&it->caller, decision);
	if (it->turned_away) {
		ac_log(exchange->server->daemon->log, AUTHCHAIN_LOG_INFO,
		    INTROSPECT_AREA, "a caller was turned away: %s",
		    decision == NULL ? "out of memory"
		    : decision->verdict == AUTHCHAIN_VERDICT_ALLOW
			? "it is nobody, or another than it says"
			: authchain_reason_name(decision->reason));
		return;
	}
	(void)ac_quote(&it->caller_name, decision->subject);
	authchain_decision_free(&exchange->decision);
}

/* A rule of the callers' chain may look at method, path and address. */
static enum MHD_Result
ask_caller(struct ac_exchange *exchange)
{
	struct ac_introspect *it = exchange->introspect;
	struct authchain_request *request = &exchange->request;

	request->method = ac_span_text("POST");
	request->uri = ac_span_text(exchange->target);
	if (request->host.data == NULL)
		request->host = ac_fields_get(&exchange->fields, "Host", 0);
	ac_caller_read(&it->caller, request->authorization_count == 1
					? request->authorization[0]
					: ac_span(NULL, 0));
	it->step = STEP_BODY;
	it->turned_away = it->caller.malformed;
	if (it->turned_away)
		return wait_for_body(exchange);
	ac_caller_show(&it->caller, request);
	it->step = STEP_CALLER;
	switch (ac_ask(exchange, exchange->server->daemon->introspect_callers,
	    request)) {
	case AC_ASKED_NOW:
		take_caller(exchange);
		return wait_for_body(exchange);
	case AC_ASKED_LATER:
		return MHD_YES;
	default:
		it->step = STEP_BODY;
		refuse(it, 503, "temporarily_unavailable",
		    "The service is stopping; try again");
		return wait_for_body(exchange);
	}
}

/* The header is there.  What is refused here costs the connection. */
static enum MHD_Result
begin(struct ac_exchange *exchange, const struct ac_upload *upload)
{
	struct ac_daemon *daemon = exchange->server->daemon;
	const char *fault =
	    ac_exchange_read(exchange, upload->method, upload->version);
	struct ac_introspect *it;

	exchange->begun = true;
	if (fault != NULL)
		return send_refusal(exchange, 400, "invalid_request", fault);
	if (daemon->introspect_callers == NULL)
		return send_refusal(exchange, 404, "not_found",
		    "Nothing is served here");
	if (strcmp(upload->method, "POST") != 0)
		return send_refusal(exchange, 405, "method_not_allowed",
		    "A token is asked about by POST");
	if (is_announced_too_long(&exchange->fields))
		return send_refusal(exchange, 413, "invalid_request",
		    "The form is too long");
	exchange->introspect = it = calloc(1, sizeof(*it));
	if (it == NULL)
		return MHD_NO;
	ac_buf_init(&it->body, AC_FORM_MAX_BYTES);
	it->request.size = sizeof(it->request);
	it->step = STEP_BODY;
	memcpy(it->chain, exchange->route.chain, sizeof(it->chain));
	if (!is_form(&exchange->fields))
		refuse(it, 415, "invalid_request",
		    "The body is to be application/x-www-form-urlencoded");
	else if (it->chain[0] == '\0' && !find_only(daemon, it->chain))
		refuse(it, 404, "not_found",
		    "There is more than one chain: ask at /introspect/CHAIN");
	else
		return ask_caller(exchange);
	return wait_for_body(exchange);
}

static void
take_body(struct ac_introspect *it, const struct ac_upload *upload)
{
	size_t len = *upload->len;

	*upload->len = 0;
	if (it->refused != 0 || it->turned_away)
		return;
	if (len > AC_FORM_MAX_BYTES - it->body.len)
		it->too_long = true;
	else if (!it->too_long)
		ac_buf_add(&it->body, ac_span(upload->data, len));
}

static enum MHD_Result
send_token(struct ac_exchange *exchange)
{
	static const char *const words[] = { "active", "not active",
		"not known" };
	const struct authchain_decision *decision = exchange->decision;
	const struct ac_introspect *it = exchange->introspect;
	struct ac_daemon *daemon = exchange->server->daemon;

	ac_counts_add(daemon->counts, decision);
	ac_log(daemon->log, AUTHCHAIN_LOG_INFO, INTROSPECT_AREA,
	    "%s asked chain %s: %s, %s", it->caller_name.text, it->chain,
	    words[ac_introspected(decision)],
	    authchain_reason_name(decision == NULL
				      ? AUTHCHAIN_REASON_OUT_OF_MEMORY
				      : decision->reason));
	return send_answer(exchange, ac_introspect_answer(decision));
}

static enum MHD_Result
ask_token(struct ac_exchange *exchange)
{
	struct ac_introspect *it = exchange->introspect;
	struct ac_form form;
	const char *fault;

	fault = ac_form_read(&form, it->body.data, it->body.len);
	if (fault == NULL) {
		it->request.token = ac_form_get(&form, "token");
		if (it->request.token.len == 0)
			fault = "The form has no token";
	}
	if (fault != NULL)
		return send_refusal(exchange, 400, "invalid_request", fault);
	it->step = STEP_TOKEN;
	switch (ac_ask(exchange, it->chain, &it->request)) {
	case AC_ASKED_NOW:
		return send_token(exchange);
	case AC_ASKED_LATER:
		return MHD_YES;
	default:
		return send_refusal(exchange, 503, "temporarily_unavailable",
		    "The service is stopping; try again");
	}
}

/* All of the body came. */
static enum MHD_Result
go_on(struct ac_exchange *exchange)
{
	struct ac_introspect *it = exchange->introspect;

	ac_pace_whole(exchange->paced);
	if (it->turned_away)
		return send_answer(exchange,
		    ac_introspect_turn_away(&it->caller, exchange->decision));
	if (it->refused != 0)
		return send_refusal(exchange, it->refused, it->error, it->why);
	if (it->too_long)
		return send_refusal(exchange, 413, "invalid_request",
		    "The form is too long");
	if (it->body.failed)
		return send_refusal(exchange, 503, "temporarily_unavailable",
		    "There is no memory for the form; try again");
	return ask_token(exchange);
}

enum MHD_Result
ac_introspect(struct ac_exchange *exchange, const struct ac_upload *upload)
{
	struct ac_introspect *it = exchange->introspect;

	if (it == NULL)
		return begin(exchange, upload);
	switch (it->step) {
	case STEP_CALLER:
		take_caller(exchange);
		return wait_for_body(exchange);
	case STEP_BODY:
		if (*upload->len == 0)
			return go_on(exchange);
		take_body(it, upload);
		return MHD_YES;
	default:
		return send_token(exchange);
	}
}
