/* SPDX-License-Identifier: BSD-2-Clause */
/* Text of answers: all lines are ours, values have no control bytes. */
#include "daemon/fcgi-answer.h"

#include "daemon/answer.h"
#include "daemon/identity.h"

static void
add_body(struct ac_buf *out, const char *error, const char *description)
{
	ac_buf_text(out, "Content-Type: application/json\r\n"
			 "Cache-Control: no-store\r\n\r\n");
	ac_answer_body(out, error, description);
}

void
ac_fcgi_answer_refusal(struct ac_buf *out, unsigned int status,
    const char *error, const char *description)
{
	ac_buf_format(out, "Status: %u\r\n", status);
	add_body(out, error, description);
}

/* Variable-X_AUTH_USER for X-Auth-User: web servers make environment
 * variables of them. */
static void
add_variable(struct ac_buf *out, const char *name)
{
	ac_buf_text(out, "Variable-");
	for (; *name != '\0'; name++) {
		char c = *name;

		if (c == '-')
			c = '_';
		else if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		ac_buf_byte(out, c);
	}
	ac_buf_text(out, ": ");
}

static void
allow(struct ac_buf *out, const struct authchain_decision *decision,
    const char *request_id)
{
	ac_buf_text(out, "Status: 200\r\n");
	for (size_t at = 0; at < AC_IDENTITY_COUNT; at++) {
		add_variable(out, ac_identity_name(at));
		ac_identity_value(decision, request_id, at, out);
		ac_buf_text(out, "\r\n");
	}
	ac_buf_text(out, "\r\n");
}

static void
deny(struct ac_buf *out, const struct authchain_decision *decision)
{
	ac_buf_format(out, "Status: %u\r\n", decision->status);
	if (decision->www_authenticate[0] != '\0')
		ac_buf_format(out, "WWW-Authenticate: %s\r\n",
		    decision->www_authenticate);
	if (decision->dpop_nonce[0] != '\0')
		ac_buf_format(out, "DPoP-Nonce: %s\r\n", decision->dpop_nonce);
	if (decision->retry_after_s != 0)
		ac_buf_format(out, "Retry-After: %u\r\n",
		    decision->retry_after_s);
	add_body(out, ac_answer_error(decision),
	    ac_answer_description(decision));
}

void
ac_fcgi_answer_decision(struct ac_buf *out,
    const struct authchain_decision *decision, const char *request_id)
{
	if (decision == NULL)
		ac_fcgi_answer_refusal(out, 503, "temporarily_unavailable",
		    "The token could not be judged at the moment; try again");
	else if (decision->verdict != AUTHCHAIN_VERDICT_ALLOW)
		deny(out, decision);
	else
		allow(out, decision, request_id);
	if (!out->failed)
		return;
	ac_buf_clear(out);
	ac_fcgi_answer_refusal(out, 500, "server_error",
	    "The answer can't be told");
}
