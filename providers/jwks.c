/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jwks: tokens signed by an issuer that publishes its keys.  What can be
 * refused without a key is refused first, so that a forged token never costs a
 * fetch and never becomes "unavailable"; a known key never waits for the
 * network; what the keys at hand can't settle waits for one fetch at most.
 */
#include "jwt.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "jwks-options.h"
#include "keys/keyset.h"

/* A bad signature, or a key that does not fit, may be one that was changed
 * under its kid; longer than this nobody waits to find out. */
#define PATIENCE_MS 1000

struct jwks {
	const struct authchain_host *host;
	struct authchain_entry *entry;
	struct jwt_policy policy;
	struct jwks_source source;
	struct ac_keyset *set;
	bool owned; /* else it is shared, and the host drops it */
	uint32_t cache_s;
};

/* A call that waits for a fetch. */
struct waiter {
	struct jwks *self; /* alive as long as the call is */
	const struct authchain_host *host;
	struct authchain_ticket *ticket;
	const struct ac_alg *alg;
};

static void
jwks_destroy(void *arg)
{
	struct jwks *self = arg;

	if (self == NULL)
		return;
	if (self->owned)
		ac_keyset_free(&self->set);
	jwt_policy_clear(&self->policy);
	jwks_source_clear(&self->source);
	free(self);
}

struct making {
	const struct authchain_host *host;
	const struct ac_keyset_source *from;
	struct authchain_error err;
};

static void *
make_set(struct authchain_entry *own, void *arg)
{
	struct making *making = arg;

	return ac_keyset_new(making->host, own, making->from, &making->err);
}

static void
drop_set(void *object)
{
	struct ac_keyset *set = object;

	ac_keyset_free(&set);
}

/* A file is read anew at each reload; what is fetched outlives it. */
static int
open_set(struct jwks *self)
{
	struct making making = {
		.host = self->host,
		.from = &self->source.from,
	};

	self->owned = self->source.from.jwks_file != NULL;
	if (self->owned)
		self->set = make_set(self->entry, &making);
	else
		self->set = self->host->share(self->entry,
		    self->source.share_name, make_set, drop_set, &making);
	if (self->set != NULL)
		return 0;
	self->host->fail(self->entry, self->owned ? "jwks-file" : NULL, "%s",
	    making.err.text[0] != '\0' ? making.err.text : "out of memory");
	return -1;
}

static int
jwks_create(const struct authchain_host *host, struct authchain_entry *entry,
    void **out)
{
	struct jwks *self = calloc(1, sizeof(*self));
	int r;

	*out = NULL;
	if (self == NULL) {
		host->fail(entry, NULL, "out of memory");
		return -1;
	}
	self->host = host;
	self->entry = entry;
	r = jwks_source_init(&self->source, host, entry);
	/* both, so that all faults are told at once */
	if (self->source.issuer.data != NULL)
		r |= jwt_policy_init(&self->policy, host, entry,
		    self->source.issuer);
	r |= jwks_check_algorithms(host, entry);
	if (r != 0 || open_set(self) != 0) {
		jwks_destroy(self);
		return -1;
	}
	if (self->source.algorithms != 0)
		self->policy.header.algorithms = self->source.algorithms;
	self->cache_s = (uint32_t)(host->option_number(entry, "cache") / 1000);
	self->policy.header.algorithms =
	    jwks_public_algorithms(self->policy.header.algorithms);
	*out = self;
	return 0;
}

static int
jwks_start(void *arg)
{
	struct jwks *self = arg;

	ac_keyset_start(self->set);
	return 0;
}

static uint32_t
jwks_claim(void *arg, struct authchain_call *call)
{
	const struct jwks *self = arg;

	return jwt_claims_this(&self->policy, call);
}

/* What the keys at hand say: NONE when the signature is good, and
 * KEYS_UNAVAILABLE when there are none. */
static uint32_t
try_keys(struct jwks *self, struct authchain_call *call,
    const struct ac_alg *alg)
{
	struct ac_keyset_view view;
	const struct ac_jwk *key = NULL;
	uint32_t why;

	if (!ac_keyset_acquire(self->set, &view))
		return AUTHCHAIN_REASON_KEYS_UNAVAILABLE;
	why = ac_jws_verify(self->host->peek(call), alg, view.jwks, &key);
	if (why == AUTHCHAIN_REASON_NONE)
		ac_keyset_used(self->set, &view, key);
	ac_keyset_release(&view);
	return why;
}

/* It may be said again until its keys are too old to be used. */
static uint32_t
accept(struct jwks *self, struct authchain_call *call)
{
	uint32_t outcome = jwt_accept(&self->policy, call);
	int64_t left_s = ac_keyset_left_s(self->set);

	if (outcome == AUTHCHAIN_ACCEPT)
		self->host->remember(call,
		    left_s < self->cache_s ? (uint32_t)left_s : self->cache_s);
	return outcome;
}

static uint32_t
refuse(struct jwks *self, struct authchain_call *call, uint32_t why)
{
	struct jwt_words token;
	struct ac_keyset_words keys;

	self->host->reason(call, why, "%s; %s",
	    jwt_describe(&self->policy, call, &token),
	    ac_keyset_describe(self->set, &keys));
	return AUTHCHAIN_REJECT;
}

static uint32_t
unavailable(struct jwks *self, struct authchain_call *call, uint32_t why)
{
	(void)refuse(self, call, why);
	self->host->retry_after(call, ac_keyset_retry_s(self->set));
	return AUTHCHAIN_UNAVAILABLE;
}

/* No more keys are to be had now.  `down': the endpoint did not answer. */
static uint32_t
conclude(struct jwks *self, struct authchain_call *call, uint32_t why,
    bool down)
{
	if (why == AUTHCHAIN_REASON_OUT_OF_MEMORY)
		return unavailable(self, call, why);
	if (why == AUTHCHAIN_REASON_KEYS_UNAVAILABLE ||
	    (why == AUTHCHAIN_REASON_UNKNOWN_KID && down))
		return unavailable(self, call,
		    AUTHCHAIN_REASON_KEYS_UNAVAILABLE);
	return refuse(self, call, why);
}

static void
wake(void *arg)
{
	struct waiter *waiter = arg;
	struct authchain_call *call = waiter->host->resume(waiter->ticket);
	struct jwks *self = waiter->self;
	uint32_t outcome, why;

	if (call != NULL) {
		why = try_keys(self, call, waiter->alg);
		outcome = why == AUTHCHAIN_REASON_NONE
			      ? accept(self, call)
			      : conclude(self, call, why,
				    ac_keyset_is_down(self->set));
		waiter->host->complete(waiter->ticket, outcome);
	}
	waiter->host->ticket_unref(waiter->ticket);
	free(waiter);
}

static uint64_t
patience_ms(const struct jwks *self, struct authchain_call *call)
{
	uint32_t half = self->host->remaining_ms(call) / 2;

	return half > PATIENCE_MS ? PATIENCE_MS : half < 1 ? 1 : half;
}

/* For a kid that is not in the set, or for a better key under one that is. */
static int
wait_for_fetch(struct waiter *waiter, struct authchain_call *call,
    enum ac_keyset_ask answer, bool known)
{
	struct jwks *self = waiter->self;

	if (answer == AC_KEYSET_JOINED && !known)
		return ac_keyset_wait_for(self->set,
		    self->host->peek(call)->kid, waiter->alg, wake, waiter);
	return ac_keyset_wait(self->set, known ? patience_ms(self, call) : 0,
	    wake, waiter);
}

static uint32_t
wait_for_keys(struct jwks *self, struct authchain_call *call,
    const struct ac_alg *alg, enum ac_keyset_ask answer, bool known)
{
	struct waiter *waiter = calloc(1, sizeof(*waiter));

	if (waiter != NULL)
		*waiter = (struct waiter){
			.self = self,
			.host = self->host,
			.ticket = self->host->defer(call),
			.alg = alg,
		};
	if (waiter != NULL && waiter->ticket != NULL &&
	    wait_for_fetch(waiter, call, answer, known) == 0)
		return AUTHCHAIN_PENDING;
	if (waiter != NULL && waiter->ticket != NULL)
		self->host->ticket_unref(waiter->ticket);
	free(waiter);
	self->host->reason(call, AUTHCHAIN_REASON_OUT_OF_MEMORY,
	    "no memory to wait for the keys");
	return AUTHCHAIN_UNAVAILABLE;
}

static uint32_t
ask_for_keys(struct jwks *self, struct authchain_call *call,
    const struct ac_alg *alg, uint32_t why)
{
	bool known = why == AUTHCHAIN_REASON_BAD_SIGNATURE ||
		     why == AUTHCHAIN_REASON_UNUSABLE_KEY;
	enum ac_keyset_ask answer;

	/* a forgery is refused, whatever the endpoint does */
	if (known && ac_keyset_is_down(self->set))
		return refuse(self, call, why);
	answer = ac_keyset_ask(self->set, self->host->peek(call)->kid, known);
	switch (answer) {
	case AC_KEYSET_WAIT:
	case AC_KEYSET_JOINED:
		return wait_for_keys(self, call, alg, answer, known);
	case AC_KEYSET_FINAL:
		return conclude(self, call, why, false);
	case AC_KEYSET_DOWN:
		return conclude(self, call, why, true);
	default:
		return known ? refuse(self, call, why)
			     : unavailable(self, call, AUTHCHAIN_REASON_BUSY);
	}
}

static uint32_t
jwks_verify(void *arg, struct authchain_call *call)
{
	struct jwks *self = arg;
	const struct ac_alg *alg;
	uint32_t why;

	if (jwt_refuse(&self->policy, call, &alg))
		return AUTHCHAIN_REJECT;
	why = try_keys(self, call, alg);
	switch (why) {
	case AUTHCHAIN_REASON_NONE:
		return accept(self, call);
	case AUTHCHAIN_REASON_KEYS_UNAVAILABLE:
	case AUTHCHAIN_REASON_UNKNOWN_KID:
	case AUTHCHAIN_REASON_BAD_SIGNATURE:
	case AUTHCHAIN_REASON_UNUSABLE_KEY:
		return ask_for_keys(self, call, alg, why);
	default:
		return conclude(self, call, why, false);
	}
}

static void
jwks_status(void *arg, struct authchain_report *report)
{
	struct jwks *self = arg;

	ac_keyset_report(self->set, report);
}

static const struct authchain_plugin plugin = {
	.size = sizeof(plugin),
	.name = "jwks",
	.description = "tokens signed by an issuer that publishes its keys",
	.option_count = JWKS_OPTION_COUNT,
	.options = jwks_options,
	.option_size = sizeof(jwks_options[0]),
	.create = jwks_create,
	.start = jwks_start,
	.destroy = jwks_destroy,
	.claim = jwks_claim,
	.verify = jwks_verify,
	.status = jwks_status,
};

AUTHCHAIN_MODULE("jwks", "1.0", "BSD-2-Clause", &plugin);
