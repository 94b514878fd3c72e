/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an introspection answer means, judged from its bytes alone: no call, no
 * network, no clock.
 */
#ifndef PROVIDERS_OAUTH_ANSWER_H
#define PROVIDERS_OAUTH_ANSWER_H

#include <jansson.h>

#include "base/error.h"
#include "base/span.h"

#define OAUTH_ANSWER_BYTES    (UINT64_C(16) << 10)
#define OAUTH_RETRY_AFTER_S   5u  /* when the server does not say */
#define OAUTH_RETRY_AFTER_MAX 60u /* whatever it says */

struct oauth_rules {
	struct authchain_span issuer; /* data NULL: any */
	const struct authchain_span *audiences;
	size_t audience_count; /* 0: aud is not looked at */
	const struct authchain_span *types;
	size_t type_count; /* of token_type, compared without case */
	int64_t leeway_s;
	bool takes_bound; /* cnf is left to be confirmed */
};

struct oauth_judgement {
	uint32_t outcome; /* ACCEPT, REJECT or UNAVAILABLE */
	uint32_t reason;
	struct authchain_error why;    /* for the operator; "" on ACCEPT */
	struct authchain_span body;    /* ACCEPT: the claims, borrowed */
	struct authchain_span issuer;  /* the rules', borrowed; or no value */
	json_t *tree;                  /* owned */
	struct authchain_span subject; /* ACCEPT: in the tree */
	bool server_failed;            /* no answer, or a gateway's */
	bool refuses_us;               /* our credentials, not the token */
	bool lasting;           /* the same answer would follow from now on */
	uint32_t retry_after_s; /* UNAVAILABLE */
};

/*
 * ACCEPT only when the answer's status is 200, `active' is the boolean true and
 * every claim beside it passes the rules.  answer and rules must outlive the
 * judgement, which is to be cleared.
 */
void oauth_answer_judge(const struct oauth_rules *rules,
    const struct authchain_answer *answer, int64_t now_ms,
    struct oauth_judgement *judgement);
/* UNAVAILABLE for a reason of our own. */
void oauth_answer_none(struct oauth_judgement *judgement, uint32_t reason,
    const char *why);
/* REJECT; why not: detail, or (NULL) what is already said, or is to come. */
void oauth_answer_reject(struct oauth_judgement *judgement, uint32_t reason,
    const char *detail);
/* The claims of judgement->tree, which says that the token is active. */
void oauth_claims_judge(const struct oauth_rules *rules,
    const struct authchain_answer *answer, int64_t now_ms,
    struct oauth_judgement *judgement);
void oauth_judgement_clear(struct oauth_judgement *judgement);

#endif
