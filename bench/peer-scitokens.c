/* SPDX-License-Identifier: BSD-2-Clause */
/* scitokens-cpp: keeps keys by issuer in a file, elliptic ones only when they
 * are given. */
#include "config.h" /* setenv */

#include "peer.h"

#include <scitokens/scitokens.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct peer {
	const struct bench_token *ring;
	size_t at;
};

static void *
open_peer(const struct bench_peer_input *input)
{
	struct peer *peer = bench_must(calloc(1, sizeof(*peer)), "scitokens");
	char *pem = bench_key_pem(input->key), *wrong = NULL;

	peer->ring = input->ring;
	(void)setenv("XDG_CACHE_HOME", input->dir, 1);
	if (scitoken_store_public_ec_key(BENCH_ISSUER, "k1", pem, &wrong) != 0)
		fprintf(stderr, "scitokens: %s\n", wrong);
	(void)bench_must(wrong == NULL ? peer : NULL, "scitokens' key");
	free(pem);
	return peer;
}

/* Deserializing looks at signature, issuer and expiry. */
static bool
check(const struct bench_token *token)
{
	static const char *const issuers[] = { BENCH_ISSUER, NULL };
	SciToken scitoken = NULL;
	char *wrong = NULL, *audience = NULL;
	bool good = scitoken_deserialize(token->text, &scitoken, issuers,
			&wrong) == 0 &&
		    scitoken_get_claim_string(scitoken, "aud", &audience,
			&wrong) == 0 &&
		    strcmp(audience, BENCH_AUDIENCE) == 0;

	if (wrong != NULL)
		fprintf(stderr, "scitokens: %s\n", wrong);
	free(wrong);
	free(audience);
	scitoken_destroy(scitoken);
	return good;
}

static bool
run(void *self, size_t times)
{
	struct peer *peer = self;

	while (times-- > 0)
		if (!check(bench_turn(peer->ring, &peer->at)))
			return false;
	return true;
}

extern const struct bench_peer bench_peer_scitokens;
const struct bench_peer bench_peer_scitokens = {
	.name = "scitokens-cpp",
	.does = " ES256 ",
	.open = open_peer,
	.run = run,
	.close = free,
};
