/* SPDX-License-Identifier: BSD-2-Clause */
/* cjose: the key is imported once. */
#include "peer.h"

#include <cjose/cjose.h>
#include <stdlib.h>

struct peer {
	cjose_jwk_t *jwk;
};

static void *
open_peer(const struct bench_peer_input *input)
{
	struct peer *peer = bench_must(calloc(1, sizeof(*peer)), "cjose");
	json_t *jwk = bench_key_jwk(input->key);
	cjose_err err;

	peer->jwk = bench_must(cjose_jwk_import_json(jwk, &err), "cjose's key");
	json_decref(jwk);
	return peer;
}

static bool
is_good(const struct peer *peer, cjose_jws_t *jws)
{
	cjose_err err;
	uint8_t *bytes = NULL;
	size_t len = 0;
	json_t *claims;
	bool good;

	if (jws == NULL || !cjose_jws_verify(jws, peer->jwk, &err) ||
	    !cjose_jws_get_plaintext(jws, &bytes, &len, &err))
		return false;
	claims =
	    json_loadb((const char *)bytes, len, JSON_REJECT_DUPLICATES, NULL);
	good = bench_payload_is_good(claims);
	json_decref(claims);
	return good;
}

static bool
check(void *self, const struct bench_token *token)
{
	cjose_err err;
	cjose_jws_t *jws = cjose_jws_import(token->text, token->len, &err);
	bool good = is_good(self, jws);

	cjose_jws_release(jws);
	return good;
}

static void
close_peer(void *self)
{
	struct peer *peer = self;

	cjose_jwk_release(peer->jwk);
	free(peer);
}

extern const struct bench_peer bench_peer_cjose;
const struct bench_peer bench_peer_cjose = {
	.name = "cjose",
	.does = " RS256 PS256 ES256 HS256 ",
	.open = open_peer,
	.check = check,
	.close = close_peer,
};
