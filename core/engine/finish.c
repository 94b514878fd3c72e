/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of a call: challenge when the answer is no, audit always, and the
 * decision that the host program gets.
 */
#include "engine/call.h"
#include "engine/decide.h"
#include "engine/step.h"

#define MAX_CHALLENGE (8u << 10)

static const char bearer[] = "Bearer";

static bool
wants_challenge(const struct authchain_call *call)
{
	uint32_t status;

	if (call->verdict != AUTHCHAIN_VERDICT_DENY)
		return false;
	status = ac_answer_find(call->reason)->status;
	return status == 401 || status == 403 || status == 400;
}

static uint32_t
status_of(const struct authchain_call *call)
{
	return call->verdict == AUTHCHAIN_VERDICT_ALLOW
		   ? 200
		   : ac_answer_find(call->reason)->status;
}

/* Was anything allowed because nobody could judge it? */
static bool
is_degraded(const struct authchain_call *call)
{
	for (size_t i = 0; i < call->trace_count; i++)
		if (strcmp(call->trace[i].outcome, AC_STEP_PASSED) == 0)
			return true;
	return false;
}

/* For plugins that look at it. */
static void
summarize(struct authchain_call *call)
{
	ac_call_look_at_clock(call);
	call->summary = (struct authchain_summary){
		.size = sizeof(call->summary),
		.verdict = call->verdict,
		.reason = call->reason,
		.status = status_of(call),
		.retry_after_s = call->retry_after_s,
		.microseconds = call->now_us - call->started_us,
		.chain = call->chain->name,
		.provider = call->provider == NULL ? "" : call->provider->name,
		.detail = call->detail,
		.subject = call->subject,
		.issuer = call->issuer,
		.client_id = call->client_id,
		.scopes = ac_span_text(ac_call_join(call, &call->scopes)),
		.needed = ac_span_text(ac_call_join(call, &call->needed)),
		.trace = call->trace,
		.trace_count = call->trace_count,
		.trace_stride = sizeof(*call->trace),
		.cached = call->cached,
		.degraded = is_degraded(call),
		.claims = call->identified ? call->claims : ac_span(NULL, 0),
	};
}

static void
run_each(struct authchain_call *call, struct authchain_entry *const *entries,
    size_t count, enum authchain_stage stage)
{
	struct authchain_call *before = ac_call_set_current(call);

	call->clock_stale = true;
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

/* A list of parameters that is written, or, while out is NULL, measured. */
struct writer {
	char *out;
	size_t len;
	bool more; /* the scheme has a parameter already */
};

static void
add(struct writer *w, struct authchain_span text)
{
	if (w->out != NULL && text.len > 0)
		memcpy(w->out + w->len, text.data, text.len);
	w->len += text.len;
}

/* name="value"; the values that get here hold no quotes and no backslashes. */
static void
add_parameter(struct writer *w, const char *name, struct authchain_span value)
{
	add(w, ac_span_text(w->more ? ", " : " "));
	w->more = true;
	add(w, ac_span_text(name));
	add(w, ac_span_text("=\""));
	add(w, value);
	add(w, ac_span_text("\""));
}

/* A scheme and maybe, behind it, the reason's parameters. */
static void
add_scheme(struct writer *w, const char *scheme, const char *parameters)
{
	add(w, ac_span_text(scheme));
	add(w, ac_span_text(parameters));
	w->more = parameters[0] != '\0';
}

/* The parameters of the reason's challenge. */
static const char *
error_of(const struct authchain_call *call)
{
	return ac_answer_find(call->reason)->challenge + strlen(bearer);
}

/* Does the error belong to the challenge for DPoP? */
static bool
is_of_proof(const struct authchain_call *call)
{
	return call->dpop || call->reason == AUTHCHAIN_REASON_INVALID_PROOF ||
	       call->reason == AUTHCHAIN_REASON_PROOF_NONCE;
}

/* RFC 9449 7.1; behind Bearer, which is all that some clients look for. */
static void
write_proof_challenge(const struct authchain_call *call, struct writer *w,
    struct authchain_span needed)
{
	bool ours = is_of_proof(call);

	add_scheme(w, ", DPoP", ours ? error_of(call) : "");
	if (ours && needed.len > 0)
		add_parameter(w, "scope", needed);
	add_parameter(w, "algs", ac_span_text(call->chain->proof_algorithms));
}

/*
 * RFC 6750 3, RFC 9728 5.1.  One challenge; without a credential it has no
 * error; where scopes were lacking it names all that are needed.
 */
static void
write_challenge(const struct authchain_call *call, struct writer *w,
    struct authchain_span needed)
{
	bool proof = call->chain->proof_algorithms != NULL;

	add_scheme(w, bearer, proof && is_of_proof(call) ? "" : error_of(call));
	if (needed.len > 0)
		add_parameter(w, "scope", needed);
	for (size_t i = 0; i < call->parameter_count; i++)
		if (needed.len == 0 ||
		    !ac_span_is_text(call->parameters[i].name, "scope"))
			add_parameter(w, call->parameters[i].name.data,
			    call->parameters[i].value);
	if (proof)
		write_proof_challenge(call, w, needed);
}

/* Whether a client wants to stay logged in is its own affair. */
static const char *
needed_of(struct authchain_call *call)
{
	struct ac_scopes told = { 0 };

	if (call->reason != AUTHCHAIN_REASON_INSUFFICIENT_SCOPE)
		return "";
	for (size_t i = 0; i < call->needed.count; i++)
		if (!ac_span_is_text(call->needed.items[i], "offline_access") &&
		    ac_call_add_scope(call, &told, call->needed.items[i]) != 0)
			return "";
	return ac_call_join(call, &told);
}

static const char *
challenge(struct authchain_call *call)
{
	struct authchain_span needed = ac_span_text(needed_of(call));
	struct writer measure = { 0 }, w = { 0 };

	if (call->parameter_count == 0 && needed.len == 0 &&
	    call->chain->proof_algorithms == NULL)
		return ac_answer_find(call->reason)->challenge;
	write_challenge(call, &measure, needed);
	if (measure.len <= MAX_CHALLENGE)
		w.out = ac_arena_room(&call->result->arena, measure.len + 1);
	if (w.out == NULL)
		return bearer;
	write_challenge(call, &w, needed);
	w.out[w.len] = '\0';
	return w.out;
}

static const char *
own_name(struct authchain_call *call, const char *name)
{
	if (name[0] == '\0')
		return "";
	return ac_arena_copy(&call->result->arena, ac_span_text(name)).data;
}

static void
fill_answer(struct authchain_call *call, struct authchain_decision *is)
{
	is->verdict = call->verdict;
	is->reason = call->reason;
	is->cached = call->cached;
	is->status = status_of(call);
	is->chain = own_name(call, call->chain->name);
	is->provider =
	    own_name(call, call->provider == NULL ? "" : call->provider->name);
	is->detail = call->detail;
	is->error = is->error_description = is->www_authenticate = "";
	is->dpop_nonce =
	    call->nonce != NULL && call->reason == AUTHCHAIN_REASON_PROOF_NONCE
		? call->nonce
		: "";
	if (call->verdict != AUTHCHAIN_VERDICT_ALLOW) {
		const struct ac_answer *answer = ac_answer_find(call->reason);

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
	const struct authchain_decision *is = &call->result->is;
	const char *provider =
	    call->provider == NULL ? NULL : call->provider->name;

	for (size_t i = 0; i < call->trace_count; i++) {
		const char *name = call->trace[i].entry;

		name = name == provider ? is->provider : own_name(call, name);
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

	bool challenged = chain->challenge_count > 0 && wants_challenge(call);

	if (challenged || chain->audit_count > 0)
		summarize(call);
	if (challenged)
		run_each(call, chain->challenge, chain->challenge_count,
		    AUTHCHAIN_STAGE_CHALLENGE);
	if (chain->audit_count > 0)
		run_each(call, chain->audit, chain->audit_count,
		    AUTHCHAIN_STAGE_AUDIT);
	is->size = sizeof(*is);
	fill_answer(call, is);
	if (call->verdict == AUTHCHAIN_VERDICT_ALLOW)
		fill_identity(call, is);
	if (!own_names(call) || is->chain == NULL || is->provider == NULL)
		return NULL;
	is->trace = call->trace;
	is->trace_count = call->trace_count;
	if (chain->audit_count > 0 || challenged)
		ac_call_look_at_clock(call);
	is->microseconds = call->now_us - call->started_us;
	call->result = NULL;
	return is;
}
