/* SPDX-License-Identifier: BSD-2-Clause */
/* oauth: what its files share. */
#ifndef PROVIDERS_OAUTH_H
#define PROVIDERS_OAUTH_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/error.h"
#include "base/table.h"
#include "breaker.h"
#include "jose/jwk.h"
#include "keys/poll.h"
#include "oauth-answer.h"

#define OAUTH_OPTION_COUNT 29
extern const struct authchain_option oauth_options[OAUTH_OPTION_COUNT];

/* How we prove who we are; in the order of the option's choices. */
enum oauth_auth {
	OAUTH_BASIC, /* RFC 6749 2.3.1 */
	OAUTH_POST,
	OAUTH_PRIVATE_KEY_JWT /* RFC 7523 2.2 */
};

struct oauth_client {
	enum oauth_auth auth;
	const char *option; /* where its secrets are */
	struct authchain_span id;
	size_t secret_count;
	/* of private_key_jwt; the lists are as long as the secrets */
	struct ac_jwk **keys;
	const struct ac_alg **algs;
	struct authchain_span key_id;   /* data NULL: the key's own */
	struct authchain_span audience; /* data NULL: the issuer or endpoint */
};

/* The server's metadata, forwarded to clients or asked for the endpoint. */
struct oauth_metadata {
	struct ac_poll *poll; /* NULL: not wanted */
	char *name;           /* for messages */
	struct authchain_span issuer;
	bool forwarded, discovered;
	size_t form; /* the next to ask for; the round's own */
};

struct oauth {
	const struct authchain_host *host;
	struct authchain_entry *entry;
	uint32_t fetch_flags;

	/* the challenge and the documents */
	struct authchain_span *servers, *scopes;
	size_t server_count, scope_count;
	char *scope_text;   /* of scopes, by spaces */
	char *metadata_url; /* of the protected resource; NULL: none */
	struct oauth_metadata metadata;

	/* introspection */
	bool asks;
	struct authchain_span endpoint; /* data NULL: it is discovered */
	struct oauth_client client;
	struct oauth_rules rules;
	struct authchain_span *audiences, *types; /* of the rules */
	uint32_t cache_s, negative_cache_s, timeout_ms;
	_Atomic uint32_t trouble; /* enum of oauth-verdict.c */
	_Atomic size_t secret_at; /* the one that was known last */
	_Atomic uint64_t asked, failed, joined, turned_away;
	pthread_mutex_t lock;       /* guards these: */
	struct ac_table *questions; /* under way, by the token's digest */
	struct breaker breaker;
	char *found; /* the endpoint as it was discovered */
};

/* Read and check all options, in create.  -1 after host->fail. */
int oauth_read_options(struct oauth *self);
int oauth_read_introspection(struct oauth *self);
int oauth_read_client(struct oauth *self);
void oauth_client_clear(struct oauth_client *client);

/* What clients are told (oauth-documents.c).  read: in create; publish: in
 * start. */
int oauth_documents_read(struct oauth *self);
int oauth_documents_publish(struct oauth *self);
void oauth_documents_clear(struct oauth *self);
void oauth_challenge(void *arg, struct authchain_call *call);

/* The server's metadata (oauth-metadata.c), likewise. */
int oauth_metadata_read(struct oauth *self);
void oauth_metadata_start(struct oauth *self);
void oauth_metadata_clear(struct oauth *self);
void oauth_metadata_report(struct oauth *self, struct authchain_report *report);
/* The endpoint, the caller's to free; NULL when it is not known (yet), or out
 * of memory. */
char *oauth_metadata_endpoint(struct oauth *self);
/*
 * Wait for it: as ac_poll_wait.  -1: it can't be waited for, because the
 * metadata could not be had lately, or too many wait.
 */
int oauth_metadata_wait(struct oauth *self, void (*wake)(void *arg), void *arg);

/* Opaque tokens (oauth-introspect.c). */
int oauth_introspect_init(struct oauth *self);
void oauth_introspect_clear(struct oauth *self);
uint32_t oauth_claim(void *arg, struct authchain_call *call);
uint32_t oauth_verify(void *arg, struct authchain_call *call);

/* A question has ended; failed: without an answer. */
void oauth_health_note(struct oauth *self, bool probe, bool failed);
void oauth_health_report(struct oauth *self, struct authchain_report *report);

/* The request (oauth-request.c): as host->fetch, but that nothing outlives the
 * return. */
struct oauth_request {
	const char *endpoint;
	struct authchain_span token;
	size_t secret_at; /* of the client's */
};
int oauth_ask(struct oauth *self, const struct oauth_request *asked,
    void (*done)(void *arg, const struct authchain_answer *answer), void *arg);

/* What was judged, once for operators, and for each call that waited. */
void oauth_verdict_note(struct oauth *self, struct oauth_judgement *judgement);
uint32_t oauth_verdict_give(struct oauth *self, struct authchain_call *call,
    const struct oauth_judgement *judgement);
/* Where the server is asked, for messages. */
const char *oauth_endpoint_name(const struct oauth *self);

#endif
