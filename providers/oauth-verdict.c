/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What comes of a judgement: a line for operators when things change, numbers,
 * and each waiting call's verdict.
 */
#include "oauth.h"

#include <stdio.h>

/* What was said last about the server. */
enum trouble {
	WELL,
	SILENT, /* or talking nonsense */
	REFUSING_US
};

const char *
oauth_endpoint_name(const struct oauth *self)
{
	return self->endpoint.data != NULL ? self->endpoint.data
					   : self->rules.issuer.data;
}

/* The judgement knows no names. */
static void
name_what_is_refused(const struct oauth *self,
    struct oauth_judgement *judgement)
{
	size_t len = strlen(judgement->why.text);
	struct ac_quote quote;

	(void)snprintf(judgement->why.text + len,
	    sizeof(judgement->why.text) - len, "; check client-id %s, %s",
	    ac_quote(&quote, self->client.id),
	    self->client.auth == OAUTH_PRIVATE_KEY_JWT
		? "client-key, client-audience and this clock"
		: "client-secret and client-auth");
}

void
oauth_verdict_note(struct oauth *self, struct oauth_judgement *judgement)
{
	const struct authchain_host *host = self->host;
	uint32_t now = WELL, before;

	if (judgement->outcome == AUTHCHAIN_UNAVAILABLE)
		now = judgement->refuses_us ? REFUSING_US : SILENT;
	if (judgement->refuses_us)
		name_what_is_refused(self, judgement);
	before = atomic_exchange(&self->trouble, now);
	self->asked++;
	self->failed += now != WELL;
	host->metric_add(self->entry,
	    now == WELL ? "introspection_ok_total"
			: "introspection_failed_total",
	    1);
	if (before == now)
		return;
	if (now == WELL)
		host->log(self->entry, AUTHCHAIN_LOG_NOTICE,
		    "introspection at %s: answers again",
		    oauth_endpoint_name(self));
	else
		host->log(self->entry,
		    now == SILENT ? AUTHCHAIN_LOG_WARNING : AUTHCHAIN_LOG_ERROR,
		    "introspection at %s: %s", oauth_endpoint_name(self),
		    judgement->why.text);
}

static uint32_t
accept(struct oauth *self, struct authchain_call *call,
    const struct oauth_judgement *judgement)
{
	const struct authchain_host *host = self->host;
	int r = host->adopt_json(call, judgement->body);

	if (judgement->issuer.data != NULL)
		r |= host->set_issuer(call, judgement->issuer);
	r |= host->set_subject(call, judgement->subject);
	if (r == 0) {
		host->remember(call, self->cache_s);
		return AUTHCHAIN_ACCEPT;
	}
	host->reason(call, AUTHCHAIN_REASON_OUT_OF_MEMORY,
	    "the identity can't be kept: out of memory, or over a bound");
	host->retry_after(call, OAUTH_RETRY_AFTER_S);
	return AUTHCHAIN_UNAVAILABLE;
}

uint32_t
oauth_verdict_give(struct oauth *self, struct authchain_call *call,
    const struct oauth_judgement *judgement)
{
	const struct authchain_host *host = self->host;

	if (judgement->outcome == AUTHCHAIN_ACCEPT)
		return accept(self, call, judgement);
	if (judgement->outcome == AUTHCHAIN_REJECT) {
		host->reason(call, judgement->reason, "%s",
		    judgement->why.text);
		if (judgement->lasting)
			host->remember(call, self->negative_cache_s);
		return AUTHCHAIN_REJECT;
	}
	host->reason(call, judgement->reason, "introspection at %s: %s",
	    oauth_endpoint_name(self), judgement->why.text);
	host->retry_after(call, judgement->retry_after_s);
	return AUTHCHAIN_UNAVAILABLE;
}
