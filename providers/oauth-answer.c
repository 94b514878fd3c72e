/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an introspection answer means (RFC 7662 2.2, 2.3).  A token is accepted
 * when `active' is the boolean true and every claim that comes along passes
 * the rules that a signed token's would; a server that can't be asked, or that
 * refuses us, is never the token's fault.
 */
#include "oauth.h"

#include <stdlib.h>

#include "base/json.h"
#include "jose/claims.h"

#define RETRY_AFTER_S 5

static const char *const subjects[] = { "sub", "username", "client_id" };

uint32_t
oauth_unavailable(struct oauth *self, struct authchain_call *call,
    const char *why)
{
	const struct authchain_host *host = self->host;

	self->asked++;
	self->failed++;
	if (!atomic_exchange(&self->failing, true))
		host->log(self->entry, AUTHCHAIN_LOG_WARNING,
		    "introspection at %s: %s", self->endpoint.data, why);
	host->metric_add(self->entry, "introspection_failed_total", 1);
	host->reason(call, AUTHCHAIN_REASON_DEPENDENCY_UNAVAILABLE,
	    "introspection at %s: %s", self->endpoint.data, why);
	host->retry_after(call, RETRY_AFTER_S);
	return AUTHCHAIN_UNAVAILABLE;
}

static void
note_answer(struct oauth *self)
{
	self->asked++;
	if (atomic_exchange(&self->failing, false))
		self->host->log(self->entry, AUTHCHAIN_LOG_NOTICE,
		    "introspection at %s: answers again", self->endpoint.data);
	self->host->metric_add(self->entry, "introspection_ok_total", 1);
}

static uint32_t
reject(const struct oauth *self, struct authchain_call *call, uint32_t why,
    const char *detail)
{
	self->host->reason(call, why, "%s", detail);
	return AUTHCHAIN_REJECT;
}

/* ---- an answer that is none ---- */

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

bool
oauth_refuses_us(const struct authchain_answer *answer)
{
	static const char *const codes[] = { "invalid_client",
		"unauthorized_client", NULL };

	return answer->status == 401 || answer->status == 403 ||
	       (answer->status == 400 && has_error(answer, codes));
}

static uint32_t
judge_error(struct oauth *self, struct authchain_call *call,
    const struct authchain_answer *answer)
{
	static const char *const codes[] = { "unsupported_token_type", NULL };
	struct authchain_error err = { 0 };
	struct ac_quote quote;

	if (answer->status == 400 && has_error(answer, codes)) {
		note_answer(self);
		return reject(self, call, AUTHCHAIN_REASON_UNKNOWN_TOKEN,
		    "the server does not know this kind of token");
	}
	if (oauth_refuses_us(answer))
		(void)ac_error(&err, AUTHCHAIN_ERROR_SYSTEM,
		    "the server refuses our own credentials (status %u); "
		    "check client-id %s, client-secret and client-auth",
		    answer->status, ac_quote(&quote, self->client_id));
	else
		(void)ac_poll_answered(answer, &err);
	return oauth_unavailable(self, call, err.text);
}

/* ---- the claims ---- */

/* The claims as the rules read them; made of the answer's tree. */
struct reading {
	const json_t *tree;
	struct authchain_peek peek;
	struct authchain_span *audiences; /* owned */
	const char *subject; /* the claim that names it, NULL: none does */
};

static void
read_claim(const json_t *tree, const char *name, struct authchain_value *value)
{
	*value = (struct authchain_value){ .type = AUTHCHAIN_TYPE_ABSENT };
	ac_json_value(json_object_get(tree, name), value);
}

static bool
find_claim(void *arg, struct authchain_span name, struct authchain_value *value)
{
	const struct reading *reading = arg;
	char text[128];

	*value = (struct authchain_value){ .type = AUTHCHAIN_TYPE_ABSENT };
	if (name.len >= sizeof(text))
		return false;
	memcpy(text, name.data, name.len);
	text[name.len] = '\0';
	read_claim(reading->tree, text, value);
	return value->type != AUTHCHAIN_TYPE_ABSENT;
}

static int
read_audiences(struct reading *reading)
{
	const json_t *aud = json_object_get(reading->tree, "aud");
	bool list = json_is_array(aud);
	size_t count = list ? json_array_size(aud) : aud == NULL ? 0 : 1;

	reading->audiences = calloc(count + 1, sizeof(*reading->audiences));
	if (reading->audiences == NULL)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const json_t *item = list ? json_array_get(aud, i) : aud;

		if (!json_is_string(item))
			return 0; /* none of them counts */
		reading->audiences[i] =
		    ac_span(json_string_value(item), json_string_length(item));
	}
	reading->peek.audiences = reading->audiences;
	reading->peek.audience_count = count;
	return 0;
}

static int
read_answer(struct reading *reading, const json_t *tree, int64_t now_ms)
{
	struct authchain_peek *peek = &reading->peek;
	struct authchain_value value;

	*reading = (struct reading){ .tree = tree };
	peek->size = sizeof(*peek);
	read_claim(tree, "iss", &peek->iss);
	read_claim(tree, "sub", &peek->sub);
	read_claim(tree, "aud", &peek->aud);
	read_claim(tree, "exp", &peek->exp);
	read_claim(tree, "nbf", &peek->nbf);
	read_claim(tree, "iat", &peek->iat);
	read_claim(tree, "jti", &peek->jti);
	/* optional here: that it lives the server has just said */
	if (peek->exp.type == AUTHCHAIN_TYPE_ABSENT)
		peek->exp = (struct authchain_value){
			.type = AUTHCHAIN_TYPE_INTEGER,
			.integer = now_ms / 1000 + 1,
		};
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
		read_claim(tree, subjects[i], &value);
		/* some servers spell what they don't know as null */
		if (value.type == AUTHCHAIN_TYPE_ABSENT ||
		    value.type == AUTHCHAIN_TYPE_NULL)
			continue;
		reading->subject = subjects[i];
		break;
	}
	return read_audiences(reading);
}

/* An issuer is optional too; one that is named must be the right one. */
static struct authchain_span
wanted_issuer(const struct oauth *self, const struct reading *reading)
{
	const struct authchain_value *iss = &reading->peek.iss;

	if (iss->type == AUTHCHAIN_TYPE_ABSENT)
		return ac_span(NULL, 0);
	if (self->issuer.data != NULL)
		return self->issuer;
	return iss->type == AUTHCHAIN_TYPE_STRING ? iss->text
						  : ac_span_text("");
}

static bool
refuse_claims(const struct oauth *self, struct authchain_call *call,
    struct reading *reading, int64_t now_ms)
{
	struct ac_claims claims = { &reading->peek, find_claim, reading };
	struct ac_claims_policy policy = {
		.issuer = wanted_issuer(self, reading),
		.audiences = self->audiences,
		.audience_count = self->audience_count,
		.subject_claim = reading->subject,
		.leeway_s = self->leeway_s,
	};
	struct authchain_error err = { 0 };
	uint32_t why = ac_claims_refuse(&claims, &policy, now_ms, &err);

	if (why == AUTHCHAIN_REASON_NONE)
		return false;
	self->host->reason(call, why, "the server's answer: %s", err.text);
	return true;
}

static uint32_t
accept_claims(const struct oauth *self, struct authchain_call *call,
    const struct reading *reading, struct authchain_span body)
{
	const struct authchain_host *host = self->host;
	struct authchain_value subject;
	int r = host->adopt_json(call, body);

	read_claim(reading->tree, reading->subject, &subject);
	if (self->issuer.data != NULL)
		r |= host->set_issuer(call, self->issuer);
	r |= host->set_subject(call, subject.text);
	if (r == 0)
		return AUTHCHAIN_ACCEPT;
	host->reason(call, AUTHCHAIN_REASON_OUT_OF_MEMORY,
	    "the identity can't be kept: out of memory, or over a bound");
	return AUTHCHAIN_UNAVAILABLE;
}

/*
 * A server need not say why a token is not active (RFC 7662 2.2), so the bare
 * {"active":false} is the only way in which it can say that it does not know
 * it; one that says more knows it.
 */
static uint32_t
judge_inactive(const struct oauth *self, struct authchain_call *call,
    const json_t *tree)
{
	if (json_object_size(tree) > 1)
		return reject(self, call, AUTHCHAIN_REASON_INACTIVE,
		    "the server knows the token and says that it is not "
		    "active");
	return reject(self, call, AUTHCHAIN_REASON_UNKNOWN_TOKEN,
	    "the server says that no such token is active: unknown, expired "
	    "or revoked");
}

static uint32_t
judge_active(struct oauth *self, struct authchain_call *call,
    const json_t *tree, struct authchain_span body)
{
	int64_t now_ms = self->host->wall_ms();
	struct reading reading;
	uint32_t outcome;

	if (read_answer(&reading, tree, now_ms) != 0) {
		self->host->reason(call, AUTHCHAIN_REASON_OUT_OF_MEMORY,
		    "no memory to read the answer");
		outcome = AUTHCHAIN_UNAVAILABLE;
	} else if (refuse_claims(self, call, &reading, now_ms)) {
		outcome = AUTHCHAIN_REJECT;
	} else {
		outcome = accept_claims(self, call, &reading, body);
	}
	free(reading.audiences);
	return outcome;
}

uint32_t
oauth_judge(struct oauth *self, struct authchain_call *call,
    const struct authchain_answer *answer)
{
	struct authchain_error err = { 0 };
	const json_t *active;
	json_t *tree;
	uint32_t outcome;

	if (answer == NULL)
		return oauth_unavailable(self, call,
		    "the request was refused before it was sent (address not "
		    "allowed, too many requests, or not started)");
	if (answer->status != 200)
		return judge_error(self, call, answer);
	tree = ac_json_parse(answer->body, &ac_json_document, &err);
	if (tree == NULL)
		return oauth_unavailable(self, call, err.text);
	note_answer(self);
	active = json_object_get(tree, "active");
	if (json_is_true(active))
		outcome = judge_active(self, call, tree, answer->body);
	else if (json_is_false(active))
		outcome = judge_inactive(self, call, tree);
	else
		outcome = reject(self, call, AUTHCHAIN_REASON_MALFORMED_TOKEN,
		    active == NULL
			? "the server's answer has no \"active\""
			: "the server's answer: \"active\" is not a boolean");
	json_decref(tree);
	return outcome;
}
