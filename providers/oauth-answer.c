/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an introspection answer means (RFC 7662 2.2, 2.3).  A token is accepted
 * when `active' is the boolean true and its claims pass; a server that can't
 * be asked, or that refuses us, is never the token's fault.
 */
#include "oauth-answer.h"

#include "base/json.h"
#include "base/number.h"
#include "keys/poll.h"

void
oauth_answer_reject(struct oauth_judgement *judgement, uint32_t why,
    const char *detail)
{
	judgement->outcome = AUTHCHAIN_REJECT;
	judgement->retry_after_s = 0;
	judgement->reason = why;
	if (detail != NULL)
		(void)ac_error(&judgement->why, AUTHCHAIN_ERROR_USAGE, "%s",
		    detail);
}

void
oauth_answer_none(struct oauth_judgement *judgement, uint32_t reason,
    const char *why)
{
	*judgement = (struct oauth_judgement){
		.outcome = AUTHCHAIN_UNAVAILABLE,
		.reason = reason,
		.retry_after_s = OAUTH_RETRY_AFTER_S,
	};
	if (why != NULL)
		(void)ac_error(&judgement->why, AUTHCHAIN_ERROR_SYSTEM, "%s",
		    why);
}

void
oauth_judgement_clear(struct oauth_judgement *judgement)
{
	json_decref(judgement->tree);
	judgement->tree = NULL;
}

/* ---- an answer that is none ---- */

static struct authchain_span
header_of(const struct authchain_answer *answer, const char *name)
{
	for (uint32_t i = 0; i < answer->header_count; i++) {
		if (ac_span_is_text(answer->headers[i].name, name))
			return answer->headers[i].value;
	}
	return ac_span(NULL, 0);
}

/* RFC 9110 10.2.3, in seconds; a date is not worth a clock. */
static uint32_t
retry_after_of(const struct authchain_answer *answer)
{
	struct authchain_span text = header_of(answer, "retry-after");
	int64_t seconds = 0;

	if (text.data == NULL ||
	    !ac_number_parse(ac_span_trim(text), &seconds) || seconds < 1)
		return OAUTH_RETRY_AFTER_S;
	return seconds > OAUTH_RETRY_AFTER_MAX ? OAUTH_RETRY_AFTER_MAX
					       : (uint32_t)seconds;
}

static bool
has_error(const struct authchain_answer *answer, const char *const *codes)
{
	json_t *tree = ac_json_parse(answer->body, &ac_json_token, NULL);
	struct authchain_span said = ac_json_string(tree, "error");
	bool found = false;

	for (; !found && *codes != NULL; codes++)
		found = ac_span_is_text(said, *codes);
	json_decref(tree);
	return found;
}

static bool
refuses_us(const struct authchain_answer *answer)
{
	static const char *const codes[] = { "invalid_client",
		"unauthorized_client", NULL };

	return answer->status == 401 || answer->status == 403 ||
	       (answer->status == 400 && has_error(answer, codes));
}

/*
 * Silence, or a gateway that got no answer either.  A 500 is what a server says
 * of one question: strangers choose those, and must not keep others from
 * asking.
 */
static bool
is_failure(uint32_t status)
{
	return status == 0 || (status >= 502 && status <= 504);
}

static void
judge_error(const struct authchain_answer *answer,
    struct oauth_judgement *judgement)
{
	static const char *const codes[] = { "unsupported_token_type", NULL };

	if (answer->status == 400 && has_error(answer, codes)) {
		oauth_answer_reject(judgement, AUTHCHAIN_REASON_UNKNOWN_TOKEN,
		    "the server does not know this kind of token");
		judgement->lasting = true;
		return;
	}
	oauth_answer_none(judgement, AUTHCHAIN_REASON_DEPENDENCY_UNAVAILABLE,
	    NULL);
	judgement->server_failed = is_failure(answer->status);
	judgement->retry_after_s = retry_after_of(answer);
	judgement->refuses_us = refuses_us(answer);
	if (judgement->refuses_us)
		(void)ac_error(&judgement->why, AUTHCHAIN_ERROR_SYSTEM,
		    "the server refuses our own credentials (status %u)",
		    answer->status);
	else
		(void)ac_poll_answered(answer, &judgement->why);
}

/* "application/json", and what is built on it (RFC 6839 3.1). */
static bool
is_json_type(struct authchain_span type)
{
	struct authchain_span json = ac_span_text("+json");

	type = ac_span_trim(ac_span_cut(type, 0, ac_span_find(type, ';', 0)));
	if (ac_span_is_nocase(type, ac_span_text("application/json")))
		return true;
	return type.len > json.len &&
	       ac_span_is_nocase(ac_span_cut(type, type.len - json.len,
				     type.len),
		   json);
}

/*
 * A server need not say why a token is not active (RFC 7662 2.2), so the bare
 * {"active":false} is the only way in which it can say that it does not know
 * it; one that says more knows it.
 */
static void
judge_inactive(struct oauth_judgement *judgement)
{
	judgement->lasting = true;
	if (json_object_size(judgement->tree) > 1)
		oauth_answer_reject(judgement, AUTHCHAIN_REASON_INACTIVE,
		    "the server knows the token and says that it is not "
		    "active");
	else
		oauth_answer_reject(judgement, AUTHCHAIN_REASON_UNKNOWN_TOKEN,
		    "the server says that no such token is active: unknown, "
		    "expired or revoked");
}

static void
judge_body(const struct oauth_rules *rules,
    const struct authchain_answer *answer, int64_t now_ms,
    struct oauth_judgement *judgement)
{
	const json_t *active = json_object_get(judgement->tree, "active");

	if (json_is_true(active))
		oauth_claims_judge(rules, answer, now_ms, judgement);
	else if (json_is_false(active))
		judge_inactive(judgement);
	else
		oauth_answer_reject(judgement, AUTHCHAIN_REASON_MALFORMED_TOKEN,
		    active == NULL
			? "the server's answer has no \"active\""
			: "the server's answer: \"active\" is not a boolean");
}

void
oauth_answer_judge(const struct oauth_rules *rules,
    const struct authchain_answer *answer, int64_t now_ms,
    struct oauth_judgement *judgement)
{
	struct authchain_span type = header_of(answer, "content-type");
	struct ac_quote quote;

	oauth_answer_none(judgement, AUTHCHAIN_REASON_DEPENDENCY_UNAVAILABLE,
	    NULL);
	if (answer->status != 200) {
		judge_error(answer, judgement);
		return;
	}
	if (type.data != NULL && !is_json_type(type)) {
		(void)ac_error(&judgement->why, AUTHCHAIN_ERROR_SYSTEM,
		    "it answers with %s and not with application/json; is it "
		    "really the introspection endpoint?",
		    ac_quote(&quote, type));
		return;
	}
	judgement->tree =
	    ac_json_parse(answer->body, &ac_json_token, &judgement->why);
	if (judgement->tree != NULL)
		judge_body(rules, answer, now_ms, judgement);
}
