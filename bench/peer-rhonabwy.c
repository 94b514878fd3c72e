/* SPDX-License-Identifier: BSD-2-Clause */
/* rhonabwy: the key is imported once. */
#include "peer.h"

#include <rhonabwy.h>
#include <stdlib.h>

struct peer {
	jwk_t *jwk;
};

static void *
open_peer(const struct bench_peer_input *input)
{
	struct peer *peer = bench_must(calloc(1, sizeof(*peer)), "rhonabwy");
	json_t *jwk = bench_key_jwk(input->key);

	(void)bench_must(r_global_init() == RHN_OK &&
				 r_jwk_init(&peer->jwk) == RHN_OK &&
				 r_jwk_import_from_json_t(peer->jwk, jwk) ==
				     RHN_OK
			     ? peer
			     : NULL,
	    "rhonabwy's key");
	json_decref(jwk);
	return peer;
}

static bool
check(void *self, const struct bench_token *token)
{
	const struct peer *peer = self;
	jwt_t *jwt =
	    r_jwt_quick_parsen(token->text, token->len, R_PARSE_NONE, 0);
	bool good = jwt != NULL &&
		    r_jwt_verify_signature(jwt, peer->jwk, 0) == RHN_OK &&
		    r_jwt_validate_claims(jwt, R_JWT_CLAIM_ISS, BENCH_ISSUER,
			R_JWT_CLAIM_AUD, BENCH_AUDIENCE, R_JWT_CLAIM_EXP,
			R_JWT_CLAIM_NOW, R_JWT_CLAIM_NOP) == RHN_OK;

	r_jwt_free(jwt);
	return good;
}

static void
close_peer(void *self)
{
	struct peer *peer = self;

	r_jwk_free(peer->jwk);
	r_global_close();
	free(peer);
}

extern const struct bench_peer bench_peer_rhonabwy;
const struct bench_peer bench_peer_rhonabwy = {
	.name = "rhonabwy",
	.does = " RS256 PS256 ES256 EdDSA HS256 ",
	.open = open_peer,
	.check = check,
	.close = close_peer,
};
