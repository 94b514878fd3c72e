/* SPDX-License-Identifier: BSD-2-Clause */
/* Which peers there are, and what they share. */
#include "config.h"

#include "peer.h"

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

const struct bench_token *
bench_turn(const struct bench_token *ring, size_t *at)
{
	const struct bench_token *token = &ring[*at];

	*at = (*at + 1) % BENCH_RING;
	return token;
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
