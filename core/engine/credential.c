/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From Authorization headers to one bearer token.  Two credentials are refused
 * whatever they are, since nobody can say which one the next hop will believe.
 */
#include "engine/call.h"

static const char scheme[] = "Bearer";

/* RFC 6750 2.1: b64token = 1*( ALPHA / DIGIT / "-._~+/" ) *"=" */
static bool
is_b64token(struct authchain_span token)
{
	size_t at = 0;

	for (; at < token.len; at++) {
		char c = token.data[at];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') &&
		    (c == '\0' || strchr("-._~+/", c) == NULL))
			break;
	}
	if (at == 0)
		return false;
	for (; at < token.len; at++)
		if (token.data[at] != '=')
			return false;
	return true;
}

static void
refuse(struct authchain_call *call, uint32_t reason, const char *detail)
{
	ac_call_say(call, reason, "%s", detail);
	ac_call_refuse(call, reason, "refused");
}

/* The token of "Bearer TOKEN"; data NULL when it is another scheme's. */
static struct authchain_span
bearer(struct authchain_span value, bool *malformed)
{
	struct authchain_span name;
	size_t end;

	value = ac_span_trim(value);
	end = ac_span_find(value, ' ', 0);
	name = ac_span_cut(value, 0, end);
	*malformed = false;
	if (!ac_span_is_nocase(name, ac_span_text(scheme)))
		return ac_span(NULL, 0);
	while (end < value.len && value.data[end] == ' ')
		end++;
	*malformed = end == value.len;
	return ac_span_cut(value, end, value.len);
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
	} else if (!is_b64token(token)) {
		refuse(call, AUTHCHAIN_REASON_MALFORMED_CREDENTIALS,
		    "the token holds bytes that no bearer token may hold "
		    "(RFC 6750 2.1): white space, a line end, quotes?");
	} else if ((call->token = ac_arena_copy(&call->scratch, token)).data ==
		   NULL) {
		ac_call_refuse(call, AUTHCHAIN_REASON_OUT_OF_MEMORY,
		    "unavailable");
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
		token = bearer(request->authorization[0], &malformed);
	if (malformed)
		refuse(call, AUTHCHAIN_REASON_MALFORMED_CREDENTIALS,
		    "the Authorization header says Bearer and has no token");
	else if (token.data != NULL)
		take_token(call, token);
	else if (call->chain->anonymous)
		call->identified = call->anonymous = true;
}
