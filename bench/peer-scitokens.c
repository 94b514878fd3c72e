/* SPDX-License-Identifier: BSD-2-Clause */
/* scitokens-cpp: keeps keys by issuer in a file, elliptic ones only when they
 * are given. */
#include "config.h" /* setenv */

#include "peer.h"

#include <scitokens/scitokens.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *
open_peer(const struct bench_peer_input *input)
{
	char *pem = bench_key_pem(input->key), *wrong = NULL;

	(void)setenv("XDG_CACHE_HOME", input->dir, 1);
	if (scitoken_store_public_ec_key(BENCH_ISSUER, "k1", pem, &wrong) != 0)
		fprintf(stderr, "scitokens: %s\n", wrong);
	(void)bench_must(wrong == NULL ? pem : NULL, "scitokens' key");
	return pem;
}

/* Deserializing looks at signature, issuer and expiry. */
static bool
check(void *self, const struct bench_token *token)
{
	static const char *const issuers[] = { BENCH_ISSUER, NULL };
	SciToken scitoken = NULL;
	char *wrong = NULL, *audience = NULL;
	bool good = scitoken_deserialize(token->text, &scitoken, issuers,
			&wrong) == 0 &&
		    scitoken_get_claim_string(scitoken, "aud", &audience,
			&wrong) == 0 &&
		    strcmp(audience, BENCH_AUDIENCE) == 0;

	(void)self; /* the keys are by issuer */
	if (wrong != NULL)
		fprintf(stderr, "scitokens: %s\n", wrong);
	free(wrong);
	free(audience);
	scitoken_destroy(scitoken);
	return good;
}

extern const struct bench_peer bench_peer_scitokens;
const struct bench_peer bench_peer_scitokens = {
	.name = "scitokens-cpp",
	.does = " ES256 ",
	.open = open_peer,
	.check = check,
	.close = free,
};
