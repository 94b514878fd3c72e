/* SPDX-License-Identifier: BSD-2-Clause */
/* libsodium: the signature alone. */
#include "peer.h"

#include <sodium.h>
#include <stdlib.h>

struct peer {
	unsigned char key[crypto_sign_PUBLICKEYBYTES];
};

static void *
open_peer(const struct bench_peer_input *input)
{
	struct peer *peer = bench_must(calloc(1, sizeof(*peer)), "libsodium");
	size_t len = sizeof(peer->key);

	(void)bench_must(sodium_init() >= 0 &&
				 EVP_PKEY_get_raw_public_key(input->key->pkey,
				     peer->key, &len) == 1
			     ? peer
			     : NULL,
	    "libsodium's key");
	return peer;
}

static bool
check(void *self, const struct bench_token *token)
{
	const struct peer *peer = self;

	return crypto_sign_verify_detached(token->signature,
		   (const unsigned char *)token->text, token->signed_len,
		   peer->key) == 0;
}

extern const struct bench_peer bench_peer_sodium;
const struct bench_peer bench_peer_sodium = {
	.name = "libsodium, signature alone",
	.does = " EdDSA ",
	.open = open_peer,
	.check = check,
	.close = free,
};
