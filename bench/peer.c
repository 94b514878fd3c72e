/* SPDX-License-Identifier: BSD-2-Clause */
/* Which peers there are, and what they share. */
#include "config.h"

#include "peer.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Each stands in a file of its own, which may not be linked. */
#define WEAK __attribute__((__weak__))
extern const struct bench_peer bench_peer_cjose WEAK;
extern const struct bench_peer bench_peer_libjwt WEAK;
extern const struct bench_peer bench_peer_oauth2 WEAK;
extern const struct bench_peer bench_peer_oauth2_cache WEAK;
extern const struct bench_peer bench_peer_pam WEAK;
extern const struct bench_peer bench_peer_rhonabwy WEAK;
extern const struct bench_peer bench_peer_scitokens WEAK;
extern const struct bench_peer bench_peer_sodium WEAK;

static const struct bench_peer *const known[] = { &bench_peer_sodium,
	&bench_peer_cjose, &bench_peer_libjwt, &bench_peer_oauth2,
	&bench_peer_oauth2_cache, &bench_peer_rhonabwy, &bench_peer_scitokens,
	&bench_peer_pam };

#define KNOWN (sizeof(known) / sizeof(*known))

struct bench_asked {
	const struct bench_peer *peer;
	void *self;
	const struct bench_token *ring; /* NULL: it is asked about none */
	size_t at;
};

const struct bench_peer *const *
bench_peers(void)
{
	static const struct bench_peer *linked[KNOWN + 1];
	size_t count = 0;

	for (size_t i = 0; i < KNOWN; i++)
		if (known[i] != NULL)
			linked[count++] = known[i];
	linked[count] = NULL;
	return linked;
}

struct bench_asked *
bench_asked_new(const struct bench_peer *peer,
    const struct bench_peer_input *input)
{
	struct bench_asked *asked =
	    bench_must(calloc(1, sizeof(*asked)), peer->name);

	asked->peer = peer;
	asked->self = peer->open(input);
	asked->ring = input->ring;
	return asked;
}

bool
bench_asked_run(void *self, size_t times)
{
	struct bench_asked *asked = self;

	for (; times > 0; times--) {
		const struct bench_token *token =
		    asked->ring == NULL ? NULL : &asked->ring[asked->at];

		if (!asked->peer->check(asked->self, token))
			return false;
		asked->at = (asked->at + 1) % BENCH_RING;
	}
	return true;
}

void
bench_asked_close(void *self)
{
	struct bench_asked *asked = self;

	asked->peer->close(asked->self);
	free(asked);
}

bool
bench_claims_are_good(const char *issuer, const char *audience,
    int64_t expires_s)
{
	return issuer != NULL && strcmp(issuer, BENCH_ISSUER) == 0 &&
	       audience != NULL && strcmp(audience, BENCH_AUDIENCE) == 0 &&
	       expires_s > time(NULL);
}

bool
bench_payload_is_good(const json_t *claims)
{
	return bench_claims_are_good(json_string_value(
					 json_object_get(claims, "iss")),
	    json_string_value(json_object_get(claims, "aud")),
	    json_integer_value(json_object_get(claims, "exp")));
}
