/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opaque tokens: which are claimed, and how calls wait for the server.  All
 * calls that bring the same token wait for one question about it; a server
 * that has stopped answering is left alone for a while.
 */
#include "oauth.h"

#include <stdlib.h>

#include <openssl/evp.h>

#include "base/buf.h"
#include "jose/jws.h"

#define TIMEOUT_MS   10000
#define MAX_OPEN     1024 /* questions under way */
#define MAX_ASKERS   1024 /* calls that wait for one */
#define BREAK_AFTER  5    /* failures in a row; then pauses, doubled up to */
#define PAUSE_MS     INT64_C(1000)
#define MAX_PAUSE_MS INT64_C(16000)
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
	int64_t until_ms;     /* the first asker's deadline */
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

	if (self->endpoint.data == NULL || self->host->token(call).len == 0 ||
	    self->host->peek(call) != NULL)
		return AUTHCHAIN_NOT_MINE;
	return AUTHCHAIN_MINE;
}

/* ---- a server that does not answer ---- */

/*
 * May the server be asked now?  Only silence counts: what it answers a
 * stranger's token with must not keep others from asking.  After a pause one
 * call tries, and the others go on being turned away until it is through.
 */
static bool
may_ask(struct oauth *self)
{
	int64_t now_ms = self->host->monotonic_ms(), pause_ms = PAUSE_MS;
	bool may = true;

	(void)pthread_mutex_lock(&self->lock);
	if (self->silent >= BREAK_AFTER) {
		for (unsigned int i = BREAK_AFTER;
		     i < self->silent && pause_ms < MAX_PAUSE_MS; i++)
			pause_ms *= 2;
		may = now_ms - self->silent_ms >= pause_ms;
		if (may)
			self->silent_ms = now_ms;
	}
	(void)pthread_mutex_unlock(&self->lock);
	return may;
}

static void
note_silence(struct oauth *self, const struct authchain_answer *answer)
{
	(void)pthread_mutex_lock(&self->lock);
	if (answer->status != 0) {
		self->silent = 0;
	} else {
		self->silent += self->silent < UINT32_MAX;
		self->silent_ms = self->host->monotonic_ms();
	}
	(void)pthread_mutex_unlock(&self->lock);
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

/* All that wait get their answer; NULL: nothing could be sent. */
static void
settle(struct question *question, const struct authchain_answer *answer)
{
	struct oauth *self = question->self;
	const struct authchain_host *host = self->host;
	struct asker *asker, *next;

	(void)pthread_mutex_lock(&self->lock);
	(void)ac_table_remove(self->questions, key_of(question));
	asker = question->askers;
	(void)pthread_mutex_unlock(&self->lock);
	for (; asker != NULL; asker = next) {
		struct authchain_call *call = host->resume(asker->ticket);

		next = asker->next;
		if (call != NULL)
			host->complete(asker->ticket,
			    oauth_judge(self, call, answer));
		host->ticket_unref(asker->ticket);
		free(asker);
	}
	question_free(question);
}

static void answered(void *arg, const struct authchain_answer *answer);

static int
ask(struct question *question)
{
	struct oauth *self = question->self;
	int64_t left_ms = question->until_ms - self->host->monotonic_ms();
	struct oauth_request request = {
		.token = ac_buf_span(&question->token),
		.secret_at = question->secret_at,
		.timeout_ms = left_ms < 1            ? 1
			      : left_ms > TIMEOUT_MS ? TIMEOUT_MS
						     : (uint32_t)left_ms,
	};

	return oauth_ask(self, &request, answered, question);
}

/* While a secret is changed either the new or the old one is known there. */
static bool
ask_with_next_secret(struct question *question)
{
	struct oauth *self = question->self;
	size_t count = self->host->secret_count(self->entry, "client-secret");

	if (++question->tries >= count)
		return false;
	question->secret_at = (question->secret_at + 1) % count;
	return ask(question) == 0;
}

static void
answered(void *arg, const struct authchain_answer *answer)
{
	struct question *question = arg;
	struct oauth *self = question->self;

	note_silence(self, answer);
	if (oauth_refuses_us(answer)) {
		if (ask_with_next_secret(question))
			return;
	} else if (answer->status == 200) {
		self->secret_at = question->secret_at;
		self->host->secret_used(self->entry, "client-secret",
		    question->secret_at);
	}
	settle(question, answer);
}

static struct question *
question_new(struct oauth *self, struct authchain_call *call,
    const unsigned char digest[DIGEST_BYTES])
{
	const struct authchain_host *host = self->host;
	struct question *question = calloc(1, sizeof(*question));
	uint32_t left_ms = host->remaining_ms(call);

	if (question == NULL)
		return NULL;
	question->self = self;
	question->secret_at = self->secret_at;
	question->until_ms =
	    host->monotonic_ms() + (left_ms > 0 ? left_ms : TIMEOUT_MS);
	memcpy(question->digest, digest, DIGEST_BYTES);
	ac_buf_init(&question->token, AC_JWS_MAX_TOKEN);
	ac_buf_add(&question->token, host->token(call));
	if (!question->token.failed)
		return question;
	question_free(question);
	return NULL;
}

/* Under the lock: the question about that token, which is new when it had none
 * yet.  NULL: too many wait already. */
static struct question *
question_for(struct oauth *self, struct question *fresh)
{
	struct question *open = ac_table_find(self->questions, key_of(fresh));

	if (open != NULL)
		return open->asker_count < MAX_ASKERS ? open : NULL;
	return ac_table_put(self->questions, key_of(fresh), fresh) == 0 ? fresh
									: NULL;
}

static uint32_t
refuse_wait(struct oauth *self, struct authchain_call *call, uint32_t why,
    const char *detail)
{
	self->host->reason(call, why, "%s", detail);
	self->host->retry_after(call, 1);
	return AUTHCHAIN_UNAVAILABLE;
}

/* fresh and asker are taken. */
static uint32_t
join(struct oauth *self, struct authchain_call *call, struct question *fresh,
    struct asker *asker)
{
	struct question *question;

	(void)pthread_mutex_lock(&self->lock);
	question = question_for(self, fresh);
	if (question != NULL) {
		asker->next = question->askers;
		question->askers = asker;
		question->asker_count++;
	}
	(void)pthread_mutex_unlock(&self->lock);
	if (question != fresh)
		question_free(fresh);
	if (question == NULL) {
		self->host->ticket_unref(asker->ticket);
		free(asker);
		return refuse_wait(self, call, AUTHCHAIN_REASON_BUSY,
		    "too many calls wait for the authorization server");
	}
	if (question == fresh && ask(fresh) != 0)
		settle(fresh, NULL);
	return AUTHCHAIN_PENDING;
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
	if (!may_ask(self))
		return oauth_unavailable(self, call,
		    "it has not answered for a while and is not asked now");
	return wait_for_answer(self, call);
}
