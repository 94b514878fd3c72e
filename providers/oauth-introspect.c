/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opaque tokens: which are claimed, and how calls wait for the server.  All
 * calls that bring the same token wait for one question about it, which none
 * of them can end; a server that has stopped answering is left alone for a
 * while.
 */
#include "oauth.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>

#include "base/buf.h"
#include "jose/jws.h"

#define MAX_OPEN     1024 /* questions under way */
#define MAX_ASKERS   1024 /* calls that wait for one */
#define DIGEST_BYTES 32

/* A call that waits. */
struct asker {
	struct asker *next;
	struct authchain_ticket *ticket;
};

/* One token that the server is asked about. */
struct question {
	struct oauth *self;
	unsigned char digest[DIGEST_BYTES]; /* of the token */
	struct ac_buf token;
	size_t secret_at, tries;
	bool probe;           /* the breaker wants to know how it ends */
	struct asker *askers; /* under self->lock */
	size_t asker_count;
};

int
oauth_introspect_init(struct oauth *self)
{
	if (pthread_mutex_init(&self->lock, NULL) != 0)
		return -1;
	self->questions = ac_table_new(MAX_OPEN, NULL);
	if (self->questions != NULL)
		return 0;
	(void)pthread_mutex_destroy(&self->lock);
	return -1;
}

void
oauth_introspect_clear(struct oauth *self)
{
	if (self->questions == NULL)
		return;
	ac_table_free(&self->questions);
	(void)pthread_mutex_destroy(&self->lock);
}

uint32_t
oauth_claim(void *arg, struct authchain_call *call)
{
	const struct oauth *self = arg;

	if (!self->asks || self->host->token(call).len == 0 ||
	    self->host->peek(call) != NULL)
		return AUTHCHAIN_NOT_MINE;
	return AUTHCHAIN_MINE;
}

/* ---- questions ---- */

static struct authchain_span
key_of(const struct question *question)
{
	return ac_span((const char *)question->digest, DIGEST_BYTES);
}

static void
question_free(struct question *question)
{
	ac_buf_wipe(&question->token);
	free(question);
}

/* All that wait get their answer. */
static void
settle(struct question *question, struct oauth_judgement *judgement)
{
	struct oauth *self = question->self;
	const struct authchain_host *host = self->host;
	struct asker *asker, *next;

	(void)pthread_mutex_lock(&self->lock);
	(void)ac_table_remove(self->questions, key_of(question));
	breaker_unsent(&self->breaker, question->probe);
	asker = question->askers;
	(void)pthread_mutex_unlock(&self->lock);
	oauth_verdict_note(self, judgement);
	for (; asker != NULL; asker = next) {
		struct authchain_call *call = host->resume(asker->ticket);

		next = asker->next;
		if (call != NULL)
			host->complete(asker->ticket,
			    oauth_verdict_give(self, call, judgement));
		host->ticket_unref(asker->ticket);
		free(asker);
	}
	question_free(question);
}

static void
settle_unsent(struct question *question, const char *why)
{
	struct oauth_judgement judgement;

	oauth_answer_none(&judgement, AUTHCHAIN_REASON_DEPENDENCY_UNAVAILABLE,
	    why);
	settle(question, &judgement);
}

static void answered(void *arg, const struct authchain_answer *answer);

static int
ask(struct question *question, const char *endpoint)
{
	struct oauth_request request = {
		.endpoint = endpoint,
		.token = ac_buf_span(&question->token),
		.secret_at = question->secret_at,
	};

	return oauth_ask(question->self, &request, answered, question);
}

static void
ask_or_settle(struct question *question, const char *endpoint)
{
	if (ask(question, endpoint) != 0)
		settle_unsent(question,
		    "the request was refused before it was sent (address not "
		    "allowed, too many requests, or not started)");
}

/* While a secret is changed either the new or the old one is known there. */
static bool
ask_with_next_secret(struct question *question)
{
	struct oauth *self = question->self;
	size_t count = self->client.secret_count;
	char *endpoint;
	bool asked;

	if (++question->tries >= count)
		return false;
	question->secret_at = (question->secret_at + 1) % count;
	endpoint = oauth_metadata_endpoint(self);
	asked = endpoint != NULL && ask(question, endpoint) == 0;
	free(endpoint);
	return asked;
}

static void
answered(void *arg, const struct authchain_answer *answer)
{
	struct question *question = arg;
	struct oauth *self = question->self;
	struct oauth_judgement judgement;

	oauth_answer_judge(&self->rules, answer, self->host->wall_ms(),
	    &judgement);
	oauth_health_note(self, question->probe, judgement.server_failed);
	question->probe = false;
	if (judgement.refuses_us) {
		if (ask_with_next_secret(question))
			return;
	} else if (answer->status == 200) {
		self->secret_at = question->secret_at;
		self->host->secret_used(self->entry, self->client.option,
		    question->secret_at);
	}
	settle(question, &judgement);
	oauth_judgement_clear(&judgement);
}

/* ---- where to ask ---- */

static void
settle_unknown_endpoint(struct question *question)
{
	struct ac_poll *poll = question->self->metadata.poll;
	struct ac_poll_state state = { 0 };
	char why[AC_POLL_ERROR_BYTES + 64];

	if (poll != NULL) /* else the instance is ending */
		ac_poll_read(poll, &state);
	(void)snprintf(why, sizeof(why),
	    "its introspection endpoint is not known: %s",
	    state.error[0] == '\0' ? "its metadata was not fetched yet"
				   : state.error);
	settle_unsent(question, why);
}

static void
discovered(void *arg)
{
	struct question *question = arg;
	char *endpoint = oauth_metadata_endpoint(question->self);

	if (endpoint == NULL)
		settle_unknown_endpoint(question);
	else
		ask_or_settle(question, endpoint);
	free(endpoint);
}

static void
begin(struct question *question)
{
	struct oauth *self = question->self;
	char *endpoint = oauth_metadata_endpoint(self);

	if (endpoint != NULL)
		ask_or_settle(question, endpoint);
	else if (self->metadata.poll == NULL)
		settle_unsent(question, "out of memory");
	else if (oauth_metadata_wait(self, discovered, question) != 0)
		discovered(question); /* it was, since, or it can't be */
	free(endpoint);
}

/* ---- calls ---- */

static struct question *
question_new(struct oauth *self, struct authchain_call *call,
    const unsigned char digest[DIGEST_BYTES])
{
	struct question *question = calloc(1, sizeof(*question));

	if (question == NULL)
		return NULL;
	question->self = self;
	question->secret_at = self->secret_at;
	memcpy(question->digest, digest, DIGEST_BYTES);
	ac_buf_init(&question->token, AC_JWS_MAX_TOKEN);
	ac_buf_add(&question->token, self->host->token(call));
	if (!question->token.failed)
		return question;
	question_free(question);
	return NULL;
}

/* Under the lock: the question about that token, which is new when it had none
 * yet.  NULL: the server is left alone for *wait_ms, or (0) too many wait. */
static struct question *
question_for(struct oauth *self, struct question *fresh, int64_t *wait_ms)
{
	struct question *open = ac_table_find(self->questions, key_of(fresh));
	enum breaker_word word;

	*wait_ms = 0;
	if (open != NULL)
		return open->asker_count < MAX_ASKERS ? open : NULL;
	word = breaker_ask(&self->breaker, self->host->monotonic_ms(), wait_ms);
	if (word == BREAKER_WAIT)
		return NULL;
	fresh->probe = word == BREAKER_PROBE;
	if (ac_table_put(self->questions, key_of(fresh), fresh) == 0)
		return fresh;
	breaker_unsent(&self->breaker, fresh->probe);
	return NULL;
}

static uint32_t
refuse_wait(struct oauth *self, struct authchain_call *call, uint32_t why,
    const char *detail)
{
	self->host->reason(call, why, "%s", detail);
	self->host->retry_after(call, 1);
	return AUTHCHAIN_UNAVAILABLE;
}

static uint32_t
turn_away(struct oauth *self, struct authchain_call *call, int64_t wait_ms)
{
	struct oauth_judgement judgement;

	if (wait_ms == 0)
		return refuse_wait(self, call, AUTHCHAIN_REASON_BUSY,
		    "too many calls wait for the authorization server");
	self->turned_away++;
	self->host->metric_add(self->entry, "introspection_turned_away_total",
	    1);
	oauth_answer_none(&judgement, AUTHCHAIN_REASON_DEPENDENCY_UNAVAILABLE,
	    "it has not answered for a while and is not asked now");
	judgement.retry_after_s = (uint32_t)((wait_ms + 999) / 1000);
	return oauth_verdict_give(self, call, &judgement);
}

/* fresh and asker are taken. */
static uint32_t
join(struct oauth *self, struct authchain_call *call, struct question *fresh,
    struct asker *asker)
{
	struct question *question;
	int64_t wait_ms;

	(void)pthread_mutex_lock(&self->lock);
	question = question_for(self, fresh, &wait_ms);
	if (question != NULL) {
		asker->next = question->askers;
		question->askers = asker;
		question->asker_count++;
	}
	(void)pthread_mutex_unlock(&self->lock);
	if (question == fresh) {
		begin(fresh);
		return AUTHCHAIN_PENDING;
	}
	question_free(fresh);
	if (question != NULL) {
		self->joined++;
		return AUTHCHAIN_PENDING;
	}
	self->host->ticket_unref(asker->ticket);
	free(asker);
	return turn_away(self, call, wait_ms);
}

static uint32_t
wait_for_answer(struct oauth *self, struct authchain_call *call)
{
	const struct authchain_host *host = self->host;
	struct authchain_span token = host->token(call);
	unsigned char digest[DIGEST_BYTES];
	struct question *fresh = NULL;
	struct asker *asker = calloc(1, sizeof(*asker));

	if (asker != NULL && EVP_Digest(token.data, token.len, digest, NULL,
				 EVP_sha256(), NULL) == 1)
		fresh = question_new(self, call, digest);
	if (fresh != NULL)
		asker->ticket = host->defer(call);
	if (fresh != NULL && asker->ticket != NULL)
		return join(self, call, fresh, asker);
	if (fresh != NULL)
		question_free(fresh);
	free(asker);
	return refuse_wait(self, call, AUTHCHAIN_REASON_OUT_OF_MEMORY,
	    "no memory to ask about the token");
}

uint32_t
oauth_verify(void *arg, struct authchain_call *call)
{
	struct oauth *self = arg;
	const struct authchain_host *host = self->host;

	if (host->token(call).len > AC_JWS_MAX_TOKEN) {
		host->reason(call, AUTHCHAIN_REASON_MALFORMED_TOKEN,
		    "longer than %u bytes", AC_JWS_MAX_TOKEN);
		return AUTHCHAIN_REJECT;
	}
	return wait_for_answer(self, call);
}
