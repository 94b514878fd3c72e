/* SPDX-License-Identifier: BSD-2-Clause */
/* liboauth2, as the Apache and nginx modules call it: with the verdicts it
 * remembers, and without. */
#include "peer.h"

#include <oauth2/mem.h>
#include <oauth2/oauth2.h>
#include <stdio.h>
#include <stdlib.h>

struct peer {
	oauth2_log_t *log;
	oauth2_cfg_token_verify_t *verify;
	oauth2_http_request_t *request;
};

static struct peer *
open_with(const struct bench_peer_input *input, const char *options)
{
	struct peer *peer = bench_must(calloc(1, sizeof(*peer)), "liboauth2");
	json_t *jwk = bench_key_jwk(input->key);
	char *text = bench_must(json_dumps(jwk, JSON_COMPACT), "liboauth2");
	char *wrong;

	peer->log = oauth2_init(OAUTH2_LOG_ERROR, NULL);
	peer->request = oauth2_http_request_init(peer->log);
	wrong = oauth2_cfg_token_verify_add_options(peer->log, &peer->verify,
	    "jwk", text, options);
	if (wrong != NULL)
		fprintf(stderr, "liboauth2: %s\n", wrong);
	(void)bench_must(wrong == NULL ? peer : NULL, "liboauth2's key");
	free(text);
	json_decref(jwk);
	return peer;
}

static void *
open_peer(const struct bench_peer_input *input)
{
	return open_with(input, "verify.exp=required&expiry=0");
}

static void *
open_cache(const struct bench_peer_input *input)
{
	return open_with(input, "verify.exp=required&expiry=3600");
}

static bool
check(void *self, const struct bench_token *token)
{
	struct peer *peer = self;
	json_t *claims = NULL;
	/* With a log it would write lines that nobody reads. */
	bool good = oauth2_token_verify(NULL, peer->request, peer->verify,
			token->text, &claims) &&
		    bench_payload_is_good(claims);

	json_decref(claims);
	return good;
}

static void
close_peer(void *self)
{
	struct peer *peer = self;

	oauth2_cfg_token_verify_free(peer->log, peer->verify);
	oauth2_http_request_free(peer->log, peer->request);
	oauth2_shutdown(peer->log);
	free(peer);
}

extern const struct bench_peer bench_peer_oauth2, bench_peer_oauth2_cache;
const struct bench_peer bench_peer_oauth2 = {
	.name = "liboauth2",
	.does = " RS256 PS256 ES256 HS256 ",
	.open = open_peer,
	.check = check,
	.close = close_peer,
};
const struct bench_peer bench_peer_oauth2_cache = {
	.name = "liboauth2, remembered",
	.does = " cached ",
	.open = open_cache,
	.check = check,
	.close = close_peer,
};
