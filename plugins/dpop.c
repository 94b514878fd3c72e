/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dpop: tokens that are bound to a key which the client proves to hold with
 * each request (RFC 9449).  Runs in map, once it is known what the token says,
 * so that only who has such a token costs a signature or fills the memory of
 * proofs.
 */
#include "dpop.h"

#include <stdlib.h>

#include "dpop-nonce.h"
#include "dpop-uri.h"

static uint32_t
deny(const struct dpop *self, struct authchain_call *call, uint32_t reason,
    const char *why)
{
	self->host->reason(call, reason, "%s", why);
	return AUTHCHAIN_DENY;
}

static uint32_t
unavailable(const struct dpop *self, struct authchain_call *call,
    uint32_t reason, const char *why)
{
	self->host->reason(call, reason, "%s", why);
	return AUTHCHAIN_UNAVAILABLE;
}

/* ---- nonces ---- */

static struct authchain_span
nonce_key(const struct dpop *self, size_t at)
{
	const struct authchain_host *host = self->host;

	if (host->secret_count(self->entry, "nonce-secret") > 0)
		return host->secret_value(self->entry, "nonce-secret", at);
	return ac_span(self->memory->key, sizeof(self->memory->key));
}

static bool
is_our_nonce(const struct dpop *self, const char *nonce)
{
	const struct authchain_host *host = self->host;
	size_t count = host->secret_count(self->entry, "nonce-secret");
	int64_t now_s = host->wall_ms() / 1000;

	for (size_t i = 0; i < (count == 0 ? 1 : count); i++)
		if (dpop_nonce_is_good(ac_span_text(nonce), nonce_key(self, i),
			now_s, self->nonce_life_s))
			return true;
	return false;
}

static uint32_t
ask_for_nonce(const struct dpop *self, struct authchain_call *call,
    const char *given)
{
	const struct authchain_host *host = self->host;
	char nonce[DPOP_NONCE_CHARS + 1];

	if (dpop_nonce_make(nonce_key(self, 0), host->wall_ms() / 1000,
		nonce) != 0 ||
	    host->proof_nonce(call, ac_span_text(nonce)) != 0)
		return unavailable(self, call, AUTHCHAIN_REASON_OUT_OF_MEMORY,
		    "no nonce can be made");
	return deny(self, call, AUTHCHAIN_REASON_PROOF_NONCE,
	    given[0] == '\0' ? "the proof has no nonce"
			     : "the proof's nonce is not ours, or too old");
}

/* ---- proofs ---- */

static uint32_t
use(const struct dpop *self, struct authchain_call *call,
    const struct dpop_proof *proof, struct authchain_span thumbprint)
{
	const struct authchain_host *host = self->host;

	if (self->nonce && !is_our_nonce(self, proof->nonce))
		return ask_for_nonce(self, call, proof->nonce);
	switch (dpop_replay_use(self->memory->replay, proof->digest,
	    proof->iat_s, host->monotonic_ms())) {
	case DPOP_REPLAY_NEW:
		break;
	case DPOP_REPLAY_USED:
		return deny(self, call, AUTHCHAIN_REASON_INVALID_PROOF,
		    "the proof was used before, or made before this process "
		    "began");
	default:
		return unavailable(self, call, AUTHCHAIN_REASON_BUSY,
		    "max-proofs were used in a short time");
	}
	if (host->confirm(call, "jkt", thumbprint) == 1)
		return AUTHCHAIN_ALLOW;
	return deny(self, call, AUTHCHAIN_REASON_BOUND_TOKEN,
	    "the proof is not for what the token is bound to");
}

/* What the client's htu may be: each origin with the request's path, in text.
 * *uris is the caller's to free either way. */
static int
uris_of(const struct dpop *self, struct authchain_call *call,
    struct authchain_span **uris, struct ac_buf *text)
{
	struct authchain_span path = self->host->attribute(call, "uri");
	size_t *ends = calloc(self->origin_count, sizeof(*ends));
	struct ac_buf one;
	bool good = ends != NULL && path.len > 0 && path.data[0] == '/';

	*uris = calloc(self->origin_count, sizeof(**uris));
	ac_buf_init(&one, (size_t)3 * DPOP_URI_MAX_BYTES);
	for (size_t i = 0; good && *uris != NULL && i < self->origin_count;
	     i++) {
		one.len = 0;
		ac_buf_text(&one, self->origins[i]);
		ac_buf_add(&one, path);
		good = !one.failed && dpop_uri_add(text, ac_buf_span(&one));
		ends[i] = text->len;
	}
	good = good && *uris != NULL;
	for (size_t i = 0; good && i < self->origin_count; i++)
		(*uris)[i] = ac_span_cut(ac_buf_span(text),
		    i == 0 ? 0 : ends[i - 1], ends[i]);
	ac_buf_clear(&one);
	free(ends);
	return good ? 0 : -1;
}

static uint32_t
judge(const struct dpop *self, struct authchain_call *call,
    struct authchain_span text, struct authchain_span thumbprint)
{
	const struct authchain_host *host = self->host;
	struct dpop_wanted wanted = {
		.algorithms = self->algorithms,
		.method = host->attribute(call, "method"),
		.uri_count = self->origin_count,
		.token = host->token(call),
		.thumbprint = thumbprint,
		.now_ms = host->wall_ms(),
		.max_age_ms = self->max_age_ms,
		.leeway_ms = self->leeway_ms,
	};
	uint32_t reason = AUTHCHAIN_REASON_INVALID_PROOF;
	struct authchain_span *uris = NULL;
	struct authchain_error err = { 0 };
	struct dpop_proof proof;
	struct ac_buf room;

	ac_buf_init(&room, self->origin_count * 3 * DPOP_URI_MAX_BYTES);
	if (uris_of(self, call, &uris, &room) == 0 && wanted.method.len > 0) {
		wanted.uris = uris;
		reason = dpop_proof_judge(text, &wanted, &proof, &err);
	} else {
		(void)ac_error(&err, AUTHCHAIN_ERROR_USAGE,
		    "nobody who is believed tells the request's method and "
		    "URI, or the URI is none");
	}
	free(uris);
	ac_buf_clear(&room);
	if (reason == AUTHCHAIN_REASON_NONE)
		return use(self, call, &proof, thumbprint);
	return reason == AUTHCHAIN_REASON_OUT_OF_MEMORY
		   ? unavailable(self, call, reason, "out of memory")
		   : deny(self, call, reason, err.text);
}

static uint32_t
confirm(const struct dpop *self, struct authchain_call *call,
    const struct authchain_value *bond)
{
	const struct authchain_host *host = self->host;
	struct authchain_span proof = host->header(call, "DPoP", 0);

	if (!ac_span_is_text(host->attribute(call, "authorization-scheme"),
		"DPoP"))
		return deny(self, call, AUTHCHAIN_REASON_BOUND_TOKEN,
		    "it is bound to a key (jkt) and came as a bearer token; "
		    "the scheme is DPoP");
	if (bond->type != AUTHCHAIN_TYPE_STRING)
		return deny(self, call, AUTHCHAIN_REASON_BOUND_TOKEN,
		    "its jkt is no text");
	if (proof.data == NULL)
		return deny(self, call, AUTHCHAIN_REASON_INVALID_PROOF,
		    "there is no DPoP header");
	if (host->header(call, "DPoP", 1).data != NULL)
		return deny(self, call, AUTHCHAIN_REASON_INVALID_PROOF,
		    "there is more than one DPoP header");
	return judge(self, call, proof, bond->text);
}

static uint32_t
dpop_map(void *arg, struct authchain_call *call)
{
	const struct dpop *self = arg;
	const struct authchain_host *host = self->host;
	struct authchain_value bond;

	if (host->token(call).data == NULL)
		return AUTHCHAIN_ALLOW;
	if (host->claim(call, "/cnf/jkt", &bond) == 1)
		return confirm(self, call, &bond);
	return self->required ? deny(self, call, AUTHCHAIN_REASON_BOUND_TOKEN,
				    "the token is bound to no key, and "
				    "required says that it has to be")
			      : AUTHCHAIN_ALLOW;
}

static void
dpop_status(void *arg, struct authchain_report *report)
{
	const struct dpop *self = arg;

	self->host->report(report, "proofs", "%zu known",
	    dpop_replay_count(self->memory->replay));
}

static const struct authchain_plugin plugin = {
	.size = sizeof(plugin),
	.name = "dpop",
	.description = "confirms tokens bound to a key by DPoP proofs",
	.option_count = DPOP_OPTION_COUNT,
	.options = dpop_options,
	.option_size = sizeof(dpop_options[0]),
	.create = dpop_create,
	.destroy = dpop_destroy,
	.map = dpop_map,
	.status = dpop_status,
};

AUTHCHAIN_MODULE("dpop", "1.0", "BSD-2-Clause", &plugin);
