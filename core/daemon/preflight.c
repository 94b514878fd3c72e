/* SPDX-License-Identifier: BSD-2-Clause */
/* Yes to preflights of pages that are listed; what they ask for is judged. */
#include "daemon/preflight.h"

#include "base/origin.h"

#define ORIGIN "Origin"
#define METHOD "Access-Control-Request-Method"

int
ac_preflight_add(struct ac_preflight *preflight, const char *origin,
    struct authchain_error *err)
{
	const char *fault = ac_origin_fault(ac_span_text(origin));
	struct ac_quote quote;

	if (fault != NULL)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--preflight-origin %s %s",
		    ac_quote(&quote, ac_span_text(origin)), fault);
	if (preflight->count == AC_PREFLIGHT_MAX)
		return ac_error(err, AUTHCHAIN_ERROR_USAGE,
		    "--preflight-origin: at most %d are taken",
		    AC_PREFLIGHT_MAX);
	preflight->allowed[preflight->count++] = origin;
	return 0;
}

/* A field that is there once; data NULL otherwise. */
static struct authchain_span
only(const struct ac_fields *fields, const char *name)
{
	if (ac_fields_get(fields, name, 1).data != NULL)
		return ac_span(NULL, 0);
	return ac_fields_get(fields, name, 0);
}

static bool
is_method(struct authchain_span text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((text.data[i] < 'A' || text.data[i] > 'Z') &&
		    text.data[i] != '-')
			return false;
	return text.len > 0 && text.len <= AC_PREFLIGHT_MAX_METHOD;
}

static bool
is_allowed(const struct ac_preflight *preflight, struct authchain_span origin)
{
	for (size_t i = 0; i < preflight->count; i++)
		if (ac_span_is_text(origin, preflight->allowed[i]))
			return true;
	return false;
}

bool
ac_preflight_is(const struct ac_preflight *preflight,
    const struct ac_exchange *exchange, const char *method)
{
	const struct ac_fields *fields = &exchange->fields;

	return preflight->count > 0 &&
	       exchange->route.dialect == AC_DIALECT_EXT_AUTHZ &&
	       strcmp(method, "OPTIONS") == 0 &&
	       is_allowed(preflight, only(fields, ORIGIN)) &&
	       is_method(only(fields, METHOD)) &&
	       ac_fields_get(fields, "Authorization", 0).data == NULL &&
	       !ac_fields_has_body(fields);
}

struct ac_answer_http
ac_preflight_answer(const struct ac_exchange *exchange)
{
	struct ac_answer_http answer = ac_answer_empty(204);
	struct authchain_span origin = only(&exchange->fields, ORIGIN);
	struct authchain_span method = only(&exchange->fields, METHOD);
	struct ac_buf text;

	ac_buf_init(&text, AC_ANSWER_MAX_BODY);
	ac_buf_add(&text, origin);
	ac_buf_byte(&text, '\0');
	ac_buf_add(&text, method);
	if (text.failed) {
		ac_buf_clear(&text);
		return ac_answer_refusal(AC_DIALECT_EXT_AUTHZ, 503,
		    "temporarily_unavailable", "There is no memory; try again");
	}
	ac_answer_field(&answer, "Access-Control-Allow-Origin", text.data);
	ac_answer_field(&answer, "Access-Control-Allow-Methods",
	    text.data + origin.len + 1);
	ac_answer_field(&answer, "Access-Control-Allow-Headers",
	    "Authorization, DPoP, Content-Type, Accept, Last-Event-ID, "
	    "MCP-Protocol-Version, Mcp-Session-Id, Mcp-Method, Mcp-Name");
	ac_answer_field(&answer, "Access-Control-Max-Age", "7200");
	ac_answer_field(&answer, "Vary", ORIGIN);
	ac_buf_clear(&text);
	return answer;
}
