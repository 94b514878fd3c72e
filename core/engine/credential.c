/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From Authorization headers to one bearer token.  Two credentials are refused
 * whatever they are, since nobody can say which one the next hop will believe.
 */
#include "base/lanes.h"
#include "engine/call.h"

static const char scheme[] = "Bearer", bound_scheme[] = "DPoP";

/* All ones where a byte is none of ALPHA / DIGIT / "-._~+/"; - . / and the
 * digits follow one another. */
static ac_bytes
foreign(ac_bytes c)
{
	return ~(((c | 0x20) - 'a' < 26) | (c - '-' < '9' - '-' + 1) |
		 (c == '_') | (c == '~') | (c == '+'));
}

/* RFC 6750 2.1: b64token = 1*( ALPHA / DIGIT / "-._~+/" ) *"=" */
static bool
is_b64token(struct authchain_span token)
{
	size_t len = token.len;

	while (len > 0 && token.data[len - 1] == '=')
		len--;
	return len > 0 && !ac_span_any(ac_span(token.data, len), foreign);
}

static void
refuse(struct authchain_call *call, uint32_t reason, const char *detail)
{
	ac_call_say(call, reason, "%s", detail);
	ac_call_refuse(call, reason, "refused");
}

/* "Bearer", or "DPoP" (RFC 9449 7.1) where somebody can tell what it is worth.
 */
static bool
is_ours(struct authchain_call *call, struct authchain_span name)
{
	call->dpop = call->chain->proof_algorithms != NULL &&
		     ac_span_is_nocase(name, ac_span_text(bound_scheme));
	return call->dpop || ac_span_is_nocase(name, ac_span_text(scheme));
}

/* What stands behind the scheme. */
static struct authchain_span
split(struct authchain_span value, struct authchain_span *name)
{
	size_t end;

	value = ac_span_trim(value);
	end = ac_span_find(value, ' ', 0);
	*name = ac_span_cut(value, 0, end);
	while (end < value.len && value.data[end] == ' ')
		end++;
	return ac_span_cut(value, end, value.len);
}

/* The token of "Bearer TOKEN"; data NULL when it is another scheme's. */
static struct authchain_span
bearer(struct authchain_call *call, struct authchain_span value,
    bool *malformed)
{
	struct authchain_span name;
	struct authchain_span token = split(value, &name);
	bool ours = is_ours(call, name);

	*malformed = ours && token.len == 0;
	return ours ? token : ac_span(NULL, 0);
}

struct authchain_span
ac_call_scheme(const struct authchain_call *call)
{
	if (call->token.data == NULL)
		return ac_span(NULL, 0);
	return ac_span_text(call->dpop ? bound_scheme : scheme);
}

struct authchain_span
ac_credential_bearer(const struct authchain_request *request)
{
	struct authchain_span name, token;

	if (request->authorization_count == 0)
		return request->token;
	if (request->authorization_count > 1 || request->token.data != NULL)
		return ac_span(NULL, 0);
	token = split(request->authorization[0], &name);
	return ac_span_is_nocase(name, ac_span_text(scheme)) ? token
							     : ac_span(NULL, 0);
}

/* Of the step that comes next; CREDENTIAL when there is none. */
static enum authchain_stage
next_stage(const struct authchain_call *call)
{
	const struct ac_chain *chain = call->chain;

	return call->at < chain->step_count ? chain->steps[call->at].stage
					    : AUTHCHAIN_STAGE_CREDENTIAL;
}

/* Strict base64url and dots are bearer tokens, and who is asked next will want
 * it decoded anyway. */
static bool
is_decoded(struct authchain_call *call)
{
	return ac_span_starts(call->token, ac_span_text("eyJ")) &&
	       next_stage(call) == AUTHCHAIN_STAGE_IDENTITY &&
	       ac_call_peek(call) != NULL;
}

bool
ac_call_check_token(struct authchain_call *call)
{
	call->token_checked = true;
	if (is_decoded(call))
		return true;
	if (is_b64token(call->token))
		return true;
	call->token = ac_span(NULL, 0);
	call->stage = AUTHCHAIN_STAGE_CREDENTIAL;
	refuse(call, AUTHCHAIN_REASON_MALFORMED_CREDENTIALS,
	    "the token holds bytes that no bearer token may hold "
	    "(RFC 6750 2.1): white space, a line end, quotes?");
	return false;
}

static void
take_token(struct authchain_call *call, struct authchain_span token)
{
	if (token.len > AC_CALL_MAX_TOKEN) {
		ac_call_say(call, AUTHCHAIN_REASON_MALFORMED_TOKEN,
		    "the token has %zu bytes, at most %u are read", token.len,
		    AC_CALL_MAX_TOKEN);
		ac_call_refuse(call, AUTHCHAIN_REASON_MALFORMED_TOKEN,
		    "refused");
	} else if (token.len == 0) {
		refuse(call, AUTHCHAIN_REASON_MALFORMED_CREDENTIALS,
		    "the token is empty");
	} else if ((call->token = ac_arena_copy(&call->scratch, token)).data ==
		   NULL) {
		ac_call_refuse(call, AUTHCHAIN_REASON_OUT_OF_MEMORY,
		    "unavailable");
	} else if (call->chain->cache == NULL ||
		   next_stage(call) != AUTHCHAIN_STAGE_IDENTITY) {
		/* else the cache is looked at before anything else */
		(void)ac_call_check_token(call);
	}
}

void
ac_call_admit(struct authchain_call *call)
{
	const struct authchain_request *request = call->request;
	struct authchain_span token = request->token;
	bool malformed = false;

	call->admitted = true;
	call->stage = AUTHCHAIN_STAGE_CREDENTIAL;
	call->step_started_us = call->started_us;
	if (request->authorization_count + (token.data != NULL ? 1 : 0) > 1) {
		refuse(call, AUTHCHAIN_REASON_AMBIGUOUS_CREDENTIALS,
		    "the request carries more than one Authorization value");
		return;
	}
	if (request->authorization_count == 1)
		token = bearer(call, request->authorization[0], &malformed);
	if (malformed)
		refuse(call, AUTHCHAIN_REASON_MALFORMED_CREDENTIALS,
		    "the Authorization header names the scheme and has no "
		    "token");
	else if (token.data != NULL)
		take_token(call, token);
	else if (call->chain->anonymous)
		call->identified = call->anonymous = true;
}
