/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hs256: tokens signed with a shared secret (RFC 7518 3.2).  A key made of a
 * secret serves HMAC alone, and the token's kid chooses nothing: every value
 * is tried, so that old and new verify while a secret is changed.
 */
#include "jwt.h"

#include <stdlib.h>

#include "base/memory.h"
#include "labels.h"
#include "pasted-key.h"

struct hs256 {
	struct jwt_policy policy;
	struct authchain_entry *entry;
	struct ac_jwk **keys; /* owned, as are the keys */
	size_t key_count;
	char *labels;
};

static void
hs256_destroy(void *arg)
{
	struct hs256 *self = arg;

	for (size_t i = 0; i < self->key_count; i++)
		ac_jwk_free(&self->keys[i]);
	free(self->keys);
	free(self->labels);
	jwt_policy_clear(&self->policy);
	free(self);
}

/* RFC 7518 3.2: a key is at least as long as the hash of what it signs. */
static size_t
least_bytes(ac_alg_set algorithms)
{
	size_t least = 0;

	for (const struct ac_alg *alg = ac_alg_table(); alg->name != NULL;
	     alg++) {
		if ((algorithms & ac_alg_bit(alg)) != 0 &&
		    alg->hash_bytes > least)
			least = alg->hash_bytes;
	}
	return least;
}

static int
read_secret(struct hs256 *self, size_t at)
{
	const struct authchain_host *host = self->policy.host;
	struct authchain_span secret =
	    host->secret_value(self->entry, "secret", at);
	const char *label = host->secret_label(self->entry, "secret", at);
	size_t least = least_bytes(self->policy.header.algorithms);
	const char *pasted = pasted_key(secret);
	struct authchain_error err = { 0 };

	if (pasted != NULL) {
		host->fail(self->entry, "secret",
		    "%s is %s, not a shared secret: whoever has the public "
		    "key could sign; use type jwks for key pairs",
		    label, pasted);
		return -1;
	}
	if (secret.len < least) {
		host->fail(self->entry, "secret",
		    "%s is too short: at least %zu bytes for the algorithms "
		    "allowed (RFC 7518 3.2)",
		    label, least);
		return -1;
	}
	self->keys[at] = ac_jwk_from_secret(secret, &err);
	if (self->keys[at] == NULL) {
		host->fail(self->entry, "secret", "%s: %s", label, err.text);
		return -1;
	}
	return 0;
}

static int
read_secrets(struct hs256 *self)
{
	const struct authchain_host *host = self->policy.host;
	size_t count = host->secret_count(self->entry, "secret");
	int r = 0;

	if (count == 0) {
		host->fail(self->entry, "secret", "the secret has no value");
		return -1;
	}
	self->labels = labels_of(host, self->entry, "secret");
	self->keys = calloc(count, sizeof(struct ac_jwk *));
	if (self->labels == NULL || self->keys == NULL) {
		host->fail(self->entry, NULL, "out of memory");
		return -1;
	}
	self->key_count = count;
	for (size_t i = 0; i < count; i++)
		r |= read_secret(self, i);
	return r;
}

/* The schema's choices say the same; a key for a key pair here would be the
 * one mistake that this provider must never make. */
static int
check_algorithms(const struct hs256 *self)
{
	for (const struct ac_alg *alg = ac_alg_table(); alg->name != NULL;
	     alg++) {
		if ((self->policy.header.algorithms & ac_alg_bit(alg)) == 0 ||
		    alg->scheme == AC_SCHEME_HMAC)
			continue;
		self->policy.host->fail(self->entry, "algorithms",
		    "%s is for key pairs; use type jwks", alg->name);
		return -1;
	}
	return 0;
}

static int
hs256_create(const struct authchain_host *host, struct authchain_entry *entry,
    void **out)
{
	struct hs256 *self = calloc(1, sizeof(*self));
	int r = 0;

	*out = NULL;
	if (self == NULL) {
		host->fail(entry, NULL, "out of memory");
		return -1;
	}
	self->entry = entry;
	r |= jwt_policy_init(&self->policy, host, entry,
	    host->option_text(entry, "issuer"));
	r |= check_algorithms(self);
	r |= read_secrets(self);
	if (r != 0) {
		hs256_destroy(self);
		return -1;
	}
	*out = self;
	return 0;
}

static uint32_t
hs256_claim(void *arg, struct authchain_call *call)
{
	const struct hs256 *self = arg;

	return jwt_claims_this(&self->policy, call);
}

/* Which secret signed it, or key_count; all are tried in any case. */
static size_t
match(const struct hs256 *self, const struct authchain_peek *peek,
    const struct ac_alg *alg)
{
	size_t found = self->key_count;

	for (size_t i = 0; i < self->key_count; i++) {
		bool fits = ac_jwk_verify(self->keys[i], alg,
		    peek->signing_input, peek->signature);

		found = fits && found == self->key_count ? i : found;
	}
	return found;
}

static uint32_t
hs256_verify(void *arg, struct authchain_call *call)
{
	const struct hs256 *self = arg;
	const struct authchain_host *host = self->policy.host;
	const struct ac_alg *alg = NULL;
	struct jwt_words words;
	size_t at;

	if (jwt_refuse(&self->policy, call, &alg))
		return AUTHCHAIN_REJECT;
	ac_memory_watch();
	at = match(self, host->peek(call), alg);
	if (at == self->key_count && ac_memory_was_short()) {
		host->reason(call, AUTHCHAIN_REASON_OUT_OF_MEMORY,
		    "no memory to check the signature");
		return AUTHCHAIN_UNAVAILABLE;
	}
	if (at == self->key_count) {
		host->reason(call, AUTHCHAIN_REASON_BAD_SIGNATURE,
		    "%s: signed with none of: %s",
		    jwt_describe(&self->policy, call, &words), self->labels);
		return AUTHCHAIN_REJECT;
	}
	host->secret_matched(call, "secret", at);
	return jwt_accept(&self->policy, call);
}

static void
hs256_status(void *arg, struct authchain_report *report)
{
	const struct hs256 *self = arg;

	self->policy.host->report(report, "secrets", "%s", self->labels);
}

static const char *const algorithms[] = { "HS256", "HS384", "HS512", NULL };

static const struct authchain_option options[] = {
	{ .name = "issuer",
	    .type = AUTHCHAIN_OPTION_STRING,
	    .flags = AUTHCHAIN_OPTION_REQUIRED | AUTHCHAIN_OPTION_NOT_EMPTY,
	    .help = "iss of the tokens, exact; none: tokens without iss" },
	{ .name = "secret",
	    .type = AUTHCHAIN_OPTION_SECRET,
	    .flags = AUTHCHAIN_OPTION_REQUIRED,
	    .purpose = "internal",
	    .help = "shared secrets, current first; each as long as the hash" },
	{ .name = "algorithms",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .flags = AUTHCHAIN_OPTION_NOT_EMPTY,
	    .fallback = "HS256",
	    .choices = algorithms,
	    .help = "algorithms a token may be signed with" },
	{ .name = "required-claims",
	    .type = AUTHCHAIN_OPTION_LIST,
	    .fallback = "sub, aud, iat, exp",
	    .help = "claims that must be there" },
	JWT_OPTIONS,
};

static const struct authchain_plugin plugin = {
	.size = sizeof(plugin),
	.name = "hs256",
	.description = "tokens signed with a shared secret",
	.option_count = sizeof(options) / sizeof(options[0]),
	.options = options,
	.option_size = sizeof(options[0]),
	.create = hs256_create,
	.destroy = hs256_destroy,
	.claim = hs256_claim,
	.verify = hs256_verify,
	.status = hs256_status,
};

AUTHCHAIN_MODULE("hs256", "1.0", "BSD-2-Clause", &plugin);
