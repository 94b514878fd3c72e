/* SPDX-License-Identifier: BSD-2-Clause */
/* oauth: what its files share. */
#ifndef PROVIDERS_OAUTH_H
#define PROVIDERS_OAUTH_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/error.h"
#include "base/table.h"
#include "keys/poll.h"

#define OAUTH_OPTION_COUNT 14
extern const struct authchain_option oauth_options[OAUTH_OPTION_COUNT];

struct oauth {
	const struct authchain_host *host;
	struct authchain_entry *entry;
	uint32_t fetch_flags;

	/* the challenge and the documents */
	struct authchain_span *servers, *scopes;
	size_t server_count, scope_count;
	char *scope_text;        /* of scopes, by spaces */
	char *metadata_url;      /* of the protected resource; NULL: none */
	struct ac_poll *forward; /* of the first server's metadata; or NULL */
	char *forward_name;      /* for messages */
	size_t form;             /* the next to ask for; the round's own */

	/* introspection */
	struct authchain_span endpoint; /* data NULL: none */
	struct authchain_span client_id, issuer;
	bool secret_in_body; /* client_secret_post */
	struct authchain_span *audiences;
	size_t audience_count; /* 0: aud is not looked at */
	int64_t leeway_s;
	_Atomic bool failing;     /* the last answer was none */
	_Atomic size_t secret_at; /* the one that was known last */
	_Atomic uint64_t asked, failed;
	pthread_mutex_t lock;       /* guards these: */
	struct ac_table *questions; /* under way, by the token's digest */
	unsigned int silent;        /* requests in a row without any answer */
	int64_t silent_ms; /* when the last of them ended, or one began */
};

/* Read and check all options, in create.  -1 after host->fail. */
int oauth_read_options(struct oauth *self);

/* What clients are told (oauth-documents.c).  read: in create; publish: in
 * start. */
int oauth_documents_read(struct oauth *self);
int oauth_documents_publish(struct oauth *self);
void oauth_documents_clear(struct oauth *self);
void oauth_challenge(void *arg, struct authchain_call *call);

/* Opaque tokens (oauth-introspect.c, oauth-request.c, oauth-answer.c). */
int oauth_introspect_init(struct oauth *self);
void oauth_introspect_clear(struct oauth *self);
uint32_t oauth_claim(void *arg, struct authchain_call *call);
uint32_t oauth_verify(void *arg, struct authchain_call *call);

struct oauth_request {
	struct authchain_span token;
	size_t secret_at; /* of client-secret */
	uint32_t timeout_ms;
};
/* As host->fetch. */
int oauth_ask(struct oauth *self, const struct oauth_request *asked,
    void (*done)(void *arg, const struct authchain_answer *answer), void *arg);

/* Does the server refuse our credentials, not the token? */
bool oauth_refuses_us(const struct authchain_answer *answer);
/* Judge the server's answer, in a call that was resumed; NULL: the request was
 * refused before it was sent. */
uint32_t oauth_judge(struct oauth *self, struct authchain_call *call,
    const struct authchain_answer *answer);
uint32_t oauth_unavailable(struct oauth *self, struct authchain_call *call,
    const char *why);

#endif
