/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of a call: challenge when the answer is no, audit always, and the
 * decision that the host program gets.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "engine/call.h"
#include "engine/decide.h"

#define MAX_CHALLENGE (8u << 10)

static bool
wants_challenge(const struct authchain_call *call)
{
	uint32_t status = ac_answer_find(call->reason)->status;

	return call->verdict == AUTHCHAIN_VERDICT_DENY &&
	       (status == 401 || status == 403 || status == 400);
}

static void
summarize(struct authchain_call *call)
{
	struct ac_scopes *needed = &call->needed;

	call->summary = (struct authchain_summary){
		.size = sizeof(call->summary),
		.verdict = call->verdict,
		.reason = call->reason,
		.status = call->verdict == AUTHCHAIN_VERDICT_ALLOW
			      ? 200
			      : ac_answer_find(call->reason)->status,
		.retry_after_s = call->retry_after_s,
		.microseconds = ac_clock_monotonic_us() - call->started_us,
		.chain = call->chain->name,
		.provider = call->provider == NULL ? "" : call->provider->name,
		.detail = call->detail,
		.subject = call->subject,
		.issuer = call->issuer,
		.client_id = call->client_id,
		.scopes = ac_span_text(ac_call_join(call, &call->scopes)),
		.needed = ac_span_text(ac_call_join(call, needed)),
		.trace = call->trace,
		.trace_count = call->trace_count,
		.trace_stride = sizeof(*call->trace),
	};
}

static void
run_each(struct authchain_call *call, struct authchain_entry *const *entries,
    size_t count, enum authchain_stage stage)
{
	struct authchain_call *before = ac_call_set_current(call);

	call->stage = stage;
	for (size_t i = 0; i < count; i++) {
		const struct authchain_plugin *is = &entries[i]->plugin->is;
		bool serial = (is->flags & AUTHCHAIN_PLUGIN_SERIAL) != 0;

		call->entry = entries[i];
		call->said = (struct ac_said){ 0 };
		if (serial)
			pthread_mutex_lock(&entries[i]->serial);
		if (stage == AUTHCHAIN_STAGE_CHALLENGE)
			is->challenge(entries[i]->self, call);
		else
			is->audit(entries[i]->self, call);
		if (serial)
			pthread_mutex_unlock(&entries[i]->serial);
	}
	ac_call_set_current(before);
}

/* name="value"; the values that get here hold no quotes and no backslashes. */
static void
add_parameter(struct ac_buf *buf, const char *name, struct authchain_span value)
{
	ac_buf_text(buf, buf->len > strlen("Bearer") ? ", " : " ");
	ac_buf_text(buf, name);
	ac_buf_text(buf, "=\"");
	ac_buf_add(buf, value);
	ac_buf_byte(buf, '"');
}

/*
 * RFC 6750 3, RFC 9728 5.1.  One challenge; without a credential it has no
 * error; where scopes were lacking it names all that are needed.
 */
static const char *
challenge(struct authchain_call *call)
{
	const struct ac_answer *answer = ac_answer_find(call->reason);
	bool scopes = call->reason == AUTHCHAIN_REASON_INSUFFICIENT_SCOPE &&
		      call->needed.count > 0;
	struct authchain_span text;
	struct ac_buf buf;

	ac_buf_init(&buf, MAX_CHALLENGE);
	ac_buf_text(&buf, "Bearer");
	if (answer->error[0] != '\0' &&
	    call->reason != AUTHCHAIN_REASON_FORBIDDEN) {
		add_parameter(&buf, "error", ac_span_text(answer->error));
		add_parameter(&buf, "error_description",
		    ac_span_text(answer->description));
	}
	if (scopes)
		add_parameter(&buf, "scope", call->summary.needed);
	for (size_t i = 0; i < call->parameter_count; i++)
		if (!scopes ||
		    !ac_span_is_text(call->parameters[i].name, "scope"))
			add_parameter(&buf, call->parameters[i].name.data,
			    call->parameters[i].value);
	text = buf.failed
		   ? ac_span_text("Bearer")
		   : ac_arena_copy(&call->result->arena, ac_buf_span(&buf));
	ac_buf_clear(&buf);
	return text.data == NULL ? "Bearer" : text.data;
}

static void
fill_answer(struct authchain_call *call, struct authchain_decision *is)
{
	const struct ac_answer *answer = ac_answer_find(call->reason);

	is->verdict = call->verdict;
	is->reason = call->reason;
	is->cached = call->cached;
	is->status = call->summary.status;
	is->chain =
	    ac_arena_copy(&call->result->arena, ac_span_text(call->chain->name))
		.data;
	is->provider = ac_arena_copy(&call->result->arena,
	    ac_span_text(call->summary.provider))
			   .data;
	is->detail = call->detail;
	is->error = is->error_description = is->www_authenticate = "";
	if (call->verdict != AUTHCHAIN_VERDICT_ALLOW) {
		is->error = answer->error;
		is->error_description = answer->description;
	}
	if (is->status == 503 || is->status == 429)
		is->retry_after_s = call->retry_after_s != 0
					? call->retry_after_s
					: AC_RETRY_AFTER_S;
	if (wants_challenge(call))
		is->www_authenticate = challenge(call);
}

static void
fill_identity(const struct authchain_call *call, struct authchain_decision *is)
{
	is->subject = call->subject;
	is->issuer = call->issuer;
	is->client_id = call->client_id;
	is->scopes = call->scopes.items;
	is->scope_count = call->scopes.count;
	is->attributes = call->attributes;
	is->attribute_count = call->attribute_count;
	is->expires_s = call->expires_s;
	is->anonymous = call->anonymous;
	is->claims = call->claims;
}

/* Entry names in the trace outlive the generation they came from. */
static bool
own_names(struct authchain_call *call)
{
	for (size_t i = 0; i < call->trace_count; i++) {
		const char *name = ac_arena_copy(&call->result->arena,
		    ac_span_text(call->trace[i].entry))
				       .data;

		if (name == NULL)
			return false;
		call->trace[i].entry = name;
	}
	return true;
}

struct authchain_decision *
ac_call_finish(struct authchain_call *call)
{
	struct authchain_decision *is = &call->result->is;
	const struct ac_chain *chain = call->chain;

	summarize(call);
	if (wants_challenge(call))
		run_each(call, chain->challenge, chain->challenge_count,
		    AUTHCHAIN_STAGE_CHALLENGE);
	run_each(call, chain->audit, chain->audit_count, AUTHCHAIN_STAGE_AUDIT);
	is->size = sizeof(*is);
	fill_answer(call, is);
	if (call->verdict == AUTHCHAIN_VERDICT_ALLOW)
		fill_identity(call, is);
	if (!own_names(call) || is->chain == NULL || is->provider == NULL)
		return NULL;
	is->trace = call->trace;
	is->trace_count = call->trace_count;
	is->microseconds = ac_clock_monotonic_us() - call->started_us;
	call->result = NULL;
	return is;
}
