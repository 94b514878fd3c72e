/* SPDX-License-Identifier: BSD-2-Clause */
/* oauth: what its files share. */
#ifndef PROVIDERS_OAUTH_H
#define PROVIDERS_OAUTH_H

#include <stdatomic.h>

#include "base/error.h"
#include "base/span.h"
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
	_Atomic bool failing; /* the last answer was none */
	_Atomic uint64_t asked, failed;
};

/* Read and check all options, in create.  -1 after host->fail. */
int oauth_read_options(struct oauth *self);

/* What clients are told (oauth-documents.c).  read: in create; publish: in
 * start. */
int oauth_documents_read(struct oauth *self);
int oauth_documents_publish(struct oauth *self);
void oauth_documents_clear(struct oauth *self);
void oauth_challenge(void *arg, struct authchain_call *call);

/* Opaque tokens (oauth-introspect.c, oauth-answer.c). */
uint32_t oauth_claim(void *arg, struct authchain_call *call);
uint32_t oauth_verify(void *arg, struct authchain_call *call);
/* Judge the server's answer, in a callback or after resume. */
uint32_t oauth_judge(struct oauth *self, struct authchain_call *call,
    const struct authchain_answer *answer);
uint32_t oauth_unavailable(struct oauth *self, struct authchain_call *call,
    const char *why);

#endif
