/* SPDX-License-Identifier: BSD-2-Clause */
/* libjwt 1: takes the key as PEM with each token. */
#include "peer.h"

#include <jwt.h>
#include <stdlib.h>
#include <string.h>

struct peer {
	char *pem; /* NULL: the secret is the key */
	const struct bench_key *key;
};

static void *
open_peer(const struct bench_peer_input *input)
{
	struct peer *peer = bench_must(calloc(1, sizeof(*peer)), "libjwt");

	peer->key = input->key;
	if (input->key->pkey != NULL)
		peer->pem = bench_key_pem(input->key);
	return peer;
}

static bool
check(void *self, const struct bench_token *token)
{
	const struct peer *peer = self;
	const void *key =
	    peer->pem == NULL ? (const void *)peer->key->secret : peer->pem;
	size_t len =
	    peer->pem == NULL ? sizeof(peer->key->secret) : strlen(peer->pem);
	jwt_t *jwt = NULL;
	bool good;

	if (jwt_decode(&jwt, token->text, key, (int)len) != 0)
		return false;
	good = jwt_get_alg(jwt) == jwt_str_alg(peer->key->alg) &&
	       bench_claims_are_good(jwt_get_grant(jwt, "iss"),
		   jwt_get_grant(jwt, "aud"), jwt_get_grant_int(jwt, "exp"));
	jwt_free(jwt);
	return good;
}

static void
close_peer(void *self)
{
	struct peer *peer = self;

	free(peer->pem);
	free(peer);
}

extern const struct bench_peer bench_peer_libjwt;
const struct bench_peer bench_peer_libjwt = {
	.name = "libjwt",
	.does = " RS256 ES256 HS256 ",
	.open = open_peer,
	.check = check,
	.close = close_peer,
};
